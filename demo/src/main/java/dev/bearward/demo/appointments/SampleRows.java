package dev.bearward.demo.appointments;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.OptionalLong;

/** What the sample users find in their calendars: a few entries in the days after {@code now}. */
final class SampleRows {
  private final AppointmentStore store;
  private final Instant tomorrow;

  private SampleRows(AppointmentStore store, Instant now) {
    this.store = store;
    this.tomorrow = now.truncatedTo(ChronoUnit.DAYS).plus(Duration.ofDays(1));
  }

  static void addTo(AppointmentStore store, Instant now) throws SQLException {
    SampleRows rows = new SampleRows(store, now);
    rows.alice();
    rows.bob();
  }

  private void alice() throws SQLException {
    long ines = store.addContact("alice", "Ines Moreau", "ines@example.com", "+33 1 5550 0101");
    long noor = store.addContact("alice", "Noor Haddad", "noor@example.com", "+32 2 555 0102");
    store.addContact("alice", "Tomas Lindqvist", "tomas@example.com", "+46 8 5550 103");
    add("alice", "Dentist", 0, 9 * 60 + 30, 45, "Bring the X-rays.", noor);
    add("alice", "Lunch with Ines", 1, 12 * 60 + 15, 75, "The place by the canal.", ines);
    add("alice", "Boiler service", 4, 8 * 60, 120, "Somebody must be at home.", 0);
  }

  private void bob() throws SQLException {
    long priya = store.addContact("bob", "Priya Raman", "priya@example.com", "+44 20 5550 0104");
    store.addContact("bob", "Jonas Weber", "jonas@example.com", "+49 30 5550 105");
    add("bob", "Piano lesson", 0, 17 * 60, 60, "Practise bars 12 to 24.", priya);
    add("bob", "Eye test", 6, 10 * 60 + 20, 30, "", 0);
  }

  private void add(
      String owner, String title, int day, int minuteOfDay, int minutes, String notes, long contact)
      throws SQLException {
    Instant start = tomorrow.plus(Duration.ofDays(day)).plus(Duration.ofMinutes(minuteOfDay));
    OptionalLong contactId = contact == 0 ? OptionalLong.empty() : OptionalLong.of(contact);
    store.add(owner, new Draft.Valid(title, start, minutes, notes, contactId));
  }
}
