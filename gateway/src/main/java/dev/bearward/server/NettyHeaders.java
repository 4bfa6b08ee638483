package dev.bearward.server;

import dev.bearward.http.HeaderView;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The decoded header section; nobody writes to it any more. */
record NettyHeaders(HttpHeaders headers) implements HeaderView {
  @Override
  public @Nullable String first(String name) {
    return headers.get(name);
  }

  @Override
  public List<String> all(String name) {
    return headers.getAll(name);
  }

  @Override
  public void forEach(BiConsumer<String, String> visitor) {
    Iterator<Map.Entry<CharSequence, CharSequence>> fields = headers.iteratorCharSequence();
    while (fields.hasNext()) {
      Map.Entry<CharSequence, CharSequence> field = fields.next();
      visitor.accept(field.getKey().toString(), field.getValue().toString());
    }
  }
}
