package dev.bearward.http;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** IPv6 addresses in brackets, without zones (RFC 3986 section 3.2.2), as RFC 5952 writes them. */
final class Ipv6Text {
  private static final int GROUPS = 8;

  private Ipv6Text() {}

  /** The one spelling of an address in brackets, or null when it is none. */
  static @Nullable String canonical(String bracketed) {
    if (bracketed.length() < 4 || !bracketed.endsWith("]")) {
      return null;
    }
    int[] groups = groups(bracketed.substring(1, bracketed.length() - 1));
    return groups == null ? null : "[" + text(groups) + "]";
  }

  private static int @Nullable [] groups(String text) {
    int gap = text.indexOf("::");
    if (gap < 0) {
      int[] all = run(text);
      return all != null && all.length == GROUPS ? all : null;
    }
    if (text.lastIndexOf('.', gap) >= 0) {
      return null;
    }
    int[] before = gap == 0 ? new int[0] : run(text.substring(0, gap));
    String behind = text.substring(gap + 2);
    int[] after = behind.isEmpty() ? new int[0] : run(behind);
    if (before == null || after == null || before.length + after.length >= GROUPS) {
      return null;
    }
    int[] groups = new int[GROUPS];
    System.arraycopy(before, 0, groups, 0, before.length);
    System.arraycopy(after, 0, groups, GROUPS - after.length, after.length);
    return groups;
  }

  /** Groups without a gap, the last two perhaps written as an IPv4 address. */
  private static int @Nullable [] run(String text) {
    int[] groups = new int[GROUPS];
    int count = 0;
    int start = 0;
    while (start <= text.length()) {
      int colon = text.indexOf(':', start);
      int end = colon < 0 ? text.length() : colon;
      boolean dotted = colon < 0 && text.indexOf('.', start) >= 0;
      long value = dotted ? Ipv4Text.parse(text.substring(start)) : group(text, start, end);
      if (value < 0 || count + (dotted ? 2 : 1) > GROUPS) {
        return null;
      }
      if (dotted) {
        groups[count++] = (int) (value >>> 16);
      }
      groups[count++] = (int) (value & 0xffff);
      start = end + 1;
    }
    return java.util.Arrays.copyOf(groups, count);
  }

  private static int group(String text, int start, int end) {
    if (end - start < 1 || end - start > 4) {
      return -1;
    }
    for (int i = start; i < end; i++) {
      if (!HexFormat.isHexDigit(text.charAt(i))) {
        return -1;
      }
    }
    return HexFormat.fromHexDigits(text, start, end);
  }

  /** RFC 5952 section 4: no leading zeros, lower case, the longest run of zeros as a gap. */
  private static String text(int[] groups) {
    int gap = -1;
    int gapLength = 1;
    for (int i = 0; i < GROUPS; i++) {
      int zeros = 0;
      while (i + zeros < GROUPS && groups[i + zeros] == 0) {
        zeros++;
      }
      if (zeros > gapLength) {
        gap = i;
        gapLength = zeros;
      }
    }
    var text = new StringBuilder();
    for (int i = 0; i < GROUPS; i++) {
      if (i == gap) {
        text.append("::");
        i += gapLength - 1;
      } else {
        if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
          text.append(':');
        }
        text.append(Integer.toHexString(groups[i]));
      }
    }
    return text.toString();
  }
}
