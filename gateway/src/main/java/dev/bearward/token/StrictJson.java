package dev.bearward.token;

import dev.bearward.token.ClaimValue.Bool;
import dev.bearward.token.ClaimValue.Members;
import dev.bearward.token.ClaimValue.Numeric;
import dev.bearward.token.ClaimValue.Text;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;

/**
 * Reads one JSON object (RFC 8259) and keeps the wanted members of it. Strict where parsers are
 * lenient: UTF-8 without byte order mark, no name twice at any level (RFC 7515 section 4, RFC 7519
 * section 4), nothing after the object, and bounds on depth, count and lengths.
 */
final class StrictJson {
  static final int MAX_DEPTH = 32;
  static final int MAX_TOKENS = 10_000;
  static final int MAX_NUMBER_LENGTH = 100;
  static final int MAX_NAME_LENGTH = 1_024;
  private static final int MAX_STRING_LENGTH = 1_048_576;

  private static final ClaimValue NULL = new ClaimValue.Null();
  private static final Bool TRUE = new Bool(true);
  private static final Bool FALSE = new Bool(false);

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
          .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
          .recyclerPool(JsonRecyclerPools.threadLocalPool())
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxTokenCount(MAX_TOKENS)
                  .maxNumberLength(MAX_NUMBER_LENGTH)
                  .maxNameLength(MAX_NAME_LENGTH)
                  .maxStringLength(MAX_STRING_LENGTH)
                  .build())
          .build();

  private StrictJson() {}

  /** The members of those names that the object has, or null when it is not strict JSON. */
  static @Nullable Map<String, ClaimValue> read(byte[] json, Set<String> wanted) {
    if (!isUtf8(json)) {
      return null;
    }
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      Map<String, ClaimValue> members = new HashMap<>();
      for (String name = parser.nextName(); name != null; name = parser.nextName()) {
        parser.nextToken();
        if (wanted.contains(name)) {
          members.put(name, value(parser));
        } else {
          parser.skipChildren();
        }
      }
      return parser.nextToken() == null ? members : null;
    } catch (JacksonException | NumberFormatException | LoneSurrogate e) {
      // The second comes through for an exponent beyond an int.
      return null;
    }
  }

  private static ClaimValue value(JsonParser parser) throws LoneSurrogate {
    return switch (parser.currentToken()) {
      case VALUE_STRING -> new Text(wellFormed(parser.getString()));
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Numeric(number(parser));
      case VALUE_TRUE -> TRUE;
      case VALUE_FALSE -> FALSE;
      case VALUE_NULL -> NULL;
      case START_ARRAY -> array(parser);
      case START_OBJECT -> members(parser);
      case END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
          throw new IllegalStateException("no value at " + parser.currentToken());
    };
  }

  private static BigDecimal number(JsonParser parser) {
    return switch (parser.getNumberType()) {
      case INT, LONG -> BigDecimal.valueOf(parser.getLongValue());
      case BIG_INTEGER, FLOAT, DOUBLE, BIG_DECIMAL -> parser.getDecimalValue();
    };
  }

  private static ClaimValue array(JsonParser parser) throws LoneSurrogate {
    List<ClaimValue> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(value(parser));
    }
    return new ClaimValue.Array(items);
  }

  private static ClaimValue members(JsonParser parser) throws LoneSurrogate {
    Map<String, ClaimValue> members = new LinkedHashMap<>();
    for (String name = parser.nextName(); name != null; name = parser.nextName()) {
      parser.nextToken();
      members.put(wellFormed(name), value(parser));
    }
    return new Members(members);
  }

  /** Escapes can make what UTF-8 cannot: half a surrogate pair (RFC 8259 section 8.2). */
  private static String wellFormed(String text) throws LoneSurrogate {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        boolean pair =
            i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
        if (!pair) {
          throw new LoneSurrogate();
        }
        i++;
      }
    }
    return text;
  }

  /** Never leaves this class. */
  private static final class LoneSurrogate extends Exception {
    private static final long serialVersionUID = 1L;

    LoneSurrogate() {
      super("half a surrogate pair", null, false, false);
    }
  }

  /** Whether it is UTF-8 by RFC 3629 and does not begin with a byte order mark. */
  private static boolean isUtf8(byte[] bytes) {
    for (byte b : bytes) {
      if (b < 0) {
        return isUtf8BeyondAscii(bytes);
      }
    }
    return true;
  }

  private static boolean isUtf8BeyondAscii(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).charAt(0)
          != '\uFEFF';
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
