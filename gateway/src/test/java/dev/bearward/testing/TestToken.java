package dev.bearward.testing;

import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A token in the making; every step returns the same token. */
public final class TestToken {
  private final Map<String, @Nullable Object> header = new LinkedHashMap<>();
  private final Map<String, @Nullable Object> claims = new LinkedHashMap<>();
  private TestKey key;

  /** An empty token, to be signed by that key, with alg and kid in its header. */
  public TestToken(TestKey key) {
    this.key = key;
    header.put("alg", key.algorithm().joseName());
    header.put("kid", key.keyId());
  }

  /** Signs with another key; the header stays as it is. */
  public TestToken signedBy(TestKey other) {
    key = other;
    return this;
  }

  /** Sets a header parameter, JSON null included. */
  public TestToken header(String name, @Nullable Object value) {
    header.put(name, value);
    return this;
  }

  /** Takes a header parameter away. */
  public TestToken withoutHeader(String name) {
    header.remove(name);
    return this;
  }

  /** Sets a claim, JSON null included. */
  public TestToken claim(String name, @Nullable Object value) {
    claims.put(name, value);
    return this;
  }

  /** Takes a claim away. */
  public TestToken without(String name) {
    claims.remove(name);
    return this;
  }

  /** Sets {@code sub}. */
  public TestToken subject(String subject) {
    return claim("sub", subject);
  }

  /** Sets {@code aud} to an array. */
  public TestToken audience(String... audiences) {
    return claim("aud", List.of(audiences));
  }

  /** Sets the scope claim, separated by spaces. */
  public TestToken scopes(String... scopes) {
    return claim("scope", String.join(" ", scopes));
  }

  /** Sets {@code iat}. */
  public TestToken issuedAt(Instant time) {
    return claim("iat", time.getEpochSecond());
  }

  /** Sets {@code exp}. */
  public TestToken expiresAt(Instant time) {
    return claim("exp", time.getEpochSecond());
  }

  /** Sets {@code nbf}. */
  public TestToken notBefore(Instant time) {
    return claim("nbf", time.getEpochSecond());
  }

  /** The compact serialisation. */
  public String sign() {
    return compact(JSONObjectUtils.toJSONString(header), JSONObjectUtils.toJSONString(claims), key);
  }

  /** {@code Bearer} and the compact serialisation. */
  public String bearer() {
    return "Bearer " + sign();
  }

  /** Signs whatever stands there as header and payload, well formed or not. */
  public static String compact(String header, String payload, TestKey key) {
    return compact(
        header.getBytes(StandardCharsets.UTF_8), payload.getBytes(StandardCharsets.UTF_8), key);
  }

  /** Signs whatever bytes stand there as header and payload, well formed or not. */
  public static String compact(byte[] header, byte[] payload, TestKey key) {
    String input = Base64URL.encode(header) + "." + Base64URL.encode(payload);
    byte[] signature = key.sign(input.getBytes(StandardCharsets.US_ASCII));
    return input + "." + Base64URL.encode(signature);
  }
}
