package dev.bearward.jwks;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * Strict JSON of the documents that issuers publish: one object, valid UTF-8, no byte order mark,
 * nothing after it, bounded in depth and lengths. Members that are null are left out; an object in
 * which a name stands twice becomes {@link #AMBIGUOUS}, so that one bad key does not void a set.
 */
final class Json {
  /** Stands for an object with a repeated name. */
  static final Object AMBIGUOUS = new Object();

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(16)
                  .maxStringLength(64 * 1024)
                  .maxNameLength(1024)
                  .maxNumberLength(64)
                  .maxTokenCount(100_000)
                  .build())
          .build();

  private Json() {}

  /** The object, or empty when the bytes are not one strict JSON object without repeated names. */
  static Optional<Map<?, ?>> object(byte[] utf8) {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), decode(utf8))) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      Object value = object(parser);
      return parser.nextToken() == null && value instanceof Map<?, ?> members
          ? Optional.of(members)
          : Optional.empty();
    } catch (CharacterCodingException | JacksonException malformed) {
      return Optional.empty();
    }
  }

  private static String decode(byte[] utf8) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
  }

  private static Object object(JsonParser parser) {
    Map<String, Object> members = new LinkedHashMap<>();
    boolean repeated = false;
    for (String name = parser.nextName(); name != null; name = parser.nextName()) {
      Object value = value(parser, parser.nextToken());
      repeated |= members.put(name, value) != null;
    }
    members.values().removeIf(value -> value == JsonToken.VALUE_NULL);
    return repeated ? AMBIGUOUS : members;
  }

  private static List<Object> array(JsonParser parser) {
    List<Object> items = new ArrayList<>();
    for (JsonToken next = parser.nextToken();
        next != JsonToken.END_ARRAY;
        next = parser.nextToken()) {
      items.add(value(parser, next));
    }
    return items;
  }

  /** A number with an exponent beyond all use counts as null: one odd member voids no set. */
  private static Object number(JsonParser parser) {
    try {
      return parser.getDecimalValue();
    } catch (NumberFormatException | ArithmeticException beyondUse) {
      return JsonToken.VALUE_NULL;
    }
  }

  private static Object value(JsonParser parser, JsonToken token) {
    return switch (token) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_STRING -> parser.getString();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser);
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> JsonToken.VALUE_NULL;
    };
  }
}
