package dev.bearward.proxy;

import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What all upstreams share.
 *
 * @param requestIdHeader field that carries the request's id upstream
 * @param names looks host names up
 * @param randoms makes a source of chance for one thread
 * @param listener hears of connections and response times
 * @param endpoints hears of the state of endpoints
 */
public record ProxyEnvironment(
    String requestIdHeader,
    NameLookup names,
    Supplier<RandomGenerator> randoms,
    ProxyListener listener,
    EndpointListener endpoints) {}
