package dev.bearward.binding;

import dev.bearward.http.PublicUrl;
import dev.bearward.http.Reason;
import dev.bearward.http.RequestHead;
import dev.bearward.token.CryptoInUse;
import dev.bearward.token.IssuerSettings;
import dev.bearward.token.SelfKeyedJws;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks the DPoP proof of a request whose token is one issuer's (RFC 9449 section 4.3). What is
 * cheap comes first, the signature last, and only a proof that is good in all else is used up.
 */
final class DpopRules {
  static final String FIELD = "dpop";
  static final int MAX_PROOF_LENGTH = 8 * 1024;
  static final int MAX_JTI_LENGTH = 256;
  private static final Set<String> CLAIMS =
      Set.of("jti", "htm", "htu", "iat", "ath", "nonce", "exp", "nbf");

  private final SelfKeyedJws.Reader reader;
  private final PublicUrl publicUrl;
  private final CryptoInUse crypto;
  private final InstantSource clock;
  private final ProofLife life;
  private final @Nullable DpopNonces nonces;

  /**
   * @param life how long proofs are taken
   * @param nonceSecret key of the nonces, if the issuer's settings demand them
   */
  DpopRules(
      IssuerSettings issuer,
      ProofLife life,
      PublicUrl publicUrl,
      SelfKeyedJws.Reader reader,
      CryptoInUse crypto,
      byte[] nonceSecret,
      InstantSource clock) {
    this.publicUrl = publicUrl;
    this.reader = reader;
    this.crypto = crypto;
    this.clock = clock;
    this.life = life;
    this.nonces =
        issuer.binding().nonce()
            ? new DpopNonces(nonceSecret, issuer.name(), issuer.binding().proofAge(), clock)
            : null;
  }

  /** Reads proofs; one for all issuers, since it remembers clients' keys. */
  static SelfKeyedJws.Reader reader() {
    return new SelfKeyedJws.Reader("dpop+jwt", CLAIMS);
  }

  /** What a proof comes to before it is looked up among those used. */
  sealed interface Checked {}

  /**
   * A proof without fault.
   *
   * @param untilMillis from then on nobody would take it
   * @param freshNonce nonce to hand out, or null
   */
  record Good(ProofId id, long untilMillis, @Nullable String freshNonce) implements Checked {}

  /** No proof, or one with a fault. */
  record Bad(Possession.Unproven why) implements Checked {}

  /**
   * Checks the proof that came with a token.
   *
   * @param keyThumbprint what the token is bound to
   */
  Checked check(RequestHead head, String token, String keyThumbprint) {
    String field = head.headers().first(FIELD);
    if (field == null) {
      return bad(Reason.PROOF_MISSING, "DPoP");
    }
    if (head.headers().count(FIELD) > 1 || field.length() > MAX_PROOF_LENGTH) {
      return bad(Reason.PROOF_INVALID, "DPoP");
    }
    SelfKeyedJws proof = reader.read(field);
    if (proof == null) {
      return bad(Reason.PROOF_INVALID, "form");
    }
    String target = TargetUri.normalised(publicUrl.of(head.path()));
    String fault = fault(proof, head.method(), target, keyThumbprint, hash(token));
    if (fault != null) {
      return bad(Reason.PROOF_INVALID, fault);
    }
    DpopNonces.Standing nonce = nonceStanding(proof);
    if (nonce == DpopNonces.Standing.UNKNOWN) {
      return bad(Reason.NONCE_REQUIRED, "nonce");
    }
    if (!proof.isSigned(crypto.current())) {
      return bad(Reason.PROOF_INVALID, "signature");
    }
    String jti = proof.text("jti");
    Long issued = proof.millis("iat");
    if (target == null || jti == null || issued == null) {
      throw new IllegalStateException("a proof without fault has all of these");
    }
    return new Good(
        ProofId.of(keyThumbprint, target, jti),
        life.end(issued) + 1,
        nonce == DpopNonces.Standing.PREVIOUS ? nonce() : null);
  }

  private @Nullable String fault(
      SelfKeyedJws proof, String method, @Nullable String target, String thumbprint, String hash) {
    if (!same(thumbprint, proof.keyThumbprint())) {
      return "jwk";
    }
    if (!method.equals(proof.text("htm"))) {
      return "htm";
    }
    String htu = proof.text("htu");
    if (htu == null || target == null || !target.equals(TargetUri.normalised(htu))) {
      return "htu";
    }
    String jti = proof.text("jti");
    if (jti == null || jti.isEmpty() || jti.length() > MAX_JTI_LENGTH) {
      return "jti";
    }
    if (!same(hash, proof.text("ath"))) {
      return "ath";
    }
    return timeFault(proof, clock.millis());
  }

  private @Nullable String timeFault(SelfKeyedJws proof, long now) {
    Long issued = proof.millis("iat");
    if (issued == null || !life.takes(issued, now)) {
      return "iat";
    }
    // Not of RFC 9449, but RFC 7519 section 4.1 gives them a meaning in every JWT.
    if (proof.has("exp")) {
      Long expires = proof.millis("exp");
      if (expires == null || now >= expires + life.skewMillis()) {
        return "exp";
      }
    }
    if (proof.has("nbf")) {
      Long begins = proof.millis("nbf");
      if (begins == null || now < begins - life.skewMillis()) {
        return "nbf";
      }
    }
    return null;
  }

  private DpopNonces.Standing nonceStanding(SelfKeyedJws proof) {
    if (nonces == null) {
      return DpopNonces.Standing.CURRENT;
    }
    String nonce = proof.text("nonce");
    return nonce == null ? DpopNonces.Standing.UNKNOWN : nonces.standing(nonce);
  }

  /** RFC 9449 section 4.2: over the token's ASCII characters. */
  private static String hash(String token) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(Sha256.of(token.getBytes(StandardCharsets.US_ASCII)));
  }

  static boolean same(String expected, @Nullable String actual) {
    return actual != null
        && MessageDigest.isEqual(
            expected.getBytes(StandardCharsets.UTF_8), actual.getBytes(StandardCharsets.UTF_8));
  }

  private Bad bad(Reason reason, String what) {
    return new Bad(new Possession.Unproven(reason, what, nonce()));
  }

  private @Nullable String nonce() {
    return nonces == null ? null : nonces.current();
  }
}
