package dev.bearward.observe;

import dev.bearward.token.ClaimValue;

/** How the fields of an access-log line are written: as one JSON object, or as name=value pairs. */
enum LineStyle {
  JSON {
    @Override
    void begin(Line line) {
      line.raw(JSON_BEGIN);
    }

    @Override
    void afterTime(Line line) {
      line.raw('"');
    }

    @Override
    void name(Line line, Field field) {
      line.raw(field.json());
    }

    @Override
    void text(Line line, Field field, String value) {
      line.raw(field.json());
      line.quoted(value);
    }

    @Override
    void claim(Line line, Field field, ClaimValue value) {
      line.raw(field.json());
      ClaimJson.write(line, value);
    }

    @Override
    void end(Line line) {
      line.raw('}');
      line.raw('\n');
    }
  },

  TEXT {
    @Override
    void begin(Line line) {}

    @Override
    void afterTime(Line line) {}

    @Override
    void name(Line line, Field field) {
      line.raw(field.text());
    }

    @Override
    void text(Line line, Field field, String value) {
      line.raw(field.text());
      if (bare(value)) {
        line.escaped(value);
      } else {
        line.quoted(value);
      }
    }

    @Override
    void claim(Line line, Field field, ClaimValue value) {
      if (value instanceof ClaimValue.Text text) {
        text(line, field, text.value());
        return;
      }
      var json = new Line();
      ClaimJson.write(json, value);
      text(line, field, json.toString());
    }

    @Override
    void end(Line line) {
      line.raw('\n');
    }
  };

  private static final byte[] JSON_BEGIN = {'{', '"', 't', 'i', 'm', 'e', '"', ':', '"'};

  /** Before the time, which is the first of each line. */
  abstract void begin(Line line);

  abstract void afterTime(Line line);

  /** A field whose value is a number that the caller writes next. */
  abstract void name(Line line, Field field);

  abstract void text(Line line, Field field, String value);

  abstract void claim(Line line, Field field, ClaimValue value);

  abstract void end(Line line);

  private static boolean bare(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c <= ' ' || c >= 0x7f || c == '"' || c == '\\' || c == '=') {
        return false;
      }
    }
    return !value.isEmpty();
  }
}
