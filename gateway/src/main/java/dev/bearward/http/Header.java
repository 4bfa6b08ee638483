package dev.bearward.http;

/** One field line: name and value as they go on the wire. */
public record Header(String name, String value) {}
