package dev.bearward.config;

import dev.bearward.access.IdentityHeader;
import dev.bearward.access.IdentityHeader.Form;
import dev.bearward.access.IdentityNames;
import dev.bearward.token.ClaimPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Request headers made from claims. */
final class IdentityReader {
  private static final int MOST = 32;
  private static final List<String> FORMS = List.of("csv", "json", "repeat");
  private static final String EXPECTED =
      "a header name of letters, digits and hyphens that has no meaning of its own";

  private final String requestIdHeader;

  IdentityReader(String requestIdHeader) {
    this.requestIdHeader = requestIdHeader;
  }

  @Nullable List<IdentityHeader> read(Value value) {
    List<Section.Named> entries = value.names("a mapping of header names to claims");
    if (entries.size() > MOST) {
      value.refuse("at most " + MOST + " headers");
    }
    List<IdentityHeader> headers = new ArrayList<>();
    for (Section.Named entry : entries) {
      name(entry, headers);
      IdentityHeader header = header(entry);
      if (header != null) {
        headers.add(header);
      }
    }
    return headers;
  }

  private void name(Section.Named entry, List<IdentityHeader> before) {
    String wrong = null;
    if (!HeaderNames.isOwn(entry.name())) {
      wrong = EXPECTED;
    } else if (new IdentityNames(List.of(requestIdHeader)).contains(entry.name())) {
      wrong = "another name than server.requestIdHeader";
    } else if (new IdentityNames(before.stream().map(IdentityHeader::name).toList())
        .contains(entry.name())) {
      wrong = "each header once, whatever its case";
    }
    if (wrong != null) {
      entry
          .value()
          .problems()
          .add(
              entry.at(),
              entry.value().path(),
              Shown.text(entry.name()) + " (expected: " + wrong + ")");
    }
  }

  private static @Nullable IdentityHeader header(Section.Named entry) {
    if (!entry.value().isMapping()) {
      String claim = entry.value().text("a claim's name, or a mapping of claim, as");
      return claim == null ? null : new IdentityHeader(entry.name(), ClaimPath.of(claim), Form.CSV);
    }
    Section header = Section.of(entry.value(), Keys.IDENTITY);
    ClaimPath claim = header.need("claim", "a claim", ClaimReader::path);
    String form = header.or("as", "csv", v -> v.word(FORMS));
    return claim == null
        ? null
        : new IdentityHeader(entry.name(), claim, Form.valueOf(form.toUpperCase(Locale.ROOT)));
  }
}
