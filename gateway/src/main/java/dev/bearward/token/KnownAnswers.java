package dev.bearward.token;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;

/**
 * Signatures whose answer is known, to find out what a provider makes of them: one good one per
 * algorithm with a public key, over the same text. The private keys were never kept.
 */
final class KnownAnswers {
  private static final byte[] TEXT =
      "Bearward checks its crypto".getBytes(StandardCharsets.US_ASCII);

  private static final String RSA_MODULUS =
      """
      sy26w-8I7_JVoUY4Yq-GPd14ic6yOAKDlbw4351ul7nnWPrB17Zy3M_Jpg3vcd1YhCmZtOPapkpJ\
      A7q-82YcbSAA8m-NKJ2oI9WYfFFfFZ84GLz8RhdPz_V_M3MW1RvTaSJW7Z7WOPoY1MqD9D-tQsVE\
      AefSy1qQCgnwOjsSYRfX4c-dE_MHSwjnHlxRcKglIQdj6jpNOmDxi9ezQfZo7rgLjGPFXJo5KsjF\
      SbnG7msS6vqb5HJTqpB7JYg6ajuYaEjHPr7FPGus6815_2TvARFUXHjiAZGT5uvws1fDAuCzgcEs\
      Qtkl5nMEgdtTm95EdSDD3Us9vDp9D5sU31O3ew\
      """;
  private static final String ES256_X =
      """
      bfS8vz-8XmM6e3EiG36xp0zA-SNZXye3BI5Jx3U-cuo\
      """;
  private static final String ES256_Y =
      """
      aaZ9ZZHAAw_5xjBc4zvUHvto12zyg_Q0rr0AwzYg9Og\
      """;
  private static final String ES384_X =
      """
      9Q-M1DqNC-6tbjA1xaQWkY0yCa-KLRm8iHPP1WKc28eJTvb4hw0-5hyXjbB1OUf8\
      """;
  private static final String ES384_Y =
      """
      -eNX2-lGi3DCEzj7emuaKg3TAC1HQd6C8R02R_KbVM3iCbxMdVJNt1Eq97hFwOaW\
      """;
  private static final String ES512_X =
      """
      AVHQbAtkbefOvlOzXVEdrBCMzkKHkIHP9ZlWQ25djzSkeY6AvRuUcD-bjkfiX6mt60e_zGYWQ-JI\
      FKWcBWSeIvE2\
      """;
  private static final String ES512_Y =
      """
      AVob8C8n8DZ8CYSvuYncAXCkQVFfPbg3A_1JTLL1sV0WCginHIMqte7g3uSWPYi61CvFrahPUTtO\
      -Q0ZsBEWa0Ly\
      """;
  private static final String ED25519_X =
      """
      Dy013DLFkXRJbEiibWHUjmu0ETe6i6MccoGQ1xAsFbA\
      """;

  private KnownAnswers() {}

  /** Whether the crypto accepts the good signature and refuses altered ones. */
  static boolean holdFor(JwsAlgorithm algorithm, VerificationCrypto crypto) {
    SignatureCheck check = checks(algorithm).by(algorithm, crypto);
    byte[] signature = new Base64URL(signature(algorithm)).decode();
    // Twice, since a provider's instance is used again and again.
    return check.verifies(TEXT, TEXT.length, signature)
        && refusesAltered(check, signature)
        && check.verifies(TEXT, TEXT.length, signature);
  }

  private static boolean refusesAltered(SignatureCheck check, byte[] signature) {
    for (int at = 0; at < signature.length; at += signature.length / 8) {
      byte[] altered = signature.clone();
      altered[at] ^= 1;
      if (check.verifies(TEXT, TEXT.length, altered)) {
        return false;
      }
    }
    byte[] otherText = TEXT.clone();
    otherText[0] ^= 1;
    return !check.verifies(otherText, TEXT.length, signature)
        && !check.verifies(TEXT, TEXT.length - 1, signature)
        && !check.verifies(TEXT, TEXT.length, new byte[signature.length]);
  }

  private static SignatureChecks checks(JwsAlgorithm algorithm) {
    return switch (algorithm) {
      case HS256, HS384, HS512 -> throw new IllegalArgumentException("no public key");
      case RS256, RS384, RS512, PS256, PS384, PS512 ->
          checks(new RSAKey.Builder(new Base64URL(RSA_MODULUS), new Base64URL("AQAB")).build());
      case ES256 -> checks(ec(Curve.P_256, ES256_X, ES256_Y));
      case ES384 -> checks(ec(Curve.P_384, ES384_X, ES384_Y));
      case ES512 -> checks(ec(Curve.P_521, ES512_X, ES512_Y));
      case EDDSA ->
          checks(new OctetKeyPair.Builder(Curve.Ed25519, new Base64URL(ED25519_X)).build());
    };
  }

  private static SignatureChecks checks(JWK jwk) {
    PublicKey key = PublicKeys.of(jwk).orElseThrow();
    return new SignatureChecks(key);
  }

  private static JWK ec(Curve curve, String x, String y) {
    return new ECKey.Builder(curve, new Base64URL(x), new Base64URL(y)).build();
  }

  private static String signature(JwsAlgorithm algorithm) {
    return switch (algorithm) {
      case HS256, HS384, HS512 -> throw new IllegalArgumentException("no public key");
      case RS256 ->
          """
          Ku2p9_7ObOa5CaYSSE3rs_er0ktzkRrxto7wbHHoMmDJ51fgJcVAaEuaSTnQdWFi5lPXsO8C7JS0\
          QezQNeMJsd8IsDGAoLQrHuCSS2kPU6JYBcywf2DDrJ3kOWlLiAJDZDCkwtXufxg7UCYzgqDpslWn\
          VzOF73blC-pO81Jj-BtkqDBZwbgJLd2UW-d5YpOAYMEzPhHrHIH_8h-P0jBHZhY86xze81QfNF2p\
          jkt2TvFTiiYhAzE537fY4mLULLy0su7KWSVsj4SOFaR6u6eHLHTmH-A9f25gILkuosxta4EnnqJI\
          ZpPksYQQQybb8hFZYQ2NG6cEj2shxHKJMXj3oA\
          """;
      case RS384 ->
          """
          OwqKOS-otKdXS5H8qUwL2LYy4wp0R6lddRfWdHn52MydN9Mlumn5BFfdF9RYZiNNnudMtwv0p8iB\
          g2qNIsWtpCKitqU2SqbooXpR12TGi65XMS66Uq180AodXyvmdKruNEgflm7WLHMaaj0o8-M9jZ_W\
          mpjtZ39R1LukHmT7QWmF3s7revwCno9V4j0NJvsYjz5YEx12ydz5qqprUfk6YCDvgkVGCbzei847\
          dHHbGuD0Eadqe6YATCvaHqFp2eZbHXp0KlhBVfWFs9Hky5bICGl-qtp7nuLiGXd8YNgzvwExnyIX\
          5xSyAX3c3idOsW2PxBvVfFrN9DsZV4ZYQgBUhw\
          """;
      case RS512 ->
          """
          JZ4498zoIhNdQiJ12m_NUZyTwtTG0lTk6jCovb4t5pUk-d9rv3TlZCvIl7ITazuBPBMOaaGJ3RZn\
          DU-QDeiuB7oI8lIq3cda0qK-urjkFb0DpfaPCPw6Ybc_iNIOlFtel9sDcfgDmsveT-Ekjl3pCan6\
          PtAesk5Ihzr6D5BsExAph-sseVT1ySKDHYNv7x13ZjvyQ5t8P7GRO4RBP575oOc2mocTai-ErPCx\
          IOhKaViJf4hRCU3BLvglOylVumC_XyCMnx84zPsQfHXWfO8UObhLDQxNocJFmrQOp4ejNhhz2uzY\
          a-lxa6aIDfNNKk2v_JfyPBCBGTNAkWQpJJpl5w\
          """;
      case PS256 ->
          """
          Bx8_uke7iBtbHau-wodI86Ss9JJGiM9FcerDSYQoZk9WUKckoHLNlNpyZ5d5gUcGHV3XLAo9XZOT\
          agaopzES4WNCc6KvRJpKwg77BvswcLm0B6jTYpOmfbJGFXwxwLaO5np_XNggJkV20P5HibLwlEVW\
          or9fTYWm2rPfKK0Ry95gugtGsSToZvTWq_IYx0SRkXS7a30UTAqIY1lzmOazptniFMtSsL__GsCq\
          h3_xmqepWrUpnuRYTqSYA2gH95sVv64XMRm5wJmiV8fA0fRuePn4OiNcchrWfqxIY5Fko8acIcDM\
          leB1wdesbsRlzZsQ-pYJWYO2JcNVb1DowipivA\
          """;
      case PS384 ->
          """
          dul5WCvmppGFWNe5eMT18BC5fMqSi5vpQkTdQZ350JbiSzvIREX1KhsgwkKnR7ru1pct3_GX7OsN\
          uSUQGe_aNV3c8ke4S3mb1zTgwwmigQLl4Q2XNXnEoag84kshUcM4VzaOKG6iVL6x4b9HXKMpoKFu\
          Sjfm5gFQBiK4orJfGTzh3zD9TmNyqIA_kxWqUbObfN9xqVJ8FkXWsq3DSWIOpHb5fovnKmzigXQZ\
          Vh27160EnuQ4QzrOfHShrk68vNDksgtMA_JJiXeUVaqW_9ykVrRUN6aQdS0wPgTg1Y1-h61Ggt_8\
          stszHRkz_WKRqBZAE6nRj2O9R6LDUcFF_Thq5A\
          """;
      case PS512 ->
          """
          S0P9pcWO-lVh1RS9EueVTDjj80zKD0MdGAo09YpPvYnRCExQC-2lnXet7LlA0s0kbbgaiPlngRlv\
          4VkZngCezEhnjAaGNW8qbY7HLXastGgvt_x8bV3TCkAVMTX_jb_81NITPbBL5VnSZbmLuz97opd_\
          aFsZdya1DkXhVt-QaQwYA4xZtKFNuzfhND74c9q3ljVnr2eF6R7G-X_3s99ZGrAXiobC5Y00f1vB\
          h2TRqMQesmydEOT8VEYvzwwMgpm_K7TkH_99AqfGOAPgd58XS_1kTyMYg1zE7VmswB-J1kVLjfUO\
          NOnxYhL1IRaQqEx97jX63O-tmphriK_C1xE1cw\
          """;
      case ES256 ->
          """
          _DONzaLlPfv7D3s8qvfYrip4G8glYE2iCY4EUG7l9snuFjkKYn2k8KclZGEkn03oWPHh-GmcoDsi\
          YcF8lp8nyw\
          """;
      case ES384 ->
          """
          LQ_tPZRY6tFauapTFqSDODvADOcnNb71yvEBHF9h8LbmcZAWqHePZbwxgUfXJTjND3IIHL_H2N5a\
          NUtS1EtUUPKndwdenR1fEx398QZ3aralN02T6GaBKrBCI7PXdxuY\
          """;
      case ES512 ->
          """
          Aawrz0Vjhuq2f_9TaD956-Jwy5ubcIHB3njgiZPUvV1xJI_WFJEH3Nb6vvmiVAtDYLYiIcygJ57R\
          iqe7kdG_1ZklAdY0jZmIkWUrnxKX5ye3wwWtJWzlDjIfzfPDlVKCsGSY5_jDCiwD3cOWy5cSiTPy\
          8msMCAz-l_GzIohjq9pzn9aI\
          """;
      case EDDSA ->
          """
          J0wv0iwcUMSNsfXNi9zprrOc1EY2HMYCKUdQZ5Q58domw-xW6DCYh1RXTO-rH7tafEBVW5Ed8EqQ\
          gCkmpj7YAA\
          """;
    };
  }
}
