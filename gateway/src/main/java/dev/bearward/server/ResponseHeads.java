package dev.bearward.server;

import dev.bearward.access.AccessDecision;
import dev.bearward.access.Denial;
import dev.bearward.access.Permit;
import dev.bearward.http.Header;
import dev.bearward.proxy.PlainHead;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Encodes the heads of all responses: the upstream's, our answers and our refusals. */
final class ResponseHeads {
  private static final byte[] UPGRADE =
      HeadEncoder.ascii("upgrade: websocket\r\nconnection: upgrade\r\n");

  private final LoopState loop;
  private final HeadEncoder out;
  private final AsciiString requestIdField;
  private final OurFields ours;

  ResponseHeads(LoopState loop, AsciiString requestIdField) {
    this.loop = loop;
    this.out = loop.encoder();
    this.requestIdField = requestIdField;
    this.ours = new OurFields(requestIdField);
  }

  /** An interim head, whole. */
  void informational(int status, HttpHeaders headers) {
    out.begin(status, HttpResponseStatus.valueOf(status).reasonPhrase()).fields(headers).lineEnd();
  }

  /**
   * The upstream's head without framing: its fields, less those the gateway owns, then ours (rules
   * 121, 168, 170).
   */
  void forwarded(int status, String phrase, HttpHeaders headers, Permit permit, String requestId) {
    out.begin(status, phrase);
    boolean dated = false;
    Iterator<Map.Entry<CharSequence, CharSequence>> fields = headers.iteratorCharSequence();
    while (fields.hasNext()) {
      Map.Entry<CharSequence, CharSequence> field = fields.next();
      CharSequence name = field.getKey();
      if (!ours.has(name, permit)) {
        out.field(name, field.getValue());
        dated |= HttpHeaderNames.DATE.contentEqualsIgnoreCase(name);
      }
    }
    addOurs(status, permit.responseHeaders(), headers);
    if (!dated) {
      out.raw(loop.date());
    }
    out.field(requestIdField, requestId);
  }

  /** The same of a head that is passed on byte for byte. */
  void forwarded(PlainHead plain, Permit permit, String requestId) {
    out.clear().raw(plain.octets(), 0, plain.statusLineEnd());
    boolean dated = false;
    for (int i = 0; i < plain.fields(); i++) {
      AsciiString name = plain.name(i);
      if (!ours.has(name, permit)) {
        int start = plain.lineStart(i);
        out.raw(plain.octets(), start, plain.lineEndOf(i) - start);
        dated |= HttpHeaderNames.DATE.contentEqualsIgnoreCase(name);
      }
    }
    if (!permit.responseHeaders().isEmpty()) {
      addOurs(plain.status(), permit.responseHeaders(), plain.headers());
    }
    if (!dated) {
      out.raw(loop.date());
    }
    out.field(requestIdField, requestId);
  }

  /** The upstream's 101, whole; the fields of the hop are ours (RFC 9110 section 7.8). */
  void switching(HttpHeaders headers, Permit permit, String requestId) {
    HttpResponseStatus status = HttpResponseStatus.SWITCHING_PROTOCOLS;
    forwarded(status.code(), status.reasonPhrase(), headers, permit, requestId);
    out.raw(UPGRADE).lineEnd();
  }

  private void addOurs(int status, List<Header> added, HttpHeaders headers) {
    for (int i = 0; i < added.size(); i++) {
      Header header = added.get(i);
      if (!OurFields.isSaid(header, status, headers)) {
        out.field(header.name(), header.value());
      }
    }
  }

  /** The one framing field of a forwarded response; a negative length is not told. */
  void framing(ResponseWriter.Framing framing, long length) {
    switch (framing) {
      case LENGTH -> out.contentLength(length);
      case CHUNKED -> out.chunked();
      case NONE -> {
        if (length >= 0) {
          out.contentLength(length);
        }
      }
      case UNTIL_CLOSE -> {}
    }
  }

  /** The end of any head. */
  void end(boolean kept, boolean http10) {
    out.persistence(kept, http10).lineEnd();
  }

  /**
   * An answer of the gateway, whole.
   *
   * @param withoutBody for HEAD
   * @return bytes of its body
   */
  int answer(
      AccessDecision.Answer answer,
      String requestId,
      boolean withoutBody,
      boolean kept,
      boolean http10) {
    int status = answer.status();
    out.begin(status, HttpResponseStatus.valueOf(status).reasonPhrase()).fields(answer.headers());
    out.raw(loop.date()).field(requestIdField, requestId);
    if (status != 204 && status != 304) {
      out.contentLength(answer.body().length());
    }
    end(kept, http10);
    if (withoutBody) {
      return 0;
    }
    out.text(answer.body());
    return answer.body().length();
  }

  /**
   * A refusal, whole.
   *
   * @param withoutBody for HEAD
   * @return bytes of its body
   */
  int refusal(Denial denial, String requestId, boolean withoutBody, boolean kept, boolean http10) {
    int length = RefusalWriter.bodyLength(denial, requestId);
    RefusalWriter.head(out, denial).raw(loop.date()).field(requestIdField, requestId);
    out.contentLength(length);
    end(kept, http10);
    if (withoutBody) {
      return 0;
    }
    RefusalWriter.body(out, denial, requestId);
    return length;
  }
}
