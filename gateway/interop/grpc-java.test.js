// io.grpc's own interop client and server, and the gateway between them: over h2c and over TLS, on both of the client's
// transports, with a token, without one, without the scope, and with one that ends meanwhile.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { keyPair, token } from './forge.js';
import { jarsOf } from './jars.js';
import { Running, findJava, freePort, startGateway, until } from './running.js';

const FOLDER = fileURLToPath(new URL('grpc-java/', import.meta.url));
const OLDEST_JAVA = 17;
const START_WITHIN_MS = 120_000;
const WITHIN_MS = 120_000;
const ISSUER = 'https://issuer.example.com';
const AUDIENCE = 'grpc:api';
const NAMED_BY_ITS_CERTIFICATE = 'foo.test.google.fr';
const TRANSPORTS = ['Netty', 'OkHttp'];
// All but those that want a cloud's credentials, several servers or a cache, and the two that probe whether the server
// looks for compression, which io.grpc's own does not.
const CASES = [
  'empty_unary', 'large_unary', 'client_compressed_unary_noprobe', 'server_compressed_unary',
  'client_streaming', 'client_compressed_streaming_noprobe', 'server_streaming',
  'server_compressed_streaming', 'ping_pong', 'empty_stream', 'custom_metadata', 'status_code_and_message',
  'special_status_message', 'unimplemented_method', 'unimplemented_service', 'cancel_after_begin',
  'cancel_after_first_response', 'timeout_on_sleeping_server', 'very_large_request', 'rpc_soak',
  'channel_soak', 'orca_per_rpc', 'orca_oob',
];
// Machines stall: how fast it is is not the question.
const PATIENT = ['--soak_per_iteration_max_acceptable_latency_ms=30000', '--soak_overall_timeout_seconds=60'];
// What the client wants for the reports of load that a server sends in trailers, or in a stream of their own.
const LOAD_REPORTS = { loadBalancingConfig: [{ test_backend_metrics_load_balancer: {} }] };

const key = keyPair('grpc', 'ES256');
const now = () => Math.floor(Date.now() / 1000);
const signed = (claims = {}) => token(key, {
  iss: ISSUER, aud: AUDIENCE, sub: 'alice', iat: now() - 60, exp: now() + 600, scope: 'unary', ...claims,
});

const found = await Promise.all([jarsOf(FOLDER, 'grpc-java'), findJava(OLDEST_JAVA)])
  .then(([jars, java]) => ({ jars, java }),
    problem => ({ reason: `io.grpc's interop client cannot be had: ${problem.message}`.slice(0, 1000) }));

// A suite that is skipped counts as nothing in the summary; this does.
test('io.grpc\'s interop client can be had', { skip: found.reason }, () => assert.ok(found.jars));

describe('io.grpc\'s interop client', { skip: found.reason }, () => {
  let folder;
  let server;
  let serverPort;
  let client;
  let desk;

  const java = (...args) => new Running(join(found.java, 'bin', 'java'), [
    '-Xmx256m', '-XX:TieredStopAtLevel=1', '-cp', join(found.jars, '*'), ...args,
  ]);

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bearward-grpc-java-'));
    // The server listens on the address of this machine's name as well, which is loopback with these hosts.
    const hosts = join(folder, 'hosts');
    await writeFile(hosts, `127.0.0.1 localhost ${hostname()}\n`);
    serverPort = await freePort();
    server = java(`-Djdk.net.hosts.file=${hosts}`, 'io.grpc.testing.integration.TestServiceServer',
      `--port=${serverPort}`, '--use_tls=false', '--address_type=IPV4');
    client = java(join(FOLDER, 'Calls.java'));
    await server.ready(START_WITHIN_MS, () => /Server started/.test(server.output));
    const place = /calls on (127\.0\.0\.1:\d+)/;
    await client.ready(START_WITHIN_MS, () => place.test(client.output));
    desk = `http://${client.output.match(place)[1]}`;
  });

  after(async () => {
    await client?.stop();
    await server?.stop();
    await rm(folder, { recursive: true });
  });

  for (const wire of ['h2c', 'TLS']) {
    describe(`over ${wire}`, () => {
      let gateway;

      before(async () => {
        gateway = await startGateway({
          server: wire === 'TLS' && {
            tls: { certificate: await file('server1.pem'), key: await file('server1.key') },
          },
          issuers: [{
            issuer: ISSUER, audience: AUDIENCE, keys: { inline: { keys: [key.jwk] } }, clockSkew: '0s',
          }],
          upstreams: { app: { endpoints: [`http://127.0.0.1:${serverPort}`], protocol: 'http2' } },
          routes: [
            { path: '/grpc.testing.TestService/UnaryCall', upstream: 'app', require: { scopes: ['unary'] } },
            { path: '/grpc.testing.TestService/**', upstream: 'app', require: {} },
            { path: '/grpc.testing.UnimplementedService/**', upstream: 'app', require: {} },
            // Which the client opens by itself, with nothing of what comes with its calls.
            { path: '/xds.service.orca.v3.OpenRcaService/**', upstream: 'app', public: true },
          ],
        });
      });

      after(() => gateway?.stop());

      /** Where a file lies that the client's own certificate authority has made. */
      async function file(name) {
        const at = join(folder, name);
        await writeFile(at, await (await fetch(`${desk}/certificates/${name}`)).text());
        return at;
      }

      async function asked(what, transport, bearer, ...flags) {
        const answer = await fetch(`${desk}/${what}`, {
          method: 'POST',
          headers: bearer ? { Authorization: `Bearer ${bearer}` } : {},
          body: [
            '--server_host=127.0.0.1', `--server_port=${new URL(gateway.url).port}`,
            `--server_host_override=${NAMED_BY_ITS_CERTIFICATE}`, '--use_test_ca=true',
            `--use_tls=${wire === 'TLS'}`, `--use_okhttp=${transport === 'OkHttp'}`, ...flags,
          ].join('\n'),
          signal: AbortSignal.timeout(WITHIN_MS),
        });
        return answer.text();
      }

      const outcome = (name, transport, bearer) => asked('case', transport, bearer, `--test_case=${name}`,
        ...PATIENT, ...(name.startsWith('orca_') ? [`--service_config_json=${JSON.stringify(LOAD_REPORTS)}`] : []));

      for (const transport of TRANSPORTS) {
        test(`every case succeeds with a token, on ${transport}`, async () => {
          const outcomes = {};
          for (const name of CASES) {
            outcomes[name] = await outcome(name, transport, signed());
          }
          assert.deepEqual(outcomes, Object.fromEntries(CASES.map(name => [name, 'OK'])));
        });

        test(`rules 5, 148: without a token it is UNAUTHENTICATED, and says why, on ${transport}`, async () => {
          for (const name of ['empty_unary', 'client_streaming', 'server_streaming', 'ping_pong']) {
            assert.match(await outcome(name, transport),
              /^FAILED: .*io\.grpc\.StatusRuntimeException: UNAUTHENTICATED: an access token is required/, name);
          }
        });

        test(`rules 8, 148: without the scope it is PERMISSION_DENIED, on ${transport}`, async () => {
          const other = signed({ scope: 'other' });
          assert.match(await outcome('large_unary', transport, other),
            /^FAILED: io\.grpc\.StatusRuntimeException: PERMISSION_DENIED: /);
          assert.equal(await outcome('empty_unary', transport, other), 'OK');
        });

        test(`rules 7, 148: an expired token is UNAUTHENTICATED, on ${transport}`, async () => {
          assert.match(await outcome('empty_unary', transport, signed({ exp: now() - 1 })),
            /^FAILED: io\.grpc\.StatusRuntimeException: UNAUTHENTICATED: the access token expired/);
        });

        test(`rule 157: a token that ends during calls is UNAUTHENTICATED, on ${transport}`, async () => {
          const closed = () => gateway.output().split('"closedAtExpiry":"grpc"').length - 1;
          const sofar = closed();
          const exp = now() + 8;
          assert.equal(await asked('outlive', transport, signed({ exp })), [
            '1 answers, UNAUTHENTICATED: token expired',
            '0 answers, UNAUTHENTICATED: the access token expired',
          ].join('\n'));
          assert.ok(Date.now() >= exp * 1000, 'not before its time');
          await until(WITHIN_MS, () => closed() === sofar + 2);
        });
      }
    });
  }
});
