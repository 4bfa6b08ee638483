package dev.bearward.config;

import dev.bearward.config.Urls.Url;
import dev.bearward.proxy.EndpointAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where an upstream is reached: URLs without a path, and Unix-domain sockets. */
final class EndpointReader {
  private static final int MOST = 100;
  private static final String UNIX = "unix:";
  private static final String ENDPOINT =
      "http://host:port or https://host:port without user information and path, or unix:/path";

  /** What the kernel has room for, less the byte that ends it. */
  private static final int LONGEST_PATH = 107;

  /**
   * The endpoints of one upstream.
   *
   * @param https whether all speak TLS; otherwise none does
   */
  record Endpoints(List<EndpointAddress> addresses, boolean https) {}

  private record Read(EndpointAddress address, boolean https) {}

  private EndpointReader() {}

  /** Reads the only endpoint of an upstream. */
  static @Nullable Endpoints one(Value value) {
    Read read = endpoint(value);
    return read == null ? null : new Endpoints(List.of(read.address()), read.https());
  }

  /** Reads a list of them. All speak TLS or none does, since what is said of TLS goes for all. */
  static @Nullable Endpoints all(Value value) {
    List<Value> items = value.items(1, MOST);
    if (items == null) {
      return null;
    }
    var addresses = new ArrayList<EndpointAddress>();
    Read first = null;
    for (Value item : items) {
      Read read = endpoint(item);
      if (read != null) {
        first = first == null ? read : first;
        refuseMix(item, first, read);
        addresses.add(read.address());
      }
    }
    return first == null ? null : new Endpoints(addresses, first.https());
  }

  private static void refuseMix(Value item, Read first, Read read) {
    if (read.https() != first.https()) {
      item.refuse(
          first.https()
              ? "https, as the endpoint before it; all of an upstream or none"
              : "http or unix, as the endpoint before it; https for all of an upstream or none");
    }
  }

  private static @Nullable Read endpoint(Value value) {
    String text = value.text(ENDPOINT);
    if (text == null) {
      return null;
    }
    if (text.startsWith(UNIX)) {
      EndpointAddress socket = socket(value, text.substring(UNIX.length()));
      return socket == null ? null : new Read(socket, false);
    }
    Optional<Url> url = Urls.parse(text).filter(Url::isOrigin);
    if (url.isEmpty()) {
      value.refuse(ENDPOINT);
      return null;
    }
    String host = Addresses.bare(url.get().host());
    return new Read(new EndpointAddress.Tcp(host, url.get().port()), url.get().https());
  }

  private static @Nullable EndpointAddress socket(Value value, String path) {
    if (!path.startsWith("/") || path.getBytes(StandardCharsets.UTF_8).length > LONGEST_PATH) {
      value.refuse("unix: and an absolute path of at most " + LONGEST_PATH + " bytes");
      return null;
    }
    return new EndpointAddress.Unix(path);
  }
}
