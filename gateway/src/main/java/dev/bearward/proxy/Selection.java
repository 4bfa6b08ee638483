package dev.bearward.proxy;

import java.util.List;

/** The endpoints to choose from until there is another selection; told apart by identity. */
final class Selection {
  static final Selection NONE = new Selection(List.of());

  private final List<Endpoint> endpoints;

  Selection(List<Endpoint> endpoints) {
    this.endpoints = List.copyOf(endpoints);
  }

  List<Endpoint> endpoints() {
    return endpoints;
  }
}
