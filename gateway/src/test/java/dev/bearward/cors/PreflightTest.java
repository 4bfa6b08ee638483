package dev.bearward.cors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.http.TestHeads;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PreflightTest {
  private static final String METHOD = "Access-Control-Request-Method";

  @Test
  @DisplayName("rule 162: OPTIONS with Origin and Access-Control-Request-Method is a preflight")
  void requestedMethod_preflight_isTheMethodAskedFor() {
    var head = TestHeads.head("OPTIONS", "h", "/", "Origin", "https://a", METHOD, "PUT");
    assertThat(Preflight.requestedMethod(head)).isEqualTo("PUT");
  }

  @Test
  @DisplayName("rule 162: anything less is a request like any other")
  void requestedMethod_otherRequests_isNone() {
    assertThat(Preflight.requestedMethod(TestHeads.head("OPTIONS", "h", "/"))).isNull();
    assertThat(Preflight.requestedMethod(TestHeads.head("OPTIONS", "h", "/", METHOD, "PUT")))
        .isNull();
    assertThat(
            Preflight.requestedMethod(TestHeads.head("OPTIONS", "h", "/", "Origin", "https://a")))
        .isNull();
    assertThat(
            Preflight.requestedMethod(
                TestHeads.head("GET", "h", "/", "Origin", "https://a", METHOD, "PUT")))
        .isNull();
    assertThat(
            Preflight.requestedMethod(
                TestHeads.head("options", "h", "/", "Origin", "https://a", METHOD, "PUT")))
        .isNull();
  }
}
