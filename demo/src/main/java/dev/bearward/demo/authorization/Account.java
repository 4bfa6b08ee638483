package dev.bearward.demo.authorization;

import java.util.List;
import java.util.Optional;

/** A sample user and the scopes that this user may grant. */
record Account(
    String subject, String name, String email, List<String> roles, String about, Scopes may) {

  static final List<Account> SAMPLES =
      List.of(
          new Account(
              "alice",
              "Alice Ferreira",
              "alice@example.com",
              List.of("editor"),
              "May read and change appointments",
              Scopes.KNOWN),
          new Account(
              "bob",
              "Bob Okafor",
              "bob@example.com",
              List.of("reader"),
              "May read, but not change anything",
              Scopes.KNOWN.without("write:appointments")));

  static Optional<Account> named(String subject) {
    return SAMPLES.stream().filter(account -> account.subject().equals(subject)).findFirst();
  }
}
