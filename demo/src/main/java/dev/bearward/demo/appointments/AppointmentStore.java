package dev.bearward.demo.appointments;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Appointments and contacts in an H2 database in memory; each row belongs to one owner. */
final class AppointmentStore implements AutoCloseable {
  /** Appointments that one owner may have. */
  static final int MAX_PER_OWNER = 500;

  private static final String COLUMNS =
      """
      SELECT a.id, a.title, a.starts_at, a.minutes, a.notes,
             c.id AS contact_id, c.name, c.email, c.phone
        FROM appointments a LEFT JOIN contacts c ON c.id = a.contact_id
      """;

  private final String url = "jdbc:h2:mem:" + UUID.randomUUID();

  /** Keeps the database: H2 drops one in memory with its last connection. */
  private final Connection keeper;

  AppointmentStore() throws SQLException {
    keeper = connect();
    try (Statement statement = keeper.createStatement()) {
      statement.execute(
          """
          CREATE TABLE contacts (
            id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            owner VARCHAR(255) NOT NULL,
            name VARCHAR(120) NOT NULL, email VARCHAR(120) NOT NULL, phone VARCHAR(40) NOT NULL);
          CREATE TABLE appointments (
            id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            owner VARCHAR(255) NOT NULL,
            title VARCHAR(120) NOT NULL,
            starts_at TIMESTAMP(9) WITH TIME ZONE NOT NULL,
            minutes INTEGER NOT NULL, notes VARCHAR(1000) NOT NULL,
            contact_id BIGINT REFERENCES contacts);
          CREATE INDEX appointments_of ON appointments (owner, starts_at);
          CREATE INDEX contacts_of ON contacts (owner, name);
          """);
    }
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(url);
  }

  List<Appointment> appointments(String owner) throws SQLException {
    String sql = COLUMNS + " WHERE a.owner = ? ORDER BY a.starts_at, a.id";
    try (Connection connection = connect();
        PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, owner);
      return read(query);
    }
  }

  Optional<Appointment> appointment(String owner, long id) throws SQLException {
    String sql = COLUMNS + " WHERE a.owner = ? AND a.id = ?";
    try (Connection connection = connect();
        PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, owner);
      query.setLong(2, id);
      return read(query).stream().findFirst();
    }
  }

  List<Contact> contacts(String owner) throws SQLException {
    String sql = "SELECT id, name, email, phone FROM contacts WHERE owner = ? ORDER BY name, id";
    List<Contact> contacts = new ArrayList<>();
    try (Connection connection = connect();
        PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, owner);
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          contacts.add(
              new Contact(row.getLong(1), row.getString(2), row.getString(3), row.getString(4)));
        }
      }
    }
    return contacts;
  }

  /** The new appointment's id; empty when the owner has as many as may be. */
  Optional<Long> add(String owner, Draft.Valid draft) throws SQLException {
    String sql =
        """
        INSERT INTO appointments (owner, title, starts_at, minutes, notes, contact_id)
        SELECT ?, ?, ?, ?, ?, ? WHERE (SELECT COUNT(*) FROM appointments WHERE owner = ?) < ?
        """;
    try (Connection connection = connect();
        PreparedStatement insert = connection.prepareStatement(sql, new String[] {"id"})) {
      insert.setString(1, owner);
      insert.setString(2, draft.title());
      insert.setObject(3, draft.startsAt().atOffset(ZoneOffset.UTC));
      insert.setInt(4, draft.minutes());
      insert.setString(5, draft.notes());
      Object contact = draft.contactId().isPresent() ? draft.contactId().getAsLong() : null;
      insert.setObject(6, contact, java.sql.Types.BIGINT);
      insert.setString(7, owner);
      insert.setInt(8, MAX_PER_OWNER);
      return insert.executeUpdate() == 1 ? Optional.of(generatedId(insert)) : Optional.empty();
    }
  }

  long addContact(String owner, String name, String email, String phone) throws SQLException {
    String sql = "INSERT INTO contacts (owner, name, email, phone) VALUES (?, ?, ?, ?)";
    try (Connection connection = connect();
        PreparedStatement insert = connection.prepareStatement(sql, new String[] {"id"})) {
      insert.setString(1, owner);
      insert.setString(2, name);
      insert.setString(3, email);
      insert.setString(4, phone);
      insert.executeUpdate();
      return generatedId(insert);
    }
  }

  /** Whether there was such an appointment to cancel. */
  boolean cancel(String owner, long id) throws SQLException {
    String sql = "DELETE FROM appointments WHERE owner = ? AND id = ?";
    try (Connection connection = connect();
        PreparedStatement delete = connection.prepareStatement(sql)) {
      delete.setString(1, owner);
      delete.setLong(2, id);
      return delete.executeUpdate() == 1;
    }
  }

  @Override
  public void close() throws SQLException {
    keeper.close();
  }

  private static List<Appointment> read(PreparedStatement query) throws SQLException {
    List<Appointment> appointments = new ArrayList<>();
    try (ResultSet row = query.executeQuery()) {
      while (row.next()) {
        appointments.add(appointment(row));
      }
    }
    return appointments;
  }

  private static Appointment appointment(ResultSet row) throws SQLException {
    Instant startsAt = row.getObject("starts_at", OffsetDateTime.class).toInstant();
    long contactId = row.getLong("contact_id");
    Optional<Contact> contact =
        row.wasNull()
            ? Optional.empty()
            : Optional.of(
                new Contact(
                    contactId,
                    row.getString("name"),
                    row.getString("email"),
                    row.getString("phone")));
    return new Appointment(
        row.getLong("id"),
        row.getString("title"),
        startsAt,
        row.getInt("minutes"),
        row.getString("notes"),
        contact);
  }

  private static long generatedId(PreparedStatement insert) throws SQLException {
    try (ResultSet keys = insert.getGeneratedKeys()) {
      keys.next();
      return keys.getLong(1);
    }
  }
}
