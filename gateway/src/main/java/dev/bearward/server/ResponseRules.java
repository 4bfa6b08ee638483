package dev.bearward.server;

import dev.bearward.http.Header;
import dev.bearward.http.HeaderRules;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;

/** Applies a route's header rules to the upstream's response. */
final class ResponseRules {
  private ResponseRules() {}

  /** Changes the header section; other fields stay where they are. */
  static void apply(HeaderRules rules, HttpHeaders headers) {
    dropReplaced(rules, headers);
    List<Header> written = rules.written();
    for (int i = 0; i < written.size(); i++) {
      headers.add(written.get(i).name(), written.get(i).value());
    }
  }

  /** Takes out of a section what does not stay as it came; all there is to do in trailers. */
  static void dropReplaced(HeaderRules rules, HttpHeaders headers) {
    List<String> replaced = rules.replaced();
    for (int i = 0; i < replaced.size() && !headers.isEmpty(); i++) {
      headers.remove(replaced.get(i));
    }
  }
}
