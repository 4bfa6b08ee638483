package dev.bearward.demo.appointments;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** One entry of somebody's calendar. */
record Appointment(
    long id, String title, Instant startsAt, int minutes, String notes, Optional<Contact> contact) {

  Map<String, Object> json() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("id", id);
    members.put("title", title);
    members.put("startsAt", startsAt.toString());
    members.put("minutes", minutes);
    members.put("notes", notes);
    contact.ifPresent(with -> members.put("contact", Map.of("id", with.id(), "name", with.name())));
    return members;
  }
}
