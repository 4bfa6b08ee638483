package dev.bearward.config;

import dev.bearward.admin.AdminSettings;
import dev.bearward.http.AddressBlock;
import dev.bearward.server.ServerSettings;
import dev.bearward.server.ServerSettings.FailedVerifications;
import dev.bearward.server.ServerSettings.Limits;
import dev.bearward.server.ServerSettings.Timeouts;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The keys under {@code server} and {@code admin}. */
final class ServerReader {
  private static final InetSocketAddress DEFAULT_LISTEN =
      new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 8080);
  private static final InetSocketAddress DEFAULT_ADMIN =
      new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 9901);
  private static final int MOST_LISTENERS = 16;
  private static final int MOST_TRUSTED_PROXIES = 256;
  private static final String BLOCK =
      "an IP address, or a block of them such as 10.0.0.0/8 or 2001:db8::/32, without bits set"
          + " behind the prefix";
  // What a quoted-string takes without escapes (RFC 9110 section 5.6.4).
  private static final Pattern REALM = Pattern.compile("[ !#-\\[\\]-~]{1,128}");
  // token68 (RFC 9110 section 11.2): another could never be sent.
  private static final Pattern ADMIN_TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]{16,1024}=*");

  private ServerReader() {}

  static ServerSettings server(Section server) {
    return new ServerSettings(
        server.or("listen", List.of(DEFAULT_LISTEN), ServerReader::listeners),
        server.or(
            "realm",
            "bearward",
            v -> v.text(REALM, "printable ASCII without \" and \\, at most 128 characters")),
        server.or("requestIdHeader", "X-Request-Id", HeaderNames::own),
        server.or("http2", true, Value::bool),
        limits(server.inner("limits", Keys.SERVER_LIMITS)),
        timeouts(server.inner("timeouts", Keys.SERVER_TIMEOUTS)),
        server.or(
            "trustedProxies",
            List.of(),
            v -> v.list(0, MOST_TRUSTED_PROXIES, ServerReader::trustedProxy)),
        proxyProtocol(server));
  }

  private static boolean proxyProtocol(Section server) {
    boolean wanted = server.or("proxyProtocol", false, Value::bool);
    if (wanted && !server.has("trustedProxies")) {
      server.report(
          "proxyProtocol", "true (expected: trustedProxies beside it, those who send it)");
    }
    return wanted;
  }

  private static @Nullable AddressBlock trustedProxy(Value value) {
    String text = value.text(BLOCK);
    AddressBlock block = text == null ? null : AddressBlock.parse(text);
    if (block == null) {
      if (text != null) {
        value.refuse(BLOCK);
      }
      return null;
    }
    if (block.isEverything()) {
      value
          .problems()
          .warn(
              value.at(),
              value.path(),
              block + " lets every client say who it is (expected: the proxies' own addresses)");
    }
    return block;
  }

  private static @Nullable List<SocketAddress> listeners(Value value) {
    return value.oneOrList(MOST_LISTENERS, Addresses::listenOrUnix);
  }

  private static Limits limits(Section limits) {
    return new Limits(
        bytes(limits, "requestLine", 8 * Units.KIB, Units.KIB, 64 * Units.KIB),
        bytes(limits, "headers", 32 * Units.KIB, Units.KIB, 256 * Units.KIB),
        limits.or("headerCount", 100, v -> v.whole(10, 1_000)),
        limits.or("connections", 20_000, v -> v.whole(1, 1_000_000)),
        limits.or("pending", 1_000, v -> v.whole(1, 100_000)),
        bytes(limits, "token", 16 * Units.KIB, 256, 64 * Units.KIB),
        failures(limits.inner("failedVerifications", Keys.FAILED_VERIFICATIONS)));
  }

  private static FailedVerifications failures(Section failures) {
    return new FailedVerifications(
        failures.or("perAddress", 50, v -> v.whole(1, 1_000_000)),
        failures.or(
            "per",
            Duration.ofSeconds(1),
            v -> v.duration(Duration.ofMillis(100), Duration.ofHours(1))));
  }

  private static int bytes(Section limits, String key, long otherwise, long least, long most) {
    return Math.toIntExact(limits.or(key, otherwise, v -> v.size(least, most)));
  }

  private static Timeouts timeouts(Section timeouts) {
    return new Timeouts(
        time(timeouts, "header", Duration.ofSeconds(10), Duration.ofMinutes(5)),
        time(timeouts, "body", Duration.ofSeconds(30), Duration.ofHours(1)),
        time(timeouts, "idle", Duration.ofSeconds(60), Duration.ofHours(24)),
        time(timeouts, "webSocketIdle", Duration.ofMinutes(10), Duration.ofHours(24)),
        timeouts.or(
            "drain", Duration.ofSeconds(30), v -> v.duration(Duration.ZERO, Duration.ofHours(1))));
  }

  private static Duration time(Section timeouts, String key, Duration otherwise, Duration most) {
    return timeouts.or(key, otherwise, v -> v.duration(Duration.ofMillis(100), most));
  }

  static AdminSettings admin(Section admin, ServerSettings server) {
    Value listen = admin.find("listen");
    String token =
        admin.orNull(
            "token",
            v -> v.secret().text(ADMIN_TOKEN, "16 to 1024 of the characters a Bearer token has"));
    if (listen != null && listen.is("disabled")) {
      return new AdminSettings(null, token);
    }
    InetSocketAddress address = listen == null ? DEFAULT_ADMIN : Addresses.listen(listen);
    if (address == null) {
      return new AdminSettings(null, token);
    }
    boolean open = !address.getAddress().isLoopbackAddress() && !admin.has("token");
    if (listen != null && open) {
      listen.refuse("a loopback address, or admin.token beside it");
    }
    boolean clash =
        server.listen().stream()
            .anyMatch(
                other -> other instanceof InetSocketAddress inet && Addresses.clash(address, inet));
    if (clash) {
      admin.report("listen", "server.listen has that port already");
    }
    return new AdminSettings(address, token);
  }
}
