package dev.bearward.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.http.CanonicalPath;
import dev.bearward.http.PathForm;
import dev.bearward.http.TestHeads;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RewriteTest {
  private static Rewrite rewrite(@Nullable String strip, @Nullable String add) {
    return Rewrite.of(
        strip == null ? null : TestHeads.path(strip),
        add == null ? null : TestHeads.path(add),
        null);
  }

  @ParameterizedTest
  @CsvSource({
    "/api, , /api, /",
    "/api, , /api/, /",
    "/api, , /api/x/, /x/",
    "/api/v1, , /api/v1/api/v1, /api/v1",
    "/a, /b, /a, /b",
    "/a, /b, /a/, /b/",
    "/a, /b/c, /a/x, /b/c/x",
    ", /b, /, /b/",
    ", /b, /x, /b/x",
    "/@me, , /%40me/x, /x"
  })
  @DisplayName("contract: whole segments go, the prefix comes before what is left")
  void applied_prefixes_changesTheBeginning(
      @Nullable String strip, @Nullable String add, String path, String result) {
    assertThat(rewrite(strip, add).applied(TestHeads.path(path), PathForm.STRICT))
        .isEqualTo(new CanonicalPath.Canonical(TestHeads.path(result)));
  }

  @Test
  @DisplayName("contract: without prefixes paths stay as they are")
  void keepsPath_onlyWithoutPrefixes() {
    assertThat(Rewrite.NONE.keepsPath()).isTrue();
    assertThat(rewrite("/a", null).keepsPath()).isFalse();
    assertThat(rewrite(null, "/a").keepsPath()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "/api/**, /api, true",
    "/api, /api, true",
    "/api/v1/{id}, /api/v1, true",
    "/@me/x, /%40me, true",
    "/apis/**, /api, false",
    "/api, /api/v1, false",
    "'/{a}/b', /a, false",
    "/**, /api, false"
  })
  @DisplayName("contract: only literals that every path of the route begins with can go")
  void beginsWith_comparesWholeLiterals(String pattern, String prefix, boolean begins) {
    assertThat(TestRoutes.pattern(pattern).beginsWith(TestHeads.path(prefix))).isEqualTo(begins);
  }
}
