package dev.bearward.token;

/** Settings of issuers for tests of other rooms. */
public final class TestSettings {
  private TestSettings() {}

  /** The same with another binding. */
  public static IssuerSettings bound(IssuerSettings base, BindingSettings binding) {
    return Settings.of(base).binding(binding).build();
  }
}
