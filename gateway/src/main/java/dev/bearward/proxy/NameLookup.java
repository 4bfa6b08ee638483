package dev.bearward.proxy;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Looks a host name up; may block, so it is never called on an event loop. */
public interface NameLookup {
  /** The addresses of a name, the preferred one first; at least one. */
  InetAddress[] addresses(String host) throws UnknownHostException;
}
