package dev.bearward.revocation;

import dev.bearward.token.Revocation;
import dev.bearward.token.Revocation.By;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * A revocation as a JSON object, in requests and in the file alike: {@code jti}, {@code sub} or
 * {@code client_id}; {@code issuedBefore} with the latter two; {@code expiresAt}; and {@code
 * issuer} where not all are meant. Times are RFC 3339, or seconds since the epoch as in a token.
 * Nothing else is taken: a restriction that is not understood would deny too much or too little.
 */
public final class RevocationForm {
  private static final List<String> TEXTS = List.of("jti", "sub", "client_id", "issuer");
  private static final List<String> TIMES = List.of("issuedBefore", "expiresAt");
  private static final String MEMBERS =
      "expected: jti, sub, client_id, issuer, issuedBefore, expiresAt)";

  static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(4)
                  .maxStringLength(4 * Revocation.MAX_NAME)
                  .maxNameLength(64)
                  .maxNumberLength(32)
                  .build())
          .build();

  private RevocationForm() {}

  /** What was read. */
  public sealed interface Reading {}

  /** A revocation. */
  public record Good(Revocation revocation) implements Reading {}

  /** None, for that reason: {@code member: value (expected: …)}. */
  public record Bad(String problem) implements Reading {}

  /** Reads one object and nothing behind it. */
  public static Reading read(byte[] utf8) {
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), decode(utf8))) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return new Bad("body: no JSON object (" + MEMBERS);
      }
      Reading reading = read(parser);
      return parser.nextToken() == null
          ? reading
          : new Bad("body: more than one JSON value (expected: one object)");
    } catch (JacksonException | CharacterCodingException malformed) {
      return new Bad("body: malformed (expected: a JSON object in UTF-8, each member once)");
    }
  }

  private static String decode(byte[] utf8) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
  }

  /** Reads the object that the parser is at the begin of, to its end. */
  static Reading read(JsonParser parser) {
    Map<String, String> texts = new HashMap<>();
    Map<String, Instant> times = new HashMap<>();
    String problem = null;
    for (String name = parser.nextName(); name != null; name = parser.nextName()) {
      JsonToken token = parser.nextToken();
      String wrong = member(parser, name, token, texts, times);
      problem = problem == null ? wrong : problem;
      parser.skipChildren();
    }
    return problem == null ? whole(texts, times) : new Bad(problem);
  }

  private static @Nullable String member(
      JsonParser parser,
      String name,
      JsonToken token,
      Map<String, String> texts,
      Map<String, Instant> times) {
    if (TEXTS.contains(name)) {
      String text = token == JsonToken.VALUE_STRING ? parser.getString() : "";
      texts.put(name, text);
      return text.isEmpty() || !wellFormed(text)
          ? name + ": none (expected: a text of 1 to " + Revocation.MAX_NAME + " characters)"
          : null;
    }
    if (TIMES.contains(name)) {
      Instant time = time(parser, token);
      times.put(name, time == null ? Instant.EPOCH : time);
      return time == null
          ? name + ": none (expected: a time such as 2026-11-22T12:00:00Z, or seconds since 1970)"
          : null;
    }
    return name + ": unknown (" + MEMBERS;
  }

  /** Half a surrogate pair stands in no token, so it would deny none. */
  private static boolean wellFormed(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  private static @Nullable Instant time(JsonParser parser, JsonToken token) {
    try {
      return switch (token) {
        case VALUE_STRING -> Instant.parse(parser.getString());
        case VALUE_NUMBER_INT -> Instant.ofEpochSecond(parser.getLongValue());
        default -> null;
      };
    } catch (DateTimeException | JacksonException notATime) {
      return null;
    }
  }

  private static Reading whole(Map<String, String> texts, Map<String, Instant> times) {
    List<By> named =
        List.of(By.values()).stream().filter(by -> texts.containsKey(by.claim())).toList();
    if (named.size() != 1) {
      return new Bad("jti, sub, client_id: " + named.size() + " of them (expected: exactly one)");
    }
    By by = named.getFirst();
    Instant issuedBefore = times.get("issuedBefore");
    Instant expiresAt = times.get("expiresAt");
    if (by == By.TOKEN_ID && issuedBefore != null) {
      return new Bad("issuedBefore: a time (expected: with sub or client_id only)");
    }
    if (by != By.TOKEN_ID && issuedBefore == null) {
      return new Bad("issuedBefore: missing (expected: a time, with " + by.claim() + ")");
    }
    if (expiresAt == null) {
      return new Bad("expiresAt: missing (expected: when the last of the tokens has ended)");
    }
    try {
      String name = texts.getOrDefault(by.claim(), "");
      return new Good(new Revocation(by, name, texts.get("issuer"), issuedBefore, expiresAt));
    } catch (IllegalArgumentException outOfRange) {
      return new Bad(String.valueOf(outOfRange.getMessage()));
    }
  }

  /** The object on one line. */
  static String write(Revocation revocation) {
    var text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartObject();
      json.writeStringProperty(revocation.by().claim(), revocation.name());
      if (revocation.issuer() != null) {
        json.writeStringProperty("issuer", revocation.issuer());
      }
      if (revocation.issuedBefore() != null) {
        json.writeStringProperty("issuedBefore", revocation.issuedBefore().toString());
      }
      json.writeStringProperty("expiresAt", revocation.expiresAt().toString());
      json.writeEndObject();
    }
    return text.toString();
  }
}
