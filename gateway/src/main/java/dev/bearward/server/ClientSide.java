package dev.bearward.server;

import dev.bearward.access.AccessDecision;
import dev.bearward.access.Denial;
import dev.bearward.access.Permit;
import dev.bearward.proxy.PlainHead;
import dev.bearward.proxy.Tunnel;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;

/**
 * What an {@link Exchange} needs of its client, whatever version of HTTP that speaks. Called on the
 * client's event loop only.
 */
interface ClientSide {
  EventLoop loop();

  /** Memory that the head of the request takes, about, in bytes. */
  int headBytes();

  /** Runs on the event loop, now or soon; a bug in it is {@link #broken}. */
  void onLoop(Runnable step);

  /** Whether it waits for gRPC: a refusal is read from trailers then. */
  boolean isGrpc();

  /** The upstream is about to get the request. */
  void forwarding();

  /** Gives the exchange more of the request body if it wants it, and reads more if it may. */
  void pumpBody();

  /** Whether the client takes more of the response. */
  boolean isWritable();

  /** Writes an interim response if the client understands it. */
  void informational(int status, HttpHeaders headers);

  /** Writes the upstream's response head; the parameters are those of the response sink. */
  void head(int status, String phrase, HttpHeaders headers, long bodyLength, Permit permit);

  /** Writes a head that may be passed on as it came. */
  void head(PlainHead plain, Permit permit);

  /**
   * Writes a part of the body and owns it.
   *
   * @return false when it goes beyond the declared length
   */
  boolean body(ByteBuf part);

  /**
   * Writes the end of the response.
   *
   * @return false when bytes of the declared length are missing
   */
  boolean end(HttpHeaders trailers);

  /** Writes a whole refusal. */
  void refusal(Denial denial);

  /** Writes a whole answer of the gateway. */
  void answer(AccessDecision.Answer answer);

  /** The response was written to its end, and the exchange is over. */
  void responseWritten();

  /** Bytes of the response body written so far. */
  long bodyBytes();

  /** Nothing that still comes is read as a part of this request. */
  void unusable();

  /** Takes back a response of which nothing has left yet; says whether there was one. */
  boolean takeBack();

  /** Ends the response so that the client cannot take it for whole. */
  void abort();

  /** The upstream agreed to leave HTTP: says so to the client, and lets the tunnel take over. */
  void tunnel(HttpHeaders headers, Permit permit, Tunnel tunnel, Tunnel.Listener listener);

  /** A bug: logged, answered with 500 or an abort. */
  void broken(Throwable bug);
}
