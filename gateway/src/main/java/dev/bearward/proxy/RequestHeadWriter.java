package dev.bearward.proxy;

import dev.bearward.access.IdentityNames;
import dev.bearward.access.Permit;
import dev.bearward.http.Header;
import dev.bearward.http.RequestHead;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes request heads for upstreams, straight to bytes. The client's fields come first, less those
 * that {@link RequestFields} and the permit's own names take away; then those that only the gateway
 * may write. The Host field is the client's own authority, or the route's. Event loop only; one
 * head at a time.
 */
final class RequestHeadWriter implements BiConsumer<String, String> {
  private static final byte[] HOST = HeadBytes.literal(" HTTP/1.1\r\nHost: ");
  private static final byte[] COLON = HeadBytes.literal(": ");
  private static final byte[] CRLF = HeadBytes.literal("\r\n");
  private static final byte[] SPACE = HeadBytes.literal(" ");
  private static final byte[] QUERY = HeadBytes.literal("?");
  private static final byte[] EXPECT = HeadBytes.literal("Expect: 100-continue\r\n");
  private static final byte[] LENGTH = HeadBytes.literal("Content-Length: ");
  private static final byte[] CHUNKED = HeadBytes.literal("Transfer-Encoding: chunked\r\n");
  private static final byte[] MAX_FORWARDS = HeadBytes.literal("Max-Forwards: ");
  private static final byte[] UPGRADE =
      HeadBytes.literal("Connection: Upgrade\r\nUpgrade: websocket\r\n");
  private static final byte[] LAST_CHUNK = HeadBytes.literal("0\r\n");

  private final RequestFields fields;
  private final byte[] requestId;
  private final HeadBytes bytes = new HeadBytes();
  private final List<String> nominated = new ArrayList<>();

  private @Nullable IdentityNames ownNames;
  private boolean options;
  private boolean forwardToken;
  private boolean expects;
  private boolean maxForwardsWritten;
  private boolean nominatedKnown;

  RequestHeadWriter(RequestFields fields, String requestIdHeader) {
    this.fields = fields;
    this.requestId = HeadBytes.literal(requestIdHeader);
  }

  /**
   * Writes the head of a request and its framing.
   *
   * @param upgrade whether it asks for a WebSocket
   * @return its bytes, good until the next call, or null when it cannot be sent as it is
   */
  @Nullable HeadBytes write(Permit permit, RequestHead head, RequestBody body, boolean upgrade) {
    bytes.clear();
    requestLine(permit, head);
    clientFields(permit, head);
    ForwardingFields.write(head, bytes);
    requestId(head);
    own(permit.ownHeaders());
    framing(body);
    if (upgrade) {
      bytes.literal(UPGRADE);
    }
    bytes.literal(CRLF);
    return bytes.isSound() ? bytes : null;
  }

  private void requestLine(Permit permit, RequestHead head) {
    bytes.token(head.method());
    bytes.literal(SPACE);
    bytes.target(head.path().value());
    String query = head.query();
    if (query != null) {
      bytes.literal(QUERY);
      bytes.target(query);
    }
    bytes.literal(HOST);
    bytes.target(permit.authority().value());
    bytes.literal(CRLF);
  }

  /** The fields that Connection names are known only after all lines were seen. */
  private void clientFields(Permit permit, RequestHead head) {
    ownNames = permit.ownNames();
    options = head.method().equals("OPTIONS");
    forwardToken = permit.forwardsToken();
    nominated.clear();
    nominatedKnown = false;
    expects = false;
    maxForwardsWritten = false;
    int start = bytes.length();
    head.headers().forEach(this);
    if (!nominated.isEmpty()) {
      nominatedKnown = true;
      maxForwardsWritten = false;
      bytes.cutTo(start);
      head.headers().forEach(this);
    }
  }

  /** One of the client's field lines. */
  @Override
  public void accept(String name, String value) {
    switch (fields.of(name)) {
      case KEEP -> clientField(name, value);
      case DROP -> {}
      case CONNECTION -> nominate(value);
      case AUTHORIZATION -> {
        if (forwardToken) {
          clientField(name, value);
        }
      }
      case EXPECT -> expects |= value.equalsIgnoreCase("100-continue");
      case MAX_FORWARDS -> maxForwards(name, value);
    }
  }

  private void clientField(String name, String value) {
    IdentityNames own = ownNames;
    boolean dropped = (own != null && own.contains(name)) || (nominatedKnown && isNominated(name));
    if (!dropped) {
      field(name, value);
    }
  }

  private void nominate(String options) {
    if (nominatedKnown
        || options.equalsIgnoreCase("keep-alive")
        || options.equalsIgnoreCase("close")) {
      return;
    }
    ConnectionOptions.forEach(options, nominated::add);
  }

  private boolean isNominated(String name) {
    for (int i = 0; i < nominated.size(); i++) {
      if (FieldTable.alike(nominated.get(i), name)) {
        return true;
      }
    }
    return false;
  }

  /** RFC 9110 section 7.6.2; zero never comes here. */
  private void maxForwards(String name, String value) {
    if (!options) {
      clientField(name, value);
      return;
    }
    int left = MaxForwards.parse(value);
    if (left > 0 && !maxForwardsWritten) {
      maxForwardsWritten = true;
      bytes.literal(MAX_FORWARDS);
      bytes.number(left - 1L);
      bytes.literal(CRLF);
    }
  }

  private void requestId(RequestHead head) {
    bytes.literal(requestId);
    bytes.literal(COLON);
    bytes.text(head.requestId());
    bytes.literal(CRLF);
  }

  private void own(List<Header> headers) {
    for (int i = 0; i < headers.size(); i++) {
      Header header = headers.get(i);
      bytes.requireAscii(header.value());
      field(header.name(), header.value());
    }
  }

  private void framing(RequestBody body) {
    if (!body.present()) {
      return;
    }
    if (expects && body.length() != 0) {
      bytes.literal(EXPECT);
    }
    if (body.length() < 0) {
      bytes.literal(CHUNKED);
    } else {
      bytes.literal(LENGTH);
      bytes.number(body.length());
      bytes.literal(CRLF);
    }
  }

  /** Whether the head written last asks for an interim 100. */
  boolean expectsContinue() {
    return expects;
  }

  /**
   * Writes the last chunk and the trailers that may be passed on (RFC 9112 section 7.1.2).
   *
   * @return its bytes, good until the next call, or null when they cannot be sent as they are
   */
  @Nullable HeadBytes writeLastChunk(HttpHeaders trailers, IdentityNames own) {
    bytes.clear();
    bytes.literal(LAST_CHUNK);
    if (!trailers.isEmpty()) {
      Iterator<Map.Entry<String, String>> all = trailers.iteratorAsString();
      while (all.hasNext()) {
        Map.Entry<String, String> field = all.next();
        String name = field.getKey();
        if (fields.of(name) == RequestFields.Treatment.KEEP
            && TrailerFields.allows(name)
            && !own.contains(name)) {
          field(name, field.getValue());
        }
      }
    }
    bytes.literal(CRLF);
    return bytes.isSound() ? bytes : null;
  }

  private void field(String name, String value) {
    bytes.token(name);
    bytes.literal(COLON);
    bytes.text(value);
    bytes.literal(CRLF);
  }
}
