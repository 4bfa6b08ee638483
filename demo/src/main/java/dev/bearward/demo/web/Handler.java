package dev.bearward.demo.web;

/** Answers one request. What it throws is logged and becomes a 500 that tells no detail. */
@FunctionalInterface
public interface Handler {
  Response handle(Request request) throws Exception;
}
