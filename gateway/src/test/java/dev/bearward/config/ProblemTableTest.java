package dev.bearward.config;

import static dev.bearward.config.Readings.BASE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bad files and all that is said about them. A case is a file; the lines that begin with {@code #!}
 * at its end are the problems expected, in that order.
 */
class ProblemTableTest {
  private static final String ISSUERS = BASE.lines().findFirst().orElseThrow() + "\n";
  private static final String UPSTREAMS = BASE.lines().skip(1).findFirst().orElseThrow() + "\n";
  private static final String ROUTES = BASE.lines().skip(2).findFirst().orElseThrow() + "\n";

  @ParameterizedTest(name = "{1}")
  @MethodSource("cases")
  void read_badFile_saysWhatIsWrongAndWhere(String yaml, String expected) {
    assertThat(String.join("\n", Readings.problems(yaml))).isEqualTo(expected);
  }

  static Stream<Arguments> cases() {
    return Stream.of(
            files(BASE, SERVER),
            files(BASE, ADMIN),
            files(UPSTREAMS + ROUTES, ISSUER),
            files(ISSUERS + ROUTES, UPSTREAM),
            files(ISSUERS + UPSTREAMS, ROUTE),
            files(BASE, OTHERS),
            files("", WHOLE))
        .flatMap(List::stream);
  }

  /** Cases of one table, each with the rest of a good file behind it. */
  private static List<Arguments> files(String rest, String table) {
    List<Arguments> cases = new ArrayList<>();
    for (String part : table.split("(?m)^---\n", -1)) {
      String yaml = String.join("\n", part.lines().filter(l -> !l.startsWith("#!")).toList());
      String expected =
          String.join(
              "\n", part.lines().filter(l -> l.startsWith("#!")).map(l -> l.substring(3)).toList());
      cases.add(Arguments.of(yaml + "\n" + rest, expected));
    }
    return cases;
  }

  private static final String SERVER =
      """
      server: {lisen: 8080, http2: 1, limits: {tokens: 1KiB, failedVerifications: {perAddress: 0, per: 2h, by: x}}, colour: red}
      #! 1:10: server.lisen: unknown key (did you mean listen?)
      #! 1:30: server.http2: 1 (expected: true or false)
      #! 1:42: server.limits.tokens: unknown key (did you mean token?)
      #! 1:90: server.limits.failedVerifications.perAddress: 0 (expected: a whole number, 1 to 1000000)
      #! 1:98: server.limits.failedVerifications.per: 2h (expected: a duration, 100ms to 1h)
      #! 1:102: server.limits.failedVerifications.by: unknown key (expected: perAddress, per)
      #! 1:111: server.colour: unknown key (expected: listen, publicUrl, trustedProxies, realm, requestIdHeader, limits, timeouts, tls, http2, proxyProtocol)
      ---
      server:
        proxyProtocol: true
      #! 2:18: server.proxyProtocol: true (expected: trustedProxies beside it, those who send it)
      ---
      server:
        listen: ["0.0.0.0", "api.example:80", "0.0.0.0:70000", "::1:80", "unix:/run/x.sock", "0.0.0.0:080"]
      #! 2:12: server.listen[0]: 0.0.0.0 (expected: address:port, the address an IP address or localhost, the port 0 to 65535)
      #! 2:23: server.listen[1]: api.example:80 (expected: address:port, the address an IP address or localhost, the port 0 to 65535)
      #! 2:41: server.listen[2]: 0.0.0.0:70000 (expected: address:port, the address an IP address or localhost, the port 0 to 65535)
      #! 2:58: server.listen[3]: ::1:80 (expected: address:port, the address an IP address or localhost, the port 0 to 65535)
      #! 2:88: server.listen[5]: 0.0.0.0:080 (expected: address:port, the address an IP address or localhost, the port 0 to 65535)
      ---
      server: {listen: ["unix:run/x.sock", "unix:"]}
      admin: {listen: "unix:/run/admin.sock"}
      #! 1:19: server.listen[0]: unix:run/x.sock (expected: unix: and an absolute path of at most 107 bytes)
      #! 1:38: server.listen[1]: unix: (expected: unix: and an absolute path of at most 107 bytes)
      #! 2:17: admin.listen: unix:/run/admin.sock (expected: address:port, the address an IP address or localhost, the port 0 to 65535)
      ---
      server: {listen: [], realm: 'a"b', requestIdHeader: Content-Length}
      #! 1:18: server.listen: a list of 0 (expected: a list of 1 to 16)
      #! 1:29: server.realm: a"b (expected: printable ASCII without " and \\, at most 128 characters)
      #! 1:53: server.requestIdHeader: Content-Length (expected: a header name of letters, digits and hyphens that has no meaning of its own)
      ---
      server: {trustedProxies: [10.0.0.1/8, "fe80::1%eth0", proxy.internal, 10.0.0.0/8, 10.0.0.0/8]}
      #! 1:27: server.trustedProxies[0]: 10.0.0.1/8 (expected: an IP address, or a block of them such as 10.0.0.0/8 or 2001:db8::/32, without bits set behind the prefix)
      #! 1:39: server.trustedProxies[1]: fe80::1%eth0 (expected: an IP address, or a block of them such as 10.0.0.0/8 or 2001:db8::/32, without bits set behind the prefix)
      #! 1:55: server.trustedProxies[2]: proxy.internal (expected: an IP address, or a block of them such as 10.0.0.0/8 or 2001:db8::/32, without bits set behind the prefix)
      #! 1:83: server.trustedProxies[4]: 10.0.0.0/8 (stands twice, expected: once)
      ---
      server: {trustedProxies: 10.0.0.0/8}
      #! 1:26: server.trustedProxies: 10.0.0.0/8 (expected: a list of 0 to 256)
      ---
      server: {listen: ["127.0.0.1:1", "127.0.0.1:1"]}
      #! 1:34: server.listen[1]: 127.0.0.1:1 (stands twice, expected: once)
      ---
      server:
        limits: {requestLine: 8KB, headers: 512B, headerCount: 1e2, connections: 0, pending: "5", token: 65KiB}
        timeouts: {header: 10, body: 1d, idle: -1s, drain: 61m, webSocketIdle: 25h}
      #! 2:25: server.limits.requestLine: 8KB (expected: a size, 1KiB to 64KiB)
      #! 2:39: server.limits.headers: 512B (expected: a size, 1KiB to 256KiB)
      #! 2:58: server.limits.headerCount: 1e2 (expected: a whole number, 10 to 1000)
      #! 2:76: server.limits.connections: 0 (expected: a whole number, 1 to 1000000)
      #! 2:88: server.limits.pending: 5 (expected: a whole number, 1 to 100000)
      #! 2:100: server.limits.token: 65KiB (expected: a size, 256B to 64KiB)
      #! 3:22: server.timeouts.header: 10 (expected: a duration, 100ms to 5m)
      #! 3:32: server.timeouts.body: 1d (expected: a duration, 100ms to 1h)
      #! 3:42: server.timeouts.idle: -1s (expected: a duration, 100ms to 24h)
      #! 3:54: server.timeouts.drain: 61m (expected: a duration, 0s to 1h)
      #! 3:74: server.timeouts.webSocketIdle: 25h (expected: a duration, 100ms to 24h)
      ---
      server: {publicUrl: "https://user@api.example"}
      #! 1:21: server.publicUrl: https://(hidden)@api.example (expected: an http or https URL without user information, query and fragment)
      ---
      server: {publicUrl: "https://api.example/?a=b"}
      #! 1:21: server.publicUrl: https://api.example/?a=b (expected: an http or https URL without user information, query and fragment)
      ---
      server: {publicUrl: "api.example.com"}
      #! 1:21: server.publicUrl: api.example.com (expected: an http or https URL without user information, query and fragment)
      ---
      server: {publicUrl: "https://api.example/a/../b"}
      #! 1:21: server.publicUrl: https://api.example/a/../b (expected: an unambiguous path, without dot segments, empty segments and parameters)
      ---
      server: {tls: {}}
      #! 1:15: server.tls.certificate: missing (expected: a file with the certificate in PEM)
      #! 1:15: server.tls.key: missing (expected: a file with its private key in PEM)
      ---
      server:
        tls: {certificate: none.crt, key: none.key, clientAuth: maybe, clientCa: none.pem}
      #! 2:22: server.tls.certificate: none.crt (expected: a file that can be read)
      #! 2:37: server.tls.key: none.key (expected: a file that can be read)
      #! 2:59: server.tls.clientAuth: maybe (expected: disabled, optional, required)
      #! 2:76: server.tls.clientCa: never used (expected: clientAuth optional or required)
      #! 2:76: server.tls.clientCa: none.pem (expected: a file that can be read)
      ---
      server:
        tls: {certificate: none.crt, certificates: [], clientAuth: required}
      #! 2:8: server.tls.clientCa: missing (expected: whose certificates clients may show)
      #! 2:46: server.tls.certificates: beside certificate and key (expected: one of the two)
      #! 2:46: server.tls.certificates: a list of 0 (expected: a list of 1 to 100)
      ---
      server: [a]
      #! 1:9: server: a list of 1 (expected: a mapping of listen, publicUrl, trustedProxies, realm, requestIdHeader, limits, timeouts, tls, http2, proxyProtocol)
      ---
      server:
      #! 1:8: server: nothing (expected: a mapping of listen, publicUrl, trustedProxies, realm, requestIdHeader, limits, timeouts, tls, http2, proxyProtocol)
      """;

  private static final String ADMIN =
      """
      admin: {listen: 0.0.0.0:9901}
      #! 1:17: admin.listen: 0.0.0.0:9901 (expected: a loopback address, or admin.token beside it)
      ---
      admin: {listen: 0.0.0.0:9901, token: short}
      #! 1:38: admin.token: (hidden) (expected: 16 to 1024 of the characters a Bearer token has)
      ---
      admin: {listen: 127.0.0.1:8080}
      #! 1:17: admin.listen: server.listen has that port already
      ---
      server: {listen: 0.0.0.0:9901}
      #! 1:1: admin.listen: server.listen has that port already
      ---
      admin: {listen: nowhere}
      #! 1:17: admin.listen: nowhere (expected: address:port, the address an IP address or localhost, the port 0 to 65535)
      """;

  private static final String ISSUER =
      """
      issuers: [{}]
      #! 1:11: issuers[0].issuer: missing (expected: the issuer as in iss)
      #! 1:11: issuers[0].audience: missing (expected: what the issuer's tokens must be meant for)
      ---
      issuers: [{issuer: "http://idp.example", audience: []}]
      #! 1:20: issuers[0].issuer: http://idp.example (expected: https; plain http beyond loopback only with insecureHttp: true)
      #! 1:52: issuers[0].audience: a list of 0 (expected: a list of 1 to 64)
      ---
      issuers: [{issuer: "https://u:p@idp.example", audience: a}, {issuer: "https://b/?x", audience: a}]
      #! 1:20: issuers[0].issuer: https://(hidden)@idp.example (expected: an https URL without user information and fragment)
      #! 1:70: issuers[1].issuer: https://b/?x (expected: a URL without a query, or keys beside it)
      ---
      issuers: [{issuer: "https://a b", audience: "", algorithms: [HS256, RS255, none, RS256]}]
      #! 1:20: issuers[0].issuer: https://a b (expected: the issuer as in iss, without spaces)
      #! 1:45: issuers[0].audience: "" (expected: an audience)
      #! 1:62: issuers[0].algorithms[0]: HS256 (expected: an asymmetric algorithm, or secret beside it)
      #! 1:69: issuers[0].algorithms[1]: RS255 (did you mean RS256?)
      #! 1:76: issuers[0].algorithms[2]: none (expected: HS256, HS384, HS512, RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA)
      ---
      issuers:
        - {issuer: "https://a", audience: x}
        - {issuer: "https://a", audience: y}
        - {issuer: "https://c", audience: y, name: a}
      #! 3:14: issuers[1].issuer: https://a (expected: an issuer of its own; line 2 has that one)
      #! 3:14: issuers[1].issuer: a (expected: a name of its own; line 2 has that one)
      #! 4:46: issuers[2].name: a (expected: a name of its own; line 2 has that one)
      ---
      issuers:
        - {issuer: "https://a", audience: x, algorithms: [RS256], secret: {value: 0123456789abcdef0123456789abcdef}}
        - {issuer: "https://b", audience: x, secret: {value: short}}
        - {issuer: "https://c", audience: x, keys: {url: "https://c"}, secret: {value: 0123456789abcdef0123456789abcdef}}
        - {issuer: "https://d", audience: x, secret: {value: "!!", encoding: base64url}}
        - {issuer: "https://e", audience: x, algorithms: [HS384], secret: {value: 0123456789abcdef0123456789abcdef}}
        - {issuer: "https://f", audience: x, algorithms: [HS512], secret: {value: 0123456789abcdef0123456789abcdef, encoding: hex}}
        - {issuer: "https://g", audience: x, secret: 0123456789abcdef0123456789abcdef}
      #! 2:69: issuers[0].secret: never used (expected: an HS algorithm in algorithms)
      #! 3:56: issuers[1].secret.value: (hidden) (expected: at least 32 bytes)
      #! 4:46: issuers[2].keys: never used (expected: an asymmetric algorithm in algorithms)
      #! 5:56: issuers[3].secret.value: (hidden) (expected: base64url)
      #! 6:77: issuers[4].secret.value: (hidden) (expected: at least 48 bytes)
      #! 7:77: issuers[5].secret.value: (hidden) (expected: at least 64 bytes)
      #! 7:121: issuers[5].secret.encoding: (hidden) (expected: utf8, base64url)
      #! 8:48: issuers[6].secret: (hidden) (expected: a mapping of value, encoding)
      ---
      issuers:
        - issuer: https://a
          audience: x
          keys: {url: "http://idp.example/keys", file: keys.json}
        - {issuer: "https://b", audience: x, keys: {}}
        - {issuer: "https://c", audience: x, keys: {inline: "{}"}}
        - {issuer: "https://d", audience: x, keys: {inline: {keys: [{kty: oct, k: abc}]}}}
        - {issuer: "https://e", audience: x, keys: {url: "ftp://e"}}
        - {issuer: "https://f", audience: x, keys: {inline: 5}}
        - {issuer: "https://g", audience: x, keys: {inline: {keys: []}}}
        - {issuer: "https://h", audience: x, keys: https://h}
      #! 4:11: issuers[0].keys: a mapping (expected: exactly one of url, file, inline)
      #! 4:17: issuers[0].keys.url: http://idp.example/keys (expected: https; plain http beyond loopback only with insecureHttp: true)
      #! 4:50: issuers[0].keys.file: keys.json (expected: a file that can be read)
      #! 5:46: issuers[1].keys: a mapping (expected: exactly one of url, file, inline)
      #! 6:55: issuers[2].keys.inline: (hidden) (expected: a JWK set: {"keys": [...]} with at least one key)
      #! 7:55: issuers[3].keys.inline: (hidden) (expected: public keys only; private and symmetric ones do not belong here)
      #! 8:52: issuers[4].keys.url: ftp://e (expected: an https URL without user information and fragment)
      #! 9:55: issuers[5].keys.inline: (hidden) (expected: a JWK set: {"keys": [...]} with at least one key)
      #! 10:55: issuers[6].keys.inline: (hidden) (expected: a JWK set: {"keys": [...]} with at least one key)
      #! 11:46: issuers[7].keys: https://h (expected: a mapping of url, file, inline)
      ---
      issuers:
        - issuer: https://a
          audience: x
          secret: {value: 0123456789abcdef0123456789abcdef}
          http: {tokenFile: token, ca: ca.pem, proxy: "http://proxy:3128"}
        - issuer: https://b
          audience: x
          keys: {inline: {keys: [{kty: OKP, crv: Ed25519, x: 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo}]}}
          http: {proxy: "http://proxy:3128"}
        - issuer: https://c
          audience: x
          keys: none
          introspection: {url: "https://c/i", clientId: c, clientSecret: s}
          http: {tokenFile: token, proxy: "http://proxy:3128"}
      #! 5:23: issuers[0].http.tokenFile: never used (expected: keys.url, or discovery)
      #! 5:34: issuers[0].http.ca: never used (expected: keys.url, discovery or introspection)
      #! 5:49: issuers[0].http.proxy: never used (expected: keys.url, discovery or introspection)
      #! 9:19: issuers[1].http.proxy: never used (expected: keys.url, discovery or introspection)
      #! 14:23: issuers[2].http.tokenFile: never used (expected: keys.url, or discovery)
      ---
      issuers:
        - issuer: https://a
          audience: x
          refresh: {every: 10m, cooldown: 0s, burst: 0, timeout: 2m, staleFor: 5m, persist: }
          http: {ca: none.pem, proxy: "https://proxy:3128", tokenFile: none.txt}
          clockSkew: 6m
          maxTokenAge: never
          maxLifetime: 0s
          profile: strict
          scopeClaims: []
          insecureHttp: no
          name: "a b"
          audienceClaim: [client_id, ""]
          binding: {dpop: yes, mtls: 1, proofAge: 11m, nonce: maybe, kind: x}
      #! 4:37: issuers[0].refresh.cooldown: 0s (expected: a duration, 100ms to 1h)
      #! 4:48: issuers[0].refresh.burst: 0 (expected: a whole number, 1 to 100)
      #! 4:60: issuers[0].refresh.timeout: 2m (expected: a duration, 100ms to 1m)
      #! 4:74: issuers[0].refresh.staleFor: 5m (expected: at least every, 10m)
      #! 4:86: issuers[0].refresh.persist: nothing (expected: a file)
      #! 5:16: issuers[0].http.ca: none.pem (expected: a file that can be read)
      #! 5:33: issuers[0].http.proxy: https://proxy:3128 (expected: http://host:port without user information and path)
      #! 5:66: issuers[0].http.tokenFile: none.txt (expected: a file that can be read)
      #! 6:16: issuers[0].clockSkew: 6m (expected: a duration, 0s to 5m)
      #! 7:18: issuers[0].maxTokenAge: never (expected: none, or a duration, 1s to 8760h)
      #! 8:18: issuers[0].maxLifetime: 0s (expected: none, or a duration, 1s to 8760h)
      #! 9:14: issuers[0].profile: strict (expected: lenient, rfc9068, idToken)
      #! 10:18: issuers[0].scopeClaims: a list of 0 (expected: a list of 1 to 16)
      #! 11:19: issuers[0].insecureHttp: no (expected: true or false)
      #! 12:11: issuers[0].name: a b (expected: a name of letters, digits and . _ : -, at most 128)
      #! 13:32: issuers[0].audienceClaim[1]: "" (expected: a claim's name)
      #! 14:21: issuers[0].binding.dpop: yes (expected: disabled, optional, required)
      #! 14:32: issuers[0].binding.mtls: 1 (expected: disabled, optional, required; in quotes, since YAML reads this as no text)
      #! 14:45: issuers[0].binding.proofAge: 11m (expected: a duration, 1s to 10m)
      #! 14:57: issuers[0].binding.nonce: maybe (expected: true or false)
      #! 14:64: issuers[0].binding.kind: unknown key (expected: dpop, mtls, proofAge, nonce)
      ---
      issuers: [{issuer: "https://idp.example", audience: api, binding: {dpop: optional}}]
      #! 1:1: server.publicUrl: missing (expected: a URL, since an issuer takes DPoP proofs)
      ---
      server: {realm: r}
      issuers: [{issuer: "https://idp.example", audience: api, binding: {dpop: required}}]
      #! 1:9: server.publicUrl: missing (expected: a URL, since an issuer takes DPoP proofs)
      ---
      issuers:
        - issuer: https://a
          audience: x
          requireClaims:
            - {claim: azp}
            - {claim: azp, equals: a, in: [b]}
            - {equals: a}
            - {claim: [], in: []}
            - {claim: azp, equals: null}
            - {claim: azp, equals: .inf}
            - {claim: azp, contains: [a]}
            - {claim: azp, equal: a}
      #! 5:9: issuers[0].requireClaims[0]: a mapping (expected: claim and exactly one of equals, contains, in)
      #! 6:9: issuers[0].requireClaims[1]: a mapping (expected: claim and exactly one of equals, contains, in)
      #! 7:9: issuers[0].requireClaims[2].claim: missing (expected: a claim's name, or a list of nested names)
      #! 8:17: issuers[0].requireClaims[3].claim: a list of 0 (expected: a list of 1 to 8)
      #! 8:25: issuers[0].requireClaims[3].in: a list of 0 (expected: a list of 1 to 100)
      #! 9:30: issuers[0].requireClaims[4].equals: nothing (expected: a text, a number, true or false)
      #! 10:30: issuers[0].requireClaims[5].equals: .inf (expected: a text, a number, true or false; a number in decimal digits)
      #! 11:32: issuers[0].requireClaims[6].contains: a list of 1 (expected: a text, a number, true or false)
      #! 12:9: issuers[0].requireClaims[7]: a mapping (expected: claim and exactly one of equals, contains, in)
      #! 12:22: issuers[0].requireClaims[7].equal: unknown key (did you mean equals?)
      ---
      issuers: []
      #! 1:10: issuers: a list of 0 (expected: a list of 1 to 100)
      ---
      issuers: [https://a]
      #! 1:11: issuers[0]: https://a (expected: a mapping of name, issuer, audience, audienceClaim, algorithms, keys, secret, insecureHttp, refresh, http, clockSkew, maxTokenAge, maxLifetime, profile, scopeClaims, requireClaims, binding, introspection)
      """;

  private static final String UPSTREAM =
      """
      upstreams: {}
      #! 1:12: upstreams: a mapping (expected: 1 to 1000 upstreams)
      ---
      upstreams: http://127.0.0.1:7002
      #! 1:12: upstreams: http://127.0.0.1:7002 (expected: a mapping of names to upstreams)
      ---
      upstreams:
        app: http://127.0.0.1:7002/base
        b: https://10.0.0.1/x
        c: unix:app.sock
        d: {}
        e: {endpoints: ["http://a:1", "https://b:1"], balance: random}
        f: {endpoints: []}
        g: {endpoints: ["http://a:1"], protocol: h3, retrie: 1}
        "h i": http://a
        j: {endpoints: ["http://u:p@a:1"]}
        k: 127.0.0.1:80
        l: {endpoints: ["http://a"], timeouts: {connect: 0s, response: 2h, idle: 1ms}, pool: {maxConnections: 0, maxPending: -1, wait: 2m}}
      #! 2:8: upstreams.app: http://127.0.0.1:7002/base (expected: http://host:port or https://host:port without user information and path, or unix:/path)
      #! 3:6: upstreams.b: https://10.0.0.1/x (expected: http://host:port or https://host:port without user information and path, or unix:/path)
      #! 4:6: upstreams.c: unix:app.sock (expected: unix: and an absolute path of at most 107 bytes)
      #! 5:6: upstreams.d.endpoints: missing (expected: a list of one or more endpoints)
      #! 6:33: upstreams.e.endpoints[1]: https://b:1 (expected: http or unix, as the endpoint before it; https for all of an upstream or none)
      #! 6:58: upstreams.e.balance: random (expected: leastRequests, roundRobin)
      #! 7:18: upstreams.f.endpoints: a list of 0 (expected: a list of 1 to 100)
      #! 8:44: upstreams.g.protocol: h3 (expected: auto, http1, http2)
      #! 8:48: upstreams.g.retrie: unknown key (did you mean retry?)
      #! 9:3: upstreams.h i: h i (expected: a name of letters, digits and . _ -, at most 64)
      #! 10:19: upstreams.j.endpoints[0]: http://(hidden)@a:1 (expected: http://host:port or https://host:port without user information and path, or unix:/path)
      #! 11:6: upstreams.k: 127.0.0.1:80 (expected: http://host:port or https://host:port without user information and path, or unix:/path)
      #! 12:52: upstreams.l.timeouts.connect: 0s (expected: a duration, 10ms to 1m)
      #! 12:66: upstreams.l.timeouts.response: 2h (expected: a duration, 10ms to 1h)
      #! 12:76: upstreams.l.timeouts.idle: 1ms (expected: a duration, 100ms to 1h)
      #! 12:105: upstreams.l.pool.maxConnections: 0 (expected: a whole number, 1 to 65535)
      #! 12:120: upstreams.l.pool.maxPending: -1 (expected: a whole number, 0 to 1000000)
      #! 12:130: upstreams.l.pool.wait: 2m (expected: a duration, 10ms to 1m)
      ---
      upstreams:
        app: {endpoints: ["http://a:1"], health: {}, outlier: {consecutiveFailures: -1, ejectFor: 2h}}
        b: {endpoints: ["http://a:1"], health: {path: /a/../b, interval: 1ms, unhealthyAfter: 0, healthyAfter: 101}}
        c: {endpoints: ["http://a:1"], retry: {additional: 6, when: [reset, 500], budgetPercent: 101}}
      #! 2:44: upstreams.app.health.path: missing (expected: a path such as /health)
      #! 2:79: upstreams.app.outlier.consecutiveFailures: -1 (expected: a whole number, 0 to 1000)
      #! 2:93: upstreams.app.outlier.ejectFor: 2h (expected: a duration, 100ms to 1h)
      #! 3:49: upstreams.b.health.path: /a/../b (expected: an unambiguous path, perhaps with a query)
      #! 3:68: upstreams.b.health.interval: 1ms (expected: a duration, 100ms to 1h)
      #! 3:89: upstreams.b.health.unhealthyAfter: 0 (expected: a whole number, 1 to 100)
      #! 3:106: upstreams.b.health.healthyAfter: 101 (expected: a whole number, 1 to 100)
      #! 4:54: upstreams.c.retry.additional: 6 (expected: a whole number, 0 to 5)
      #! 4:71: upstreams.c.retry.when[1]: 500 (expected: connectFailure, reset, 502, 503, 504)
      #! 4:92: upstreams.c.retry.budgetPercent: 101 (expected: a whole number, 0 to 100)
      ---
      upstreams:
        app: {endpoints: ["http://a:1"], tls: {}}
        b: {endpoints: ["https://a:1"], tls: {ca: none.pem, certificate: none.crt, serverName: 10.0.0.1, verify: false}}
        c: {endpoints: ["https://a:1"], tls: yes}
      #! 2:41: upstreams.app.tls: never used (expected: an https endpoint)
      #! 3:40: upstreams.b.tls.key: missing (expected: a file with its private key in PEM)
      #! 3:45: upstreams.b.tls.ca: none.pem (expected: a file that can be read)
      #! 3:68: upstreams.b.tls.certificate: none.crt (expected: a file that can be read)
      #! 3:90: upstreams.b.tls.serverName: 10.0.0.1 (expected: a host name)
      #! 3:100: upstreams.b.tls.verify: unknown key (expected: ca, certificate, key, serverName)
      #! 4:40: upstreams.c.tls: yes (expected: a mapping of ca, certificate, key, serverName)
      """;

  private static final String ROUTE =
      """
      routes: []
      #! 1:9: routes: a list of 0 (expected: a list of 1 to 10000)
      ---
      routes: [{}]
      #! 1:10: routes[0].path: missing (expected: a path such as /api/**)
      #! 1:10: routes[0].upstream: missing (expected: the name of an upstream)
      #! 1:10: routes[0]: neither require nor public (expected: require, or public: true)
      ---
      routes:
        - {path: /a, upstream: ap, require: {}, public: true}
        - {path: /b, upstream: elsewhere, public: false}
        - {path: /c, upstream: app, require: }
        - {path: /d, upstream: app, require: {scope: [a], acr: {}, issuers: [idp]}}
        - {path: /e, upstream: app, require: {issuers: [idp.exmple], audiences: [], scopes: ["a b", 'c"'], anyScope: a}}
      #! 2:5: routes[0]: both require and public (expected: require, or public: true)
      #! 2:26: routes[0].upstream: ap (no such upstream; did you mean app?)
      #! 3:26: routes[1].upstream: elsewhere (no such upstream; expected: app)
      #! 3:45: routes[1].public: false (expected: true; a route that is not public says require)
      #! 4:39: routes[2].require: nothing (expected: a mapping of issuers, audiences, scopes, anyScope, claims, acr)
      #! 5:41: routes[3].require.scope: unknown key (did you mean scopes?)
      #! 5:58: routes[3].require.acr: nothing (expected: anyOf, maxAge or both)
      #! 5:72: routes[3].require.issuers[0]: idp (no such issuer; expected: idp.example)
      #! 6:51: routes[4].require.issuers[0]: idp.exmple (no such issuer; did you mean idp.example?)
      #! 6:75: routes[4].require.audiences: a list of 0 (expected: a list of 1 to 100)
      #! 6:88: routes[4].require.scopes[0]: a b (expected: one scope, without spaces and quotes)
      #! 6:95: routes[4].require.scopes[1]: c" (expected: one scope, without spaces and quotes)
      #! 6:112: routes[4].require.anyScope: a (expected: a list of 1 to 100)
      ---
      routes:
        - {path: /a, upstream: app, require: {acr: {anyOf: ["a b", c, c], maxAge: 0s}}}
        - {path: /b, upstream: app, require: {acr: {anyOf: [], maxAge: 1500ms, level: 2}}}
        - {path: /c, upstream: app, require: {acr: urn:mfa}}
      #! 2:55: routes[0].require.acr.anyOf[0]: a b (expected: one authentication context class, without spaces and quotes)
      #! 2:65: routes[0].require.acr.anyOf[2]: c (stands twice, expected: once)
      #! 2:77: routes[0].require.acr.maxAge: 0s (expected: a duration, 1s to 8760h)
      #! 3:54: routes[1].require.acr.anyOf: a list of 0 (expected: a list of 1 to 100)
      #! 3:66: routes[1].require.acr.maxAge: 1500ms (expected: whole seconds)
      #! 3:74: routes[1].require.acr.level: unknown key (expected: anyOf, maxAge)
      #! 4:46: routes[2].require.acr: urn:mfa (expected: a mapping of anyOf, maxAge)
      ---
      routes:
        - {path: /a, upstream: app, require: {}, tokenFrom: [head, {query: a b}, {cookie: "a;b"}, {query: q, cookie: c}, {}]}
        - {path: /b, upstream: app, require: {}, tokenFrom: [{webSocketProtocol: "a,b"}, {cookie: c}, {form: x}]}
        - {path: /c, upstream: app, require: {}, tokenFrom: [], origins: ["*", "https://a.example/"]}
        - {path: /d, upstream: app, public: true, tokenFrom: [{query: q}, {query: q}]}
        - {path: /e, upstream: app, require: {}, tokenFrom: [{cookie: c}], origins: []}
      #! 2:56: routes[0].tokenFrom[0]: head (expected: header, {query: name}, {cookie: name} or {webSocketProtocol: name})
      #! 2:70: routes[0].tokenFrom[1].query: a b (expected: a parameter name of letters, digits and . _ ~ -)
      #! 2:85: routes[0].tokenFrom[2].cookie: a;b (expected: a cookie name)
      #! 2:93: routes[0].tokenFrom[3]: not one of query, cookie and webSocketProtocol (expected: header, {query: name}, {cookie: name} or {webSocketProtocol: name})
      #! 2:116: routes[0].tokenFrom[4]: not one of query, cookie and webSocketProtocol (expected: header, {query: name}, {cookie: name} or {webSocketProtocol: name})
      #! 3:5: routes[1].origins: none (expected: one or more, since a cookie holds the token)
      #! 3:76: routes[1].tokenFrom[0].webSocketProtocol: a,b (expected: the name of a sub-protocol)
      #! 3:98: routes[1].tokenFrom[2].form: unknown key (expected: query, cookie, webSocketProtocol)
      #! 4:55: routes[2].tokenFrom: a list of 0 (expected: a list of 1 to 8)
      #! 4:69: routes[2].origins[0]: * (expected: an origin as browsers send it, scheme://host or scheme://host:port in lower case, without a default port, path or slash at the end)
      #! 4:74: routes[2].origins[1]: https://a.example/ (expected: an origin as browsers send it, scheme://host or scheme://host:port in lower case, without a default port, path or slash at the end)
      #! 5:56: routes[3].tokenFrom: never used (expected: require; no token is looked at)
      #! 5:69: routes[3].tokenFrom[1]: stands twice (expected: once)
      #! 6:79: routes[4].origins: none (expected: one or more, since a cookie holds the token)
      ---
      routes:
        - {path: /a, upstream: app, require: {}, mode: observe}
        - {path: /b, upstream: app, public: true, mode: report}
      #! 2:50: routes[0].mode: observe (expected: enforce, report)
      #! 3:51: routes[1].mode: report (expected: enforce; a public route refuses nobody)
      ---
      routes:
        - {path: api, upstream: app, public: true}
        - {path: /a/../b, upstream: app, public: true}
        - {path: /**/a, upstream: app, public: true}
        - {path: /d, upstream: app, public: true, methods: [get, TRACE, CONNECT, GET, GET, "*"]}
        - {path: /e, upstream: app, public: true, hosts: ["a:80", "*.", "*"], methods: []}
      #! 2:12: routes[0].path: api (expected: a path that begins with a slash)
      #! 3:12: routes[1].path: /a/../b (expected: a path without a dot segment)
      #! 4:12: routes[2].path: /**/a (expected: ** only at the end)
      #! 5:55: routes[3].methods[0]: get (expected: a method in upper case, neither TRACE nor CONNECT)
      #! 5:60: routes[3].methods[1]: TRACE (expected: a method in upper case, neither TRACE nor CONNECT)
      #! 5:67: routes[3].methods[2]: CONNECT (expected: a method in upper case, neither TRACE nor CONNECT)
      #! 5:81: routes[3].methods[4]: GET (stands twice, expected: once)
      #! 5:86: routes[3].methods[5]: * (expected: a method in upper case, neither TRACE nor CONNECT)
      #! 6:53: routes[4].hosts[0]: a:80 (expected: a host without a port)
      #! 6:61: routes[4].hosts[1]: *. (expected: a host such as api.example.com, or *.example.com for names below it)
      #! 6:67: routes[4].hosts[2]: * (expected: a host such as api.example.com, or *.example.com for names below it)
      #! 6:82: routes[4].methods: a list of 0 (expected: a list of 1 to 64)
      ---
      routes:
        - {path: /a, methods: [GET], upstream: app, public: true}
        - {path: /a, methods: [GET], hosts: [b], upstream: app, public: true}
        - {path: /c, name: "GET /a", upstream: app, public: true}
        - {path: /d, name: "ü", upstream: app, public: true}
      #! 3:5: routes[1]: GET /a (expected: a name of its own; line 2 has that one)
      #! 4:22: routes[2].name: GET /a (expected: a name of its own; line 2 has that one)
      #! 5:22: routes[3].name: ü (expected: a name of printable ASCII without " and \\, at most 200 characters)
      ---
      routes:
        - path: /a
          upstream: app
          require: {}
          token: eyJhbGciOiJub25lIn0.e30.
          catchesRest: maybe
          limits: {body: 1MB, concurrency: none}
          timeouts: {response: none}
          rewrite: {}
          identity:
            Authorization: sub
            X_User: sub
            X-Forwarded-User: sub
            X-Request-ID: sub
            X-Role: {as: xml}
            x-role: {claim: a}
            X-Bad: [a]
      #! 5:12: routes[0].token: (a token) (expected: strip, forward)
      #! 6:18: routes[0].catchesRest: maybe (expected: true or false)
      #! 7:20: routes[0].limits.body: 1MB (expected: none, or a size, 0B to 1024GiB)
      #! 8:26: routes[0].timeouts.response: none (expected: a duration, 10ms to 1h)
      #! 9:14: routes[0].rewrite: nothing (expected: stripPrefix, addPrefix, host)
      #! 11:7: routes[0].identity.Authorization: Authorization (expected: a header name of letters, digits and hyphens that has no meaning of its own)
      #! 12:7: routes[0].identity.X_User: X_User (expected: a header name of letters, digits and hyphens that has no meaning of its own)
      #! 13:7: routes[0].identity.X-Forwarded-User: X-Forwarded-User (expected: a header name of letters, digits and hyphens that has no meaning of its own)
      #! 14:7: routes[0].identity.X-Request-ID: X-Request-ID (expected: another name than server.requestIdHeader)
      #! 15:15: routes[0].identity.X-Role.claim: missing (expected: a claim)
      #! 15:20: routes[0].identity.X-Role.as: xml (expected: csv, json, repeat)
      #! 17:14: routes[0].identity.X-Bad: a list of 1 (expected: a claim's name, or a mapping of claim, as)
      ---
      routes:
        - {path: "/api/{id}", upstream: app, public: true, rewrite: {stripPrefix: /api/v1, addPrefix: /, host: "a b"}}
        - {path: /apis/**, upstream: app, public: true, rewrite: {stripPrefix: /api}}
        - {path: /b, upstream: app, public: true, rewrite: {stripPrefix: /b/, addPrefix: a}}
        - {path: /c, upstream: app, public: true, rewrite: {stripPrefix: "/{id}", addPrefix: /a/../b, host: "https://a"}}
        - {path: /d, upstream: app, public: true, rewrite: {addPrefix: /a;b, by: x, host: "*.a"}}
        - {path: /e, upstream: app, public: true, rewrite: {addPrefix: /%61}}
        - {path: /f, upstream: app, public: true, rewrite: /v2}
      #! 2:77: routes[0].rewrite.stripPrefix: /api/v1 (expected: what path /api/{id} begins with, whole segments of it)
      #! 2:97: routes[0].rewrite.addPrefix: / PREFIX
      #! 2:106: routes[0].rewrite.host: a b HOST
      #! 3:74: routes[1].rewrite.stripPrefix: /api (expected: what path /apis/** begins with, whole segments of it)
      #! 4:68: routes[2].rewrite.stripPrefix: /b/ PREFIX
      #! 4:84: routes[2].rewrite.addPrefix: a PREFIX
      #! 5:68: routes[3].rewrite.stripPrefix: /{id} PREFIX
      #! 5:88: routes[3].rewrite.addPrefix: /a/../b PREFIX
      #! 5:103: routes[3].rewrite.host: https://a HOST
      #! 6:66: routes[4].rewrite.addPrefix: /a;b PREFIX
      #! 6:72: routes[4].rewrite.by: unknown key (expected: stripPrefix, addPrefix, host)
      #! 6:85: routes[4].rewrite.host: *.a HOST
      #! 7:66: routes[5].rewrite.addPrefix: /%61 PREFIX
      #! 8:54: routes[6].rewrite: /v2 (expected: a mapping of stripPrefix, addPrefix, host)
      ---
      routes:
        - path: /a
          upstream: app
          require: {}
          token: forward
          cors: {origins: ["https://a"]}
          requestHeaders:
            set: {Host: a, Authorization: b, X_A: c, X-Forwarded-Prefix: d, X-Request-ID: e, X-B: "ü", X-C: " f"}
            add: {Content-Length: "1", authorization: a, X-d: b, X-E: ["a"], X-Http-Method-Override: GET}
            remove: [connection, x-D, DPoP, Sec-WebSocket-Key]
          responseHeaders:
            set: {Vary: a, Date: b, Access-Control-Allow-Origin: "*", "X Y": a, X-F: ""}
            add: {Transfer-Encoding: chunked, X-Request-Id: a, Vary: a}
            remove: [vary, access-control-max-age]
            drop: []
      #! 8:13: routes[0].requestHeaders.set.Host: Host (expected: rewrite.host for what the upstream is asked for)
      #! 8:22: routes[0].requestHeaders.set.Authorization: Authorization (expected: set, with token: strip; the client's own is the matter of token)
      #! 8:40: routes[0].requestHeaders.set.X_A: X_A (expected: a header name of letters, digits and hyphens)
      #! 8:48: routes[0].requestHeaders.set.X-Forwarded-Prefix: X-Forwarded-Prefix OURS
      #! 8:71: routes[0].requestHeaders.set.X-Request-ID: X-Request-ID (expected: another name than server.requestIdHeader)
      #! 8:93: routes[0].requestHeaders.set.X-B: ü TEXT
      #! 8:103: routes[0].requestHeaders.set.X-C:  f TEXT
      #! 9:13: routes[0].requestHeaders.add.Content-Length: Content-Length OURS
      #! 9:34: routes[0].requestHeaders.add.authorization: authorization (expected: set, with token: strip; the client's own is the matter of token)
      #! 9:65: routes[0].requestHeaders.add.X-E: a list of 1 TEXT
      #! 9:72: routes[0].requestHeaders.add.X-Http-Method-Override: X-Http-Method-Override OURS
      #! 10:16: routes[0].requestHeaders.remove[0]: connection OURS
      #! 10:28: routes[0].requestHeaders.remove[1]: x-D (expected: each header in one place, whatever its case)
      #! 10:33: routes[0].requestHeaders.remove[2]: DPoP OURS
      #! 10:39: routes[0].requestHeaders.remove[3]: Sec-WebSocket-Key OURS
      #! 12:13: routes[0].responseHeaders.set.Vary: Vary (expected: add; caches need what the upstream says)
      #! 12:22: routes[0].responseHeaders.set.Date: Date OURS
      #! 12:31: routes[0].responseHeaders.set.Access-Control-Allow-Origin: Access-Control-Allow-Origin (expected: cors, which sets these)
      #! 12:65: routes[0].responseHeaders.set.X Y: X Y (expected: a header name)
      #! 12:80: routes[0].responseHeaders.set.X-F: "" TEXT
      #! 13:13: routes[0].responseHeaders.add.Transfer-Encoding: Transfer-Encoding OURS
      #! 13:41: routes[0].responseHeaders.add.X-Request-Id: X-Request-Id (expected: another name than server.requestIdHeader)
      #! 13:58: routes[0].responseHeaders.add.Vary: Vary (expected: each header in one place, whatever its case)
      #! 14:16: routes[0].responseHeaders.remove[0]: vary (expected: add; caches need what the upstream says)
      #! 14:22: routes[0].responseHeaders.remove[1]: access-control-max-age (expected: cors, which sets these)
      #! 15:7: routes[0].responseHeaders.drop: unknown key (expected: set, add, remove)
      ---
      routes:
        - {path: /a/**, upstream: app, require: {}, encodedSlash: keep, emptySegments: opaque, pathParameters: true}
      #! 2:61: routes[0].encodedSlash: keep (expected: refuse, opaque)
      #! 2:82: routes[0].emptySegments: opaque (expected: refuse, keep)
      #! 2:106: routes[0].pathParameters: true (expected: refuse, keep; in quotes, since YAML reads this as no text)
      ---
      routes:
        - {path: /a, upstream: app, require: {}, closeAtExpiry: later}
        - {path: /b, upstream: app, public: true, closeAtExpiry: false}
      #! 2:59: routes[0].closeAtExpiry: later (expected: true or false)
      #! 3:60: routes[1].closeAtExpiry: never used (expected: require; no token is looked at)
      ---
      routes:
        - {path: /a, upstream: app, require: {}, rateLimit: {per: 99ms, burst: 0, by: user}}
        - {path: /b, upstream: app, require: {}, rateLimit: {requests: 1000001, per: 25h, by: {claims: a}}}
        - {path: /c, upstream: app, public: true, rateLimit: {requests: 1, by: subject}}
        - {path: /d, upstream: app, public: true, rateLimit: {requests: 1}, limits: {concurrency: 0}}
        - {path: /e, upstream: app, require: {}, rateLimit: none}
      #! 2:55: routes[0].rateLimit.requests: missing (expected: a whole number, 1 to 1000000)
      #! 2:61: routes[0].rateLimit.per: 99ms (expected: a duration, 100ms to 24h)
      #! 2:74: routes[0].rateLimit.burst: 0 (expected: a whole number, 1 to 1000000)
      #! 2:81: routes[0].rateLimit.by: user (expected: subject, client, address, or a mapping with claim)
      #! 3:66: routes[1].rateLimit.requests: 1000001 (expected: a whole number, 1 to 1000000)
      #! 3:80: routes[1].rateLimit.per: 25h (expected: a duration, 100ms to 24h)
      #! 3:89: routes[1].rateLimit.by.claim: missing (expected: a claim)
      #! 3:90: routes[1].rateLimit.by.claims: unknown key (did you mean claim?)
      #! 4:74: routes[2].rateLimit.by: a token's claim (expected: address; a public route looks at no token)
      #! 5:56: routes[3].rateLimit.by: subject by default (expected: address; a public route looks at no token)
      #! 5:93: routes[3].limits.concurrency: 0 (expected: none, or a whole number, 1 to 1000000)
      #! 6:55: routes[4].rateLimit: none (expected: a mapping of requests, per, burst, by)
      ---
      routes:
        - {path: /a, upstream: app, require: {}, identity: {X-User: sub}}
        - {path: /b, upstream: app, public: true, requestHeaders: {add: {x-user: bob}}}
        - {path: /c, upstream: app, public: true, requestHeaders: {set: {X-Role: a}, remove: [X-USER]}, responseHeaders: {set: {X-User: a}}}
      #! 3:61: routes[1].requestHeaders: x-user (expected: a name that no route's identity has)
      #! 4:61: routes[2].requestHeaders: X-USER (expected: a name that no route's identity has)
      ---
      routes:
        - path: /a
          upstream: app
          require: {}
          identity: {X-Role: a, x-role: b}
        - path: /b
          upstream: app
          public: true
          identity: {X-Role: a}
      #! 5:27: routes[0].identity.x-role: x-role (expected: each header once, whatever its case)
      #! 9:15: routes[1].identity: never used (expected: require; a public route has no claims)
      ---
      routes:
        - {path: "/a/{b}", upstream: app, public: true}
        - {path: "/a/{c}", upstream: app, public: true}
        - {path: /d/**, upstream: app, public: true}
        - {path: /d/e, upstream: app, methods: [DELETE], require: {}}
      #! 3:12: routes[1].path: /a/{c} (expected: requests that no other route takes; /a/{b} at test.yaml:2 takes the same)
      #! 5:42: routes[3].methods: [DELETE] (expected: also every other method, or catchesRest: true on /d/** at test.yaml:4, which demands less)
      ---
      routes:
        - {path: /a, upstream: app, public: true}
        - {path: /a, name: b, upstream: app, public: yes}
      #! 3:48: routes[1].public: yes (expected: true or false)
      ---
      routes:
        - {path: /a, upstream: app, public: true, cors: {}}
        - {path: /b, upstream: app, public: true, cors: yes}
        - path: /c
          upstream: app
          public: true
          cors:
            origins: ["https://a/", "https://A", "https://a:443", "null", "a.example", "https://*.a", "https://a/b", "http://a:80"]
            methods: [get]
            headers: ["*"]
            exposeHeaders: [a b]
            credentials: 1
            maxAge: 25h
        - {path: /d, upstream: app, public: true, cors: {origins: ["*", "https://a"], credentials: true}}
        - {path: /e, upstream: app, public: true, cors: {origins: [null]}}
      #! 2:51: routes[0].cors.origins: missing (expected: a list of origins)
      #! 3:51: routes[1].cors: yes (expected: passthrough, or a mapping with origins)
      #! 8:17: routes[2].cors.origins[0]: https://a/ ORIGIN
      #! 8:31: routes[2].cors.origins[1]: https://A ORIGIN
      #! 8:44: routes[2].cors.origins[2]: https://a:443 ORIGIN
      #! 8:61: routes[2].cors.origins[3]: null ORIGIN
      #! 8:69: routes[2].cors.origins[4]: a.example ORIGIN
      #! 8:82: routes[2].cors.origins[5]: https://*.a ORIGIN
      #! 8:97: routes[2].cors.origins[6]: https://a/b ORIGIN
      #! 8:112: routes[2].cors.origins[7]: http://a:80 ORIGIN
      #! 9:17: routes[2].cors.methods[0]: get (expected: a method in upper case, neither TRACE nor CONNECT)
      #! 10:17: routes[2].cors.headers[0]: * (expected: a header name)
      #! 11:23: routes[2].cors.exposeHeaders[0]: a b (expected: a header name)
      #! 12:20: routes[2].cors.credentials: 1 (expected: true or false)
      #! 13:15: routes[2].cors.maxAge: 25h (expected: a duration, 0s to 24h)
      #! 14:61: routes[3].cors.origins: * beside others (expected: * alone, or origins)
      #! 14:94: routes[3].cors.credentials: true (expected: false where origins is *)
      #! 15:62: routes[4].cors.origins[0]: nothing ORIGIN
      """
          .replace(
              " ORIGIN",
              " (expected: an origin as browsers send it, scheme://host or scheme://host:port in"
                  + " lower case, without a default port, path or slash at the end)")
          .replace(
              " PREFIX",
              " (expected: a canonical path such as /api, without a slash at its end and without"
                  + " {name} and *)")
          .replace(
              " OURS",
              " (expected: a header that is not about the connection, the framing or the"
                  + " forwarding)")
          .replace(" TEXT", " (expected: a text of printable ASCII, without spaces at its ends)")
          .replace(" HOST", " (expected: a host such as legacy.internal, with a port or without)");

  private static final String OTHERS =
      """
      metadata: {enabled: 1, resource: "http://api.example"}
      tracing: {}
      tokenCache: {maxBytes: 1KiB}
      accessLog: {format: xml, claims: sub}
      defaults: {cors: {}, rateLimit: {}, identity: X-User}
      revocation: {persist: [a], file: b}
      cluster: {}
      <<: {}
      #! 1:21: metadata.enabled: 1 (expected: true or false)
      #! 1:34: metadata.resource: http://api.example (expected: an https URL without user information, query and fragment)
      #! 2:1: tracing: not built yet in this version
      #! 3:24: tokenCache.maxBytes: 1KiB (expected: a size, 64KiB to 4GiB)
      #! 4:21: accessLog.format: xml (expected: json, text, disabled)
      #! 4:34: accessLog.claims: sub (expected: a list of 0 to 16)
      #! 5:18: defaults.cors.origins: missing (expected: a list of origins)
      #! 5:22: defaults.rateLimit: unknown key (expected: cors, timeouts, limits, identity)
      #! 5:47: defaults.identity: X-User (expected: a mapping of header names to claims)
      #! 6:23: revocation.persist: a list of 1 (expected: a file)
      #! 6:28: revocation.file: unknown key (expected: persist)
      #! 7:10: cluster.redis: missing (expected: a URL of Redis)
      #! 8:1: <<: unknown key (expected: server, admin, issuers, tokenCache, upstreams, defaults, routes, metadata, accessLog, revocation, cluster, tracing)
      ---
      cluster: {redis: "redis://user:se@cret@127.0.0.1:0", ca: none.pem, whenUnavailable: maybe, colour: red}
      #! 1:18: cluster.redis: (hidden) (expected: redis:// or rediss://, [user:password@]host[:port][/database])
      #! 1:58: cluster.ca: none.pem (expected: a file that can be read)
      #! 1:85: cluster.whenUnavailable: maybe (expected: local, refuse)
      #! 1:92: cluster.colour: unknown key (expected: redis, ca, whenUnavailable)
      ---
      cluster: {redis: "redis://:se%zz@127.0.0.1"}
      #! 1:18: cluster.redis: (hidden) (expected: redis:// or rediss://, [user:password@]host[:port][/database])
      ---
      cluster: {redis: "http://127.0.0.1", ca: 7}
      #! 1:18: cluster.redis: (hidden) (expected: redis:// or rediss://, [user:password@]host[:port][/database])
      #! 1:42: cluster.ca: 7 (expected: a file; in quotes, since YAML reads this as no text)
      ---
      cluster: redis://127.0.0.1
      #! 1:10: cluster: redis://127.0.0.1 (expected: a mapping of redis, ca, whenUnavailable)
      """;

  private static final String WHOLE =
      """
      {}
      #! 1:1: upstreams: missing (expected: at least one upstream)
      #! 1:1: routes: missing (expected: at least one route)
      ---
      [a]
      #! 1:1: (hidden) (expected: a mapping of server, admin, issuers, tokenCache, upstreams, defaults, routes, metadata, accessLog, revocation, cluster)
      ---
      issuers: [{issuer: "https://a", audience: [a, b]}, {issuer: "https://c", audience: [c]}]
      upstreams: {one: "http://a", two: "http://b"}
      routes: [{path: /a, upstream: one, require: {}}, {path: /b, upstream: two, require: {}}, {path: /c, upstream: two, require: {audiences: [c]}}]
      #! 3:50: routes[1].require.audiences: none (expected: one or more, since issuer a has several audiences and route /a goes to another upstream)
      ---
      upstreams: {app: "http://a"}
      routes: [{path: /, upstream: app, require: {}}]
      #! 1:1: issuers: missing (expected: at least one issuer, since a route says require)
      """;
}
