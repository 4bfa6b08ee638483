package dev.bearward.observe;

/**
 * All meters as a scraper reads them.
 *
 * @param contentType value of Content-Type
 * @param text in UTF-8
 */
public record Exposition(String contentType, String text) {}
