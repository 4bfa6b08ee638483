package dev.bearward.proxy;

import dev.bearward.http.RequestHead;

/** Max-Forwards of OPTIONS (RFC 9110 section 7.6.2). TRACE never gets here. */
final class MaxForwards {
  private static final int MAX_DIGITS = 9;
  private static final int UNREADABLE = -1;

  private MaxForwards() {}

  /** Whether the gateway is the last that may answer this request. */
  static boolean exhausted(RequestHead head) {
    if (!head.method().equals("OPTIONS")) {
      return false;
    }
    String value = head.headers().first("Max-Forwards");
    return value != null && parse(value) == 0;
  }

  /** The number, or -1 for what is none. */
  static int parse(String value) {
    if (value.isEmpty() || value.length() > MAX_DIGITS) {
      return UNREADABLE;
    }
    int number = 0;
    for (int i = 0; i < value.length(); i++) {
      int digit = value.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return UNREADABLE;
      }
      number = number * 10 + digit;
    }
    return number;
  }
}
