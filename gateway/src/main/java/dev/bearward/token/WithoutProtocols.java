package dev.bearward.token;

import dev.bearward.http.HeaderView;
import dev.bearward.http.WebSocketHandshake;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A header section that offers no sub-protocols of some names, nor the tokens behind them. */
record WithoutProtocols(HeaderView headers, List<@Nullable String> left) implements HeaderView {
  static WithoutProtocols of(HeaderView headers, List<String> names) {
    List<String> lines = headers.all(WebSocketHandshake.SUBPROTOCOLS);
    return new WithoutProtocols(headers, ProtocolText.without(lines, names));
  }

  @Override
  public @Nullable String first(String name) {
    if (!isSubprotocols(name)) {
      return headers.first(name);
    }
    List<String> all = all(name);
    return all.isEmpty() ? null : all.getFirst();
  }

  @Override
  public List<String> all(String name) {
    return isSubprotocols(name)
        ? left.stream().filter(Objects::nonNull).toList()
        : headers.all(name);
  }

  @Override
  public void forEach(BiConsumer<String, String> visitor) {
    Iterator<@Nullable String> lines = left.iterator();
    headers.forEach((name, value) -> {
      String line = isSubprotocols(name) ? lines.next() : value;
      if (line != null) {
        visitor.accept(name, line);
      }
    });
  }

  private static boolean isSubprotocols(String name) {
    return name.equalsIgnoreCase(WebSocketHandshake.SUBPROTOCOLS);
  }
}
