package dev.bearward.demo.appointments;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** What a client asks to have created, read and checked field by field. */
sealed interface Draft {
  int MAX_TITLE = 120;
  int MAX_NOTES = 1000;
  int MIN_MINUTES = 5;
  int MAX_MINUTES = 24 * 60;

  /** Every field is fit to be stored. */
  record Valid(String title, Instant startsAt, int minutes, String notes, OptionalLong contactId)
      implements Draft {}

  /** At least one field is not; every such field is named. */
  record Invalid(List<FieldError> errors) implements Draft {}

  /** A field and what would be right for it. */
  record FieldError(String field, String detail) {
    Map<String, Object> json() {
      return Map.of("field", field, "detail", detail);
    }
  }

  static Draft read(Map<String, Object> members) {
    Reader reader = new Reader(members);
    Optional<String> title = reader.text("title", 1, MAX_TITLE);
    Optional<Instant> startsAt = reader.time("startsAt");
    Optional<Long> minutes = reader.number("minutes", MIN_MINUTES, MAX_MINUTES);
    Optional<String> notes =
        members.containsKey("notes") ? reader.text("notes", 0, MAX_NOTES) : Optional.of("");
    OptionalLong contactId = OptionalLong.empty();
    if (members.containsKey("contactId")) {
      contactId =
          reader.number("contactId", 1, Long.MAX_VALUE).stream().mapToLong(l -> l).findFirst();
    }
    reader.refuseOthers(Set.of("title", "startsAt", "minutes", "notes", "contactId"));
    return reader.errors.isEmpty()
        ? new Valid(
            title.orElseThrow(),
            startsAt.orElseThrow(),
            minutes.orElseThrow().intValue(),
            notes.orElseThrow(),
            contactId)
        : new Invalid(List.copyOf(reader.errors));
  }

  /** Reads fields and remembers what is wrong with them. */
  final class Reader {
    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("2100-01-01T00:00:00Z");

    private final Map<String, Object> members;
    private final List<FieldError> errors = new ArrayList<>();

    private Reader(Map<String, Object> members) {
      this.members = members;
    }

    private Optional<String> text(String field, int min, int max) {
      if (members.get(field) instanceof String text) {
        String trimmed = text.strip();
        if (trimmed.length() >= min && trimmed.length() <= max && printable(trimmed)) {
          return Optional.of(trimmed);
        }
      }
      return wrong(field, "text of " + min + " to " + max + " characters");
    }

    private Optional<Instant> time(String field) {
      if (members.get(field) instanceof String text) {
        try {
          Instant time = OffsetDateTime.parse(text).toInstant();
          if (!time.isBefore(EARLIEST) && time.isBefore(LATEST)) {
            return Optional.of(time);
          }
        } catch (DateTimeException notATime) {
          // Told below, like every other wrong value.
        }
      }
      return wrong(field, "a time of 2000 to 2099 with its offset, such as 2026-12-01T15:00:00Z");
    }

    private Optional<Long> number(String field, long min, long max) {
      Object value = members.get(field);
      if (value instanceof Integer || value instanceof Long) {
        long number = ((Number) value).longValue();
        if (number >= min && number <= max) {
          return Optional.of(number);
        }
      }
      return wrong(field, "a whole number of " + min + " to " + max);
    }

    private void refuseOthers(Set<String> known) {
      members.keySet().stream()
          .filter(name -> !known.contains(name))
          .limit(10)
          .forEach(name -> errors.add(new FieldError(name, "is not a field of an appointment")));
    }

    private <T> Optional<T> wrong(String field, String expected) {
      errors.add(new FieldError(field, "expected: " + expected));
      return Optional.empty();
    }

    /** No controls but tab and line break, and no half of a surrogate pair. */
    private static boolean printable(String text) {
      return text.codePoints()
          .allMatch(c ->
              c == '\n'
                  || c == '\t'
                  || (!Character.isISOControl(c) && Character.getType(c) != Character.SURROGATE));
    }
  }
}
