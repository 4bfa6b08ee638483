package dev.bearward.http;

import org.jspecify.annotations.Nullable;

/**
 * Why a request was refused: the one list that status, OAuth error code (RFC 6750 section 3.1),
 * metric label, access-log field and {@code docs/errors.md} are made from.
 */
public enum Reason {
  NO_TOKEN(401, null, "Unauthorized", "an access token is required"),
  MALFORMED_AUTHORIZATION(
      400, "invalid_request", "Bad Request", "the Authorization field is not well formed"),
  MULTIPLE_TOKENS(400, "invalid_request", "Bad Request", "more than one access token was sent"),

  TOKEN_MALFORMED(401, "the access token is not well formed"),
  TOKEN_TOO_LARGE(401, "the access token is too large"),
  UNKNOWN_ISSUER(401, "the issuer of the access token is not accepted here"),
  ALGORITHM_NOT_ALLOWED(401, "the signature algorithm of the access token is not accepted here"),
  UNKNOWN_KEY(401, "the key that signed the access token is not known"),
  BAD_SIGNATURE(401, "the signature of the access token is not valid"),
  WRONG_TYPE(401, "the token is not an access token"),
  WRONG_AUDIENCE(401, "the access token is not meant for this API"),
  EXPIRED(401, "the access token expired"),
  NOT_YET_VALID(401, "the access token is not valid yet"),
  TOO_OLD(401, "the access token was issued too long ago"),
  TOO_LONG_LIVED(401, "the lifetime of the access token is longer than accepted here"),
  MISSING_CLAIM(401, "the access token lacks a required claim"),
  INACTIVE(401, "the access token is not active"),
  REVOKED(401, "the access token was revoked"),
  BINDING_NOT_SUPPORTED(401, "the access token is bound to a key, which is not accepted here"),
  PROOF_MISSING(401, "a proof of possession of the access token's key is required"),
  PROOF_INVALID(401, "invalid_dpop_proof", "Unauthorized", "the DPoP proof is not valid"),
  NONCE_REQUIRED(
      401, "use_dpop_nonce", "Unauthorized", "the DPoP proof must hold the nonce given here"),

  STEP_UP_REQUIRED(
      401,
      "insufficient_user_authentication",
      "Unauthorized",
      "a stronger or more recent authentication is required"),
  INSUFFICIENT_SCOPE(
      403, "insufficient_scope", "Forbidden", "the access token lacks a required scope"),
  ORIGIN_NOT_ALLOWED(403, null, "Forbidden", "the origin of the request is not allowed here"),
  CLAIM_MISMATCH(403, null, "Forbidden", "a claim of the access token does not meet the rule"),

  KEYS_UNAVAILABLE(503, null, "Service Unavailable", "the issuer's keys cannot be had right now"),
  INTROSPECTION_UNAVAILABLE(
      503,
      null,
      "Service Unavailable",
      "the issuer cannot say right now whether the token is active"),
  STATE_UNAVAILABLE(
      503, null, "Service Unavailable", "what the decision needs to remember cannot be kept"),
  OVERLOADED(503, null, "Service Unavailable", "too many requests are waiting"),
  DRAINING(503, null, "Service Unavailable", "the gateway is shutting down"),

  BAD_REQUEST(400, null, "Bad Request", "the request is not well-formed HTTP"),
  AMBIGUOUS_PATH(400, null, "Bad Request", "the path can be read in more than one way"),
  REQUEST_TIMEOUT(408, null, "Request Timeout", "the request did not arrive in time"),
  BODY_TOO_LARGE(413, null, "Content Too Large", "the request body is larger than allowed"),
  URI_TOO_LONG(414, null, "URI Too Long", "the request line is longer than allowed"),
  EXPECTATION_FAILED(417, null, "Expectation Failed", "only 100-continue can be expected"),
  MISDIRECTED(421, null, "Misdirected Request", "this connection is not for that host"),
  WEBSOCKET_VERSION(426, null, "Upgrade Required", "the only WebSocket version understood is 13"),
  HEADER_TOO_LARGE(
      431, null, "Request Header Fields Too Large", "the header is larger than allowed"),
  UNSUPPORTED_TRANSFER_CODING(
      501, null, "Not Implemented", "the only transfer coding understood is chunked"),
  UNSUPPORTED_VERSION(505, null, "HTTP Version Not Supported", "the HTTP version is not supported"),

  NO_ROUTE(404, null, "Not Found", "no route matches the request"),
  METHOD_NOT_ALLOWED(405, null, "Method Not Allowed", "no route takes this method here"),

  RATE_LIMITED(429, null, "Too Many Requests", "too many requests of this kind; come again later"),

  UPSTREAM_UNAVAILABLE(502, null, "Bad Gateway", "the upstream cannot be reached"),
  UPSTREAM_RESET(502, null, "Bad Gateway", "the upstream closed the connection"),
  UPSTREAM_INVALID_RESPONSE(
      502, null, "Bad Gateway", "the upstream's response is not well-formed HTTP"),
  UPSTREAM_TIMEOUT(504, null, "Gateway Timeout", "the upstream did not answer in time"),

  INTERNAL_ERROR(500, null, "Internal Server Error", "the gateway failed");

  private final int status;
  private final @Nullable String oauthError;
  private final String title;
  private final String detail;
  private final String label;

  Reason(int status, String detail) {
    this(status, "invalid_token", "Unauthorized", detail);
  }

  Reason(int status, @Nullable String oauthError, String title, String detail) {
    this.status = status;
    this.oauthError = oauthError;
    this.title = title;
    this.detail = detail;
    this.label = name().toLowerCase(java.util.Locale.ROOT);
  }

  /** HTTP status code of the refusal. */
  public int status() {
    return status;
  }

  /** OAuth error code of the challenge, or null where the challenge carries none. */
  public @Nullable String oauthError() {
    return oauthError;
  }

  /** Standard phrase of the status (RFC 9110 section 15). */
  public String title() {
    return title;
  }

  /** One sentence for people; printable ASCII without quote and backslash (RFC 6750 section 3). */
  public String detail() {
    return detail;
  }

  /** The contract's name of the reason: metric label, log field and {@code reason} member. */
  public String label() {
    return label;
  }
}
