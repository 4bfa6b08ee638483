package dev.bearward.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The manifests, rendered by kustomize, read with the types of the Kubernetes API. */
@Tag("docker")
@Timeout(120)
class KubernetesTest {
  private static final String MODEL = "io.fabric8.kubernetes.api.model";

  @ParameterizedTest
  @ValueSource(strings = {"standalone", "example"})
  void manifests_holdOnlyWhatTheApiKnows(String folder) throws Exception {
    List<HasMetadata> resources = rendered(folder);

    assertThat(resources).hasSizeGreaterThan(4);
    var unknown = new ArrayList<String>();
    for (HasMetadata resource : resources) {
      assertThat(resource.getClass().getPackageName()).startsWith(MODEL);
      findUnknown(resource, resource.getKind(), unknown);
    }
    assertThat(unknown).isEmpty();
  }

  @Test
  void unknownField_isFound() throws Exception {
    var unknown = new ArrayList<String>();
    HasMetadata broken =
        parsed("apiVersion: v1\nkind: Service\nspec: {ports: [{prot: 80}]}\n").getFirst();
    findUnknown(broken, "Service", unknown);

    assertThat(unknown).singleElement().asString().contains("prot");
  }

  @Test
  void standalone_hasEverythingThatKeepsItUp() throws Exception {
    assertThat(rendered("standalone"))
        .extracting(HasMetadata::getKind)
        .contains(
            "Deployment",
            "Service",
            "PodDisruptionBudget",
            "HorizontalPodAutoscaler",
            "NetworkPolicy",
            "Secret",
            "ConfigMap",
            "ServiceAccount");
  }

  @ParameterizedTest
  @CsvSource({"standalone, bearward", "example, appointments"})
  void autoscaler_scalesWhatSaysHowMuchItNeeds(String folder, String deployment) throws Exception {
    HorizontalPodAutoscaler scaler = only(folder, HorizontalPodAutoscaler.class);
    Deployment scaled = only(folder, Deployment.class);
    PodDisruptionBudget kept = only(folder, PodDisruptionBudget.class);

    assertThat(scaler.getSpec().getScaleTargetRef().getName()).isEqualTo(deployment);
    assertThat(scaled.getMetadata().getName()).isEqualTo(deployment);
    assertThat(kept.getSpec().getSelector().getMatchLabels())
        .isEqualTo(scaled.getSpec().getSelector().getMatchLabels());
    assertThat(containers(scaled.getSpec().getTemplate().getSpec()))
        .allSatisfy(container ->
            assertThat(container.getResources().getRequests()).containsKeys("cpu", "memory"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"standalone", "example"})
  void gateway_isRestrictedProbedAndReadsSecretsFromFiles(String folder) throws Exception {
    PodSpec pod = pod(folder);
    Container gateway = gateway(pod);
    var context = gateway.getSecurityContext();

    assertThat(context.getReadOnlyRootFilesystem()).isTrue();
    assertThat(context.getAllowPrivilegeEscalation()).isFalse();
    assertThat(context.getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(gateway.getEnv()).isEmpty();
    assertThat(gateway.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/health/live");
    assertThat(gateway.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/health/ready");
    assertThat(gateway.getVolumeMounts())
        .anySatisfy(mount -> assertThat(mount.getMountPath()).isEqualTo("/run/secrets/bearward"));
    assertThat(gateway.getResources().getLimits().get("memory")).hasToString("192Mi");
    assertThat(pod.getTerminationGracePeriodSeconds()).isEqualTo(40);
  }

  @Test
  void sidecar_isTheOnlyWayIntoThePod() throws Exception {
    NetworkPolicy policy =
        rendered("example").stream()
            .filter(NetworkPolicy.class::isInstance)
            .map(NetworkPolicy.class::cast)
            .findFirst()
            .orElseThrow();

    assertThat(policy.getSpec().getIngress())
        .flatExtracting(rule -> rule.getPorts())
        .extracting(port -> port.getPort().getIntVal())
        .containsExactlyInAnyOrder(8080, 9901);
    assertThat(gateway(pod("example")).getRestartPolicy()).isEqualTo("Always");
  }

  @ParameterizedTest
  @ValueSource(strings = {"standalone", "example"})
  void configuration_passesTheGatewaysOwnCheck(String folder, @TempDir Path work) throws Exception {
    Command.of("tar", "-xzf", System.getProperty("bearward.distribution"), "-C", work.toString())
        .run();
    Path secret =
        Files.writeString(work.resolve("admin-token"), "0123456789abcdef0123456789abcdef");
    String text = Files.readString(Path.of("kubernetes", folder, "bearward.yaml"));
    Path file =
        Files.writeString(
            work.resolve("bearward.yaml"),
            text.replace("/run/secrets/bearward/admin-token", secret.toString()));
    try (Stream<Path> found = Files.find(work, 3, (path, a) -> path.endsWith("bin/bearward"))) {
      assertThat(
              Command.of(found.findFirst().orElseThrow().toString(), "check", "-c", file.toString())
                  .run())
          .contains("/api/appointments/**");
    }
  }

  private static PodSpec pod(String folder) throws IOException, InterruptedException {
    return only(folder, Deployment.class).getSpec().getTemplate().getSpec();
  }

  private static <T extends HasMetadata> T only(String folder, Class<T> type)
      throws IOException, InterruptedException {
    List<T> found = rendered(folder).stream().filter(type::isInstance).map(type::cast).toList();
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  private static List<Container> containers(PodSpec pod) {
    return Stream.concat(pod.getInitContainers().stream(), pod.getContainers().stream()).toList();
  }

  private static Container gateway(PodSpec pod) {
    return containers(pod).stream()
        .filter(container -> container.getName().equals("bearward"))
        .findFirst()
        .orElseThrow();
  }

  private static List<HasMetadata> rendered(String folder)
      throws IOException, InterruptedException {
    assumeTrue(Command.of("kubectl", "kustomize", "--help").works(), "kubectl is not here");
    return parsed(Command.of("kubectl", "kustomize", "kubernetes/" + folder).run());
  }

  private static List<HasMetadata> parsed(String yaml) {
    var serialization = new KubernetesSerialization();
    List<HasMetadata> resources = new ArrayList<>();
    for (String document : yaml.split("(?m)^---$", -1)) {
      Object read =
          serialization.unmarshal(
              new ByteArrayInputStream(document.getBytes(StandardCharsets.UTF_8)));
      resources.add((HasMetadata) read);
    }
    return resources;
  }

  /** The models keep fields that their type lacks as additional properties: those are mistakes. */
  private static void findUnknown(@Nullable Object value, String where, List<String> unknown)
      throws ReflectiveOperationException {
    if (value instanceof Collection<?> items) {
      for (Object item : items) {
        findUnknown(item, where + "[]", unknown);
      }
    } else if (value instanceof Map<?, ?> map) {
      for (Object item : map.values()) {
        findUnknown(item, where + "{}", unknown);
      }
    } else if (value != null && value.getClass().getPackageName().startsWith(MODEL)) {
      for (Method getter : value.getClass().getMethods()) {
        boolean reads = getter.getName().startsWith("get") && getter.getParameterCount() == 0;
        if (!reads || getter.getReturnType() == Class.class) {
          continue;
        }
        Object inner = getter.invoke(value);
        if (!getter.getName().equals("getAdditionalProperties")) {
          findUnknown(inner, where + "." + getter.getName().substring(3), unknown);
        } else if (inner instanceof Map<?, ?> extra && !extra.isEmpty()) {
          unknown.add(where + ": " + extra.keySet());
        }
      }
    }
  }
}
