package dev.bearward.server;

import dev.bearward.http.Reason;

/** What the decoder gives in place of a message that is refused; nothing follows it. */
record Malformed(Reason reason) {}
