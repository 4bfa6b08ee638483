package dev.bearward;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the rooms to their table: who may import whom, and which libraries. */
class ArchitectureTest {
  private static final String ROOT = "dev.bearward.";
  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.bearward");

  private static final String NETTY = "io.netty.";
  private static final String NIMBUS = "com.nimbusds.jose.";
  private static final String CAFFEINE = "com.github.benmanes.caffeine.";
  private static final String JSON = "tools.jackson.core.";
  private static final String YAML = "org.snakeyaml.engine.";
  private static final String MICROMETER = "io.micrometer.";
  private static final String PICOCLI = "picocli.";

  /** The logging facade: for the edge only, never for the core. */
  private static final String LOG = "org.slf4j.";

  private static final Set<String> CORE =
      Set.of("http", "token", "binding", "policy", "route", "cors", "limit", "access");

  private static final List<Room> TABLE =
      List.of(
          new Room("http", Set.of(), Set.of()),
          new Room("token", Set.of("http"), Set.of(NIMBUS, CAFFEINE, JSON)),
          new Room("binding", Set.of("http", "token"), Set.of(NIMBUS)),
          new Room("policy", Set.of("http", "token"), Set.of()),
          new Room("route", Set.of("http", "policy"), Set.of()),
          new Room("cors", Set.of("http"), Set.of()),
          new Room("limit", Set.of("http"), Set.of()),
          new Room("access", CORE, Set.of()),
          new Room("proxy", Set.of("http", "route", "access", "tls"), Set.of(NETTY)),
          new Room(
              "server",
              Set.of("http", "route", "token", "access", "proxy", "tls"),
              Set.of(NETTY, LOG)),
          new Room("jwks", Set.of("token", "outbound"), Set.of(NIMBUS, CAFFEINE, JSON)),
          new Room("introspect", Set.of("http", "token", "outbound"), Set.of(CAFFEINE)),
          new Room("revocation", Set.of("token"), Set.of(JSON)),
          new Room("outbound", Set.of("http", "tls"), Set.of()),
          new Room("cluster", CORE, Set.of("io.lettuce.", NETTY, CAFFEINE)),
          new Room("tls", Set.of(), Set.of(NETTY)),
          new Room(
              "observe",
              Set.of(
                  "http",
                  "token",
                  "route",
                  "access",
                  "proxy",
                  "server",
                  "jwks",
                  "introspect",
                  "cluster",
                  "tls"),
              Set.of(MICROMETER, LOG, NETTY)),
          new Room("admin", Set.of("http", "observe"), Set.of(NETTY, MICROMETER, JSON, LOG)),
          new Room(
              "config",
              plus(
                  CORE,
                  "proxy",
                  "server",
                  "jwks",
                  "introspect",
                  "revocation",
                  "outbound",
                  "cluster",
                  "observe",
                  "admin",
                  "tls"),
              Set.of(YAML)),
          new Room(
              "app",
              plus(
                  CORE,
                  "proxy",
                  "server",
                  "jwks",
                  "introspect",
                  "revocation",
                  "outbound",
                  "cluster",
                  "tls",
                  "observe",
                  "admin",
                  "config"),
              Set.of(NETTY, LOG)),
          new Room("cli", Set.of("app", "config", "access"), Set.of(PICOCLI)));

  /**
   * One row.
   *
   * @param name package under the root
   * @param rooms rooms it may import
   * @param libraries package prefixes it may import beside the JDK and JSpecify
   */
  record Room(String name, Set<String> rooms, Set<String> libraries) {
    boolean allows(JavaClass target) {
      String name = target.getBaseComponentType().getFullName();
      if (name.startsWith(ROOT)) {
        String room = roomOf(target.getBaseComponentType());
        return room.equals(name()) || rooms.contains(room);
      }
      return target.getBaseComponentType().isPrimitive()
          || Stream.of("java.", "javax.", "com.sun.management.", "org.jspecify.")
              .anyMatch(name::startsWith)
          || libraries.stream().anyMatch(name::startsWith);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static Set<String> plus(Set<String> rooms, String... more) {
    var all = new TreeSet<>(rooms);
    all.addAll(List.of(more));
    return all;
  }

  private static String roomOf(JavaClass type) {
    String below = (type.getPackageName() + ".").substring(ROOT.length());
    return below.substring(0, Math.max(0, below.indexOf('.')));
  }

  static List<Room> table() {
    return TABLE;
  }

  @ParameterizedTest
  @MethodSource("table")
  @DisplayName("each room imports only what its row allows")
  void rooms_importOnlyWhatTheTableAllows(Room room) {
    List<String> strangers =
        MAIN.stream()
            .filter(type -> roomOf(type).equals(room.name()))
            .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
            .filter(dependency -> !room.allows(dependency.getTargetClass()))
            .map(Dependency::getDescription)
            .sorted()
            .toList();
    assertThat(strangers).isEmpty();
  }

  @Test
  @DisplayName("every class stands in a room of the table")
  void classes_allStandInARoom() {
    Set<String> rooms = new TreeSet<>(TABLE.stream().map(Room::name).toList());
    assertThat(MAIN).isNotEmpty();
    assertThat(MAIN.stream().map(ArchitectureTest::roomOf)).isSubsetOf(rooms);
  }

  @Test
  @DisplayName("rooms form no circle")
  void rooms_haveNoCycles() {
    slices().matching("dev.bearward.(*)..").should().beFreeOfCycles().check(MAIN);
  }

  @Test
  @DisplayName("production code knows nothing of the demo and the benchmarks")
  void gateway_neverImportsDemoOrBenchmarks() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.bearward.demo..", "dev.bearward.benchmarks..")
        .check(MAIN);
  }

  @Test
  @DisplayName("the core has no sockets, files or logging")
  void core_importsNoEdge() {
    noClasses()
        .that(areCore())
        .should()
        .dependOnClassesThat(
            named(
                "of the edge",
                type ->
                    (type.getPackageName().equals("java.net")
                            && !type.getName().equals("java.net.InetAddress")
                            && !type.getName().equals("java.net.URI"))
                        || Stream.of(
                                "java.net.http",
                                "javax.net",
                                "java.nio.channels",
                                "java.nio.file",
                                "java.util.logging",
                                "java.util.concurrent.locks",
                                "org.slf4j")
                            .anyMatch(type.getPackageName()::startsWith)
                        || BANNED.contains(type.getName())))
        .allowEmptyShould(true)
        .check(MAIN);
  }

  private static final Set<String> BANNED =
      Set.of(
          "java.lang.ProcessBuilder",
          "java.io.File",
          "java.io.FileInputStream",
          "java.io.FileOutputStream",
          "java.io.PrintStream",
          "java.util.Timer",
          "java.util.concurrent.Executors",
          "java.util.concurrent.ForkJoinPool",
          "java.util.concurrent.ThreadPoolExecutor",
          "java.util.concurrent.ThreadLocalRandom",
          "java.util.concurrent.BlockingQueue",
          "java.util.concurrent.CountDownLatch",
          "java.util.concurrent.Semaphore");

  /** Methods by class that read a clock, ask the network, start a thread or block. */
  private static final Map<String, Set<String>> FORBIDDEN_CALLS =
      Map.ofEntries(
          Map.entry("java.lang.System", Set.of("currentTimeMillis", "nanoTime", "getenv")),
          Map.entry("java.lang.Runtime", Set.of("getRuntime")),
          Map.entry(
              "java.lang.Thread",
              Set.of("<init>", "start", "startVirtualThread", "ofVirtual", "ofPlatform", "sleep")),
          Map.entry("java.lang.Math", Set.of("random")),
          Map.entry("java.lang.Object", Set.of("wait")),
          Map.entry("java.time.Instant", Set.of("now")),
          Map.entry("java.time.LocalDate", Set.of("now")),
          Map.entry("java.time.LocalDateTime", Set.of("now")),
          Map.entry("java.time.ZonedDateTime", Set.of("now")),
          Map.entry("java.time.OffsetDateTime", Set.of("now")),
          Map.entry("java.time.Clock", Set.of("systemUTC", "systemDefaultZone", "system")),
          Map.entry("java.time.InstantSource", Set.of("system")),
          Map.entry(CAFFEINE + "cache.Ticker", Set.of("systemTicker")),
          Map.entry("java.net.InetAddress", Set.of("getByName", "getAllByName", "getLocalHost")),
          Map.entry("java.util.concurrent.Future", Set.of("get", "resultNow")),
          Map.entry("java.util.concurrent.CompletableFuture", Set.of("get", "join")));

  @Test
  @DisplayName(
      "the core reads no static clock, asks no name service, starts no thread, never blocks")
  void core_callsNoClockAndNeverBlocks() {
    noClasses()
        .that(areCore())
        .should()
        .accessTargetWhere(forbidden("is a clock, the network or a thread, or blocks"))
        .allowEmptyShould(true)
        .check(MAIN);
  }

  private static DescribedPredicate<JavaAccess<?>> forbidden(String description) {
    return new DescribedPredicate<>(description) {
      @Override
      public boolean test(JavaAccess<?> access) {
        return FORBIDDEN_CALLS
            .getOrDefault(access.getTargetOwner().getFullName(), Set.of())
            .contains(access.getName());
      }
    };
  }

  @Test
  @DisplayName("style 10: every package is null-marked")
  void packages_areNullMarked() {
    assertThat(
            MAIN.stream()
                .filter(type -> !type.getPackage().isAnnotatedWith(NullMarked.class))
                .map(HasName::getName))
        .isEmpty();
  }

  @Test
  @DisplayName("style 11: classes are final unless they are abstract")
  void classes_areFinal() {
    classes()
        .that(
            named(
                "ordinary",
                type ->
                    !type.isInterface()
                        && !type.isEnum()
                        && !type.isAnonymousClass()
                        && !type.getModifiers().contains(JavaModifier.ABSTRACT)))
        .should()
        .haveModifier(JavaModifier.FINAL)
        .check(MAIN);
  }

  @Test
  @DisplayName("style 12: names say what a thing is")
  void classes_haveNamesThatSayWhatTheyAre() {
    noClasses()
        .should()
        .haveNameMatching(".*(Util|Utils|Helper|Manager|Impl|Data|Info)(\\$.*)?")
        .check(MAIN);
  }

  private static DescribedPredicate<JavaClass> areCore() {
    return named("in the core", type -> CORE.contains(roomOf(type)));
  }

  private static DescribedPredicate<JavaClass> named(
      String description, java.util.function.Predicate<JavaClass> predicate) {
    return DescribedPredicate.describe(description, predicate);
  }
}
