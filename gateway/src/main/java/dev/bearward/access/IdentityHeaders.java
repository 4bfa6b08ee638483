package dev.bearward.access;

import dev.bearward.http.Header;
import dev.bearward.token.ClaimValue;
import dev.bearward.token.Verified;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the identity headers of one route from a verified token. A claim that is missing, null or
 * empty makes no header; the client's copy is gone all the same.
 */
final class IdentityHeaders {
  private final List<IdentityHeader> wanted;

  IdentityHeaders(List<IdentityHeader> wanted) {
    this.wanted = wanted;
  }

  /** The headers, or null when a claim cannot be written into one. */
  @Nullable List<Header> of(Verified identity) {
    if (wanted.isEmpty()) {
      return List.of();
    }
    var headers = new ArrayList<Header>(wanted.size());
    for (int i = 0; i < wanted.size(); i++) {
      IdentityHeader header = wanted.get(i);
      ClaimValue value = identity.claim(header.claim());
      if (value != null && !add(header, value, headers)) {
        return null;
      }
    }
    return headers;
  }

  private static boolean add(IdentityHeader header, ClaimValue value, List<Header> headers) {
    if (!(value instanceof ClaimValue.Array(List<ClaimValue> items))) {
      return addText(header.name(), scalar(header.form(), value), headers);
    }
    return switch (header.form()) {
      case JSON -> addText(header.name(), ClaimText.json(value), headers);
      case CSV -> addText(header.name(), csv(items), headers);
      case REPEAT -> {
        boolean whole = true;
        for (ClaimValue item : items) {
          whole &= addText(header.name(), ClaimText.item(item), headers);
        }
        yield whole;
      }
    };
  }

  private static @Nullable String scalar(IdentityHeader.Form form, ClaimValue value) {
    if (value instanceof ClaimValue.Null) {
      return "";
    }
    return form == IdentityHeader.Form.JSON ? ClaimText.json(value) : ClaimText.scalar(value);
  }

  private static @Nullable String csv(List<ClaimValue> items) {
    var joined = new StringBuilder();
    for (int i = 0; i < items.size(); i++) {
      String item = ClaimText.item(items.get(i));
      if (item == null) {
        return null;
      }
      joined.append(i == 0 ? "" : ",").append(item);
    }
    return joined.toString();
  }

  private static boolean addText(String name, @Nullable String text, List<Header> headers) {
    if (text != null && !text.isEmpty()) {
      headers.add(new Header(name, text));
    }
    return text != null;
  }
}
