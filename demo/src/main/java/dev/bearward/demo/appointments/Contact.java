package dev.bearward.demo.appointments;

import java.util.Map;

/** A person in somebody's address book. */
record Contact(long id, String name, String email, String phone) {
  Map<String, Object> json() {
    return Map.of("id", id, "name", name, "email", email, "phone", phone);
  }
}
