package dev.bearward.server;

import dev.bearward.access.AccessDecision;
import dev.bearward.access.Denial;
import dev.bearward.access.Permit;
import dev.bearward.http.Header;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Makes the header sections of all HTTP/2 responses: the upstream's, our answers and refusals. */
final class Http2Heads {
  private static final AsciiString PROBLEM = AsciiString.cached("application/problem+json");
  private static final AsciiString GRPC = AsciiString.cached("application/grpc");
  private static final AsciiString GRPC_STATUS = AsciiString.cached("grpc-status");
  private static final AsciiString GRPC_MESSAGE = AsciiString.cached("grpc-message");

  private static final ByteBufAllocator ALLOC = ByteBufAllocator.DEFAULT;

  private final LoopState loop;
  private final OurFields ours;
  private final AsciiString requestId;

  Http2Heads(LoopState loop, AsciiString requestIdField) {
    this.loop = loop;
    this.ours = new OurFields(requestIdField);
    this.requestId = requestIdField.toLowerCase();
  }

  private static Http2Headers head(int status) {
    Http2Headers head = new DefaultHttp2Headers(false);
    head.status(AsciiString.of(Integer.toString(status)));
    return head;
  }

  /** An interim response. */
  Http2Headers informational(int status, HttpHeaders headers) {
    Http2Headers head = head(status);
    copy(headers, head);
    return head;
  }

  /**
   * The upstream's response; the length is told unless it is negative.
   *
   * @param status of what the client sees; a tunnel's 101 is a 200 here (RFC 8441 section 5)
   */
  Http2Headers forwarded(int status, HttpHeaders headers, long length, Permit permit, String id) {
    boolean tunnel = status == 101;
    Http2Headers head = head(tunnel ? 200 : status);
    boolean dated = false;
    Iterator<Map.Entry<CharSequence, CharSequence>> fields = headers.iteratorCharSequence();
    while (fields.hasNext()) {
      Map.Entry<CharSequence, CharSequence> field = fields.next();
      CharSequence name = field.getKey();
      boolean accept = tunnel && HttpHeaderNames.SEC_WEBSOCKET_ACCEPT.contentEqualsIgnoreCase(name);
      if (!accept && !ours.has(name, permit)) {
        add(head, name, field.getValue());
        dated |= HttpHeaderNames.DATE.contentEqualsIgnoreCase(name);
      }
    }
    List<Header> added = permit.responseHeaders();
    for (int i = 0; i < added.size(); i++) {
      Header header = added.get(i);
      if (!OurFields.isSaid(header, status, headers)) {
        add(head, header.name(), header.value());
      }
    }
    if (!dated) {
      head.add(HttpHeaderNames.DATE, loop.dateValue());
    }
    head.add(requestId, id);
    if (length >= 0) {
      head.add(HttpHeaderNames.CONTENT_LENGTH, Long.toString(length));
    }
    return head;
  }

  /** Trailers of the upstream. */
  Http2Headers trailers(HttpHeaders headers) {
    Http2Headers trailers = new DefaultHttp2Headers(false);
    copy(headers, trailers);
    return trailers;
  }

  private static void copy(HttpHeaders from, Http2Headers to) {
    Iterator<Map.Entry<CharSequence, CharSequence>> fields = from.iteratorCharSequence();
    while (fields.hasNext()) {
      Map.Entry<CharSequence, CharSequence> field = fields.next();
      add(to, field.getKey(), field.getValue());
    }
  }

  private static void add(Http2Headers to, CharSequence name, CharSequence value) {
    to.add(AsciiString.of(name).toLowerCase(), harmless(value));
  }

  /** Without controls, whatever it is given. */
  private static CharSequence harmless(CharSequence value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < ' ' && c != '\t') || c == 0x7f || c > 0xff) {
        return value.toString().replaceAll("[\\x00-\\x08\\x0a-\\x1f\\x7f]|[^\\x00-\\xff]", "?");
      }
    }
    return value;
  }

  /** An answer of the gateway; its body is that of the answer. */
  Http2Headers answer(AccessDecision.Answer answer, String id) {
    Http2Headers head = head(answer.status());
    for (Header header : answer.headers()) {
      add(head, header.name(), header.value());
    }
    end(head, id);
    if (answer.status() != 204 && answer.status() != 304) {
      head.add(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(answer.body().length()));
    }
    return head;
  }

  /** A refusal; its body is {@link #problem}. */
  Http2Headers refusal(Denial denial, String id) {
    Http2Headers head = head(denial.reason().status());
    head.add(HttpHeaderNames.CONTENT_TYPE, PROBLEM);
    RefusalWriter.fields(denial, (name, value) -> add(head, name, value));
    end(head, id);
    int length = RefusalWriter.bodyLength(denial, id);
    head.add(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(length));
    return head;
  }

  /**
   * A refusal as gRPC clients understand it: no body, the status in what are trailers (rule 148).
   */
  Http2Headers grpcRefusal(Denial denial, String id) {
    Http2Headers head = head(200);
    head.add(HttpHeaderNames.CONTENT_TYPE, GRPC);
    head.add(GRPC_STATUS, Integer.toString(GrpcStatus.of(denial.reason())));
    head.add(GRPC_MESSAGE, GrpcStatus.message(denial.reason().detail()));
    RefusalWriter.fields(denial, (name, value) -> add(head, name, value));
    end(head, id);
    return head;
  }

  private void end(Http2Headers head, String id) {
    head.add(HttpHeaderNames.DATE, loop.dateValue());
    head.add(requestId, id);
  }

  /** The problem document of a refusal. */
  ByteBuf problem(Denial denial, String id) {
    HeadEncoder out = loop.encoder().clear();
    RefusalWriter.body(out, denial, id);
    ByteBuf body = ALLOC.directBuffer(out.length());
    out.copyTo(body);
    return body;
  }

  /** The body of an answer. */
  ByteBuf body(AccessDecision.Answer answer) {
    return ByteBufUtil.writeAscii(ALLOC, answer.body());
  }
}
