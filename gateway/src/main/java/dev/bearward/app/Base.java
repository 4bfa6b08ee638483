package dev.bearward.app;

import dev.bearward.jwks.KeySetEnvironment;
import dev.bearward.observe.Meters;
import dev.bearward.outbound.OutboundClients;
import dev.bearward.proxy.PooledForwarder;
import dev.bearward.token.CryptoInUse;
import dev.bearward.token.Revocations;
import java.time.InstantSource;

/**
 * What every generation of the configuration stands on, and lives as long as the process.
 *
 * @param clients the gateway's own calls
 * @param keys what key sets live on
 * @param crypto who computes signatures
 * @param revocations the tokens that are denied
 * @param sharing what decisions share with other instances
 * @param tls contexts of the listeners and the upstreams
 * @param forwarder has no upstreams; those of the generations follow on it
 */
record Base(
    Meters meters,
    InstantSource clock,
    OutboundClients clients,
    KeySetEnvironment keys,
    CryptoInUse crypto,
    Revocations revocations,
    Sharing sharing,
    TlsContexts tls,
    PooledForwarder forwarder) {}
