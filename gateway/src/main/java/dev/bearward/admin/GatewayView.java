package dev.bearward.admin;

import dev.bearward.observe.Exposition;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Port: what the admin endpoints show of the running gateway. Called on the admin port's only
 * thread, so nothing here blocks.
 */
public interface GatewayView {
  /** Whether the process works at all; false asks for a restart. */
  boolean live();

  /** What keeps the gateway from taking requests, one short phrase each; empty: it is ready. */
  List<String> missing();

  /** All meters, in the format that the value of Accept asks for. */
  Exposition metrics(@Nullable String accept);

  /** The issuers in the order of the configuration. */
  List<IssuerState> issuers();

  /** The effective route table, the most specific route first. */
  List<RouteState> routes();

  /** The upstreams in the order of their names. */
  List<UpstreamState> upstreams();

  /** Fetches an issuer's keys now; completes on any thread. */
  CompletionStage<Refresh> refreshIssuer(String name);

  /** What became of a demanded refresh. */
  sealed interface Refresh {}

  /** It was tried; the state tells whether it went well. */
  record Tried(IssuerState state) implements Refresh {}

  /** No issuer has that name. */
  record NoSuchIssuer() implements Refresh {}

  /**
   * Denies tokens.
   *
   * @param json what the operator sent
   */
  CompletionStage<Revoking> revoke(byte[] json);

  /** The revocations in force. */
  List<RevocationState> revocations();

  /** What became of a demanded revocation. */
  sealed interface Revoking {}

  /**
   * It is in force.
   *
   * @param whyNotDurable why it ends with the process, or null when it does not
   * @param sharing whether other instances have it, or null where nothing is shared
   */
  record Revoked(RevocationState inForce, @Nullable String whyNotDurable, @Nullable Shared sharing)
      implements Revoking {}

  /**
   * Other instances have it, or will.
   *
   * @param whyNot why they do not have it yet, or null when they do
   */
  record Shared(@Nullable String whyNot) {}

  /** It was not understood. */
  record NotRevoked(String problem) implements Revoking {}

  /** There are as many as there may be; this one is not in force. */
  record RevocationsFull(int limit) implements Revoking {}

  /**
   * A revocation.
   *
   * @param claim what names the tokens: {@code jti}, {@code sub} or {@code client_id}
   * @param name that claim's value
   * @param issuer name of the issuer, or null for all
   * @param issuedBefore only tokens issued earlier, or null for any
   */
  record RevocationState(
      String claim,
      String name,
      @Nullable String issuer,
      @Nullable Instant issuedBefore,
      Instant expiresAt) {}

  /**
   * An issuer and its keys.
   *
   * @param name name of the configuration
   * @param issuer the issuer identifier
   * @param keyIds key ids of the set in use; keys without one are not among them
   * @param generation counts the key sets taken into use
   * @param fetchedAt when the set in use was fetched last, or null when there is none
   * @param nextRefresh when it will be fetched again, or null when it will not
   * @param lastError why the last fetch failed, or null when it did not
   * @param introspection how the issuer answers for opaque tokens, or null when it is not asked
   */
  record IssuerState(
      String name,
      String issuer,
      List<String> keyIds,
      long generation,
      @Nullable Instant fetchedAt,
      @Nullable Instant nextRefresh,
      @Nullable String lastError,
      @Nullable IntrospectionState introspection) {
    public IssuerState {
      keyIds = List.copyOf(keyIds);
    }
  }

  /**
   * Introspection at an issuer.
   *
   * @param lastAnswer when the issuer answered last, or null when it never did
   * @param lastError why the last question brought no answer, or null when it did
   * @param waiting requests that wait for an answer
   */
  record IntrospectionState(
      @Nullable Instant lastAnswer, @Nullable String lastError, int waiting) {}

  /** An upstream and its endpoints. */
  record UpstreamState(String name, List<EndpointState> endpoints) {
    public UpstreamState {
      endpoints = List.copyOf(endpoints);
    }
  }

  /**
   * One address of an upstream.
   *
   * @param endpoint the address
   * @param configured the endpoint of the configuration whose address it is
   * @param state {@code healthy}, {@code unhealthy} or {@code ejected}
   * @param ejectedUntil when it is tried again, or null when it is not ejected
   * @param connections all, idle ones included
   * @param active connections in use or being made
   * @param waiting requests that wait for one
   * @param lastError what went wrong last, or null
   */
  record EndpointState(
      String endpoint,
      String configured,
      String state,
      @Nullable Instant ejectedUntil,
      int connections,
      int active,
      int waiting,
      @Nullable String lastError) {}

  /**
   * A route.
   *
   * @param hosts empty: any host
   * @param path the pattern as written in the configuration
   * @param methods empty: every method except TRACE and CONNECT
   * @param demand what it demands, or null when it is public
   * @param origin file and line
   */
  record RouteState(
      String name,
      List<String> hosts,
      String path,
      List<String> methods,
      String upstream,
      @Nullable Demand demand,
      String origin) {
    public RouteState {
      hosts = List.copyOf(hosts);
      methods = List.copyOf(methods);
    }
  }

  /**
   * What a route demands of a token; an empty list demands nothing.
   *
   * @param claims conditions on claims, as text for people
   * @param authentication demands on the user's authentication, as text for people
   */
  record Demand(
      List<String> issuers,
      List<String> audiences,
      List<String> scopes,
      List<String> anyScope,
      List<String> claims,
      List<String> authentication) {
    public Demand {
      issuers = List.copyOf(issuers);
      audiences = List.copyOf(audiences);
      scopes = List.copyOf(scopes);
      anyScope = List.copyOf(anyScope);
      claims = List.copyOf(claims);
      authentication = List.copyOf(authentication);
    }
  }
}
