// gRPC's own interop client and server (Ruby on gRPC's C core), and the gateway between them: over h2c and over TLS with
// ALPN, with a token as call credentials, without one, without the scope, and with one that ends meanwhile.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { keyPair, token } from './forge.js';
import { Running, startGateway } from './running.js';

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL('grpc.rb', import.meta.url));
const ISSUER = 'https://issuer.example.com';
const AUDIENCE = 'grpc:api';
const START_WITHIN_MS = 30_000;
const WITHIN_MS = 120_000;
const CASES = [
  'empty_unary', 'large_unary', 'client_streaming', 'server_streaming', 'ping_pong', 'empty_stream',
  'cancel_after_begin', 'cancel_after_first_response', 'timeout_on_sleeping_server',
  'status_code_and_message', 'custom_metadata', 'unimplemented_method', 'unimplemented_service',
];

const key = keyPair('grpc', 'ES256');
const now = () => Math.floor(Date.now() / 1000);
const signed = (claims = {}) => token(key, {
  iss: ISSUER, aud: AUDIENCE, sub: 'alice', iat: now() - 60, exp: now() + 600, scope: 'unary', ...claims,
});

const missing = await run('ruby', ['-e', `gem 'grpc'; path = File.join(Gem.loaded_specs['grpc'].full_gem_path,
  'src/ruby/pb/test/client.rb'); abort "no #{path}" unless File.exist?(path)`])
  .then(() => run('openssl', ['version'])).then(() => undefined, problem => problem.message);

// A suite that is skipped counts as nothing in the summary; this does.
test('gRPC\'s interop client can be had', { skip: missing }, () => assert.equal(missing, undefined));

for (const wire of ['h2c', 'TLS']) {
  describe(`gRPC's interop client over ${wire}`, { skip: missing }, () => {
    let folder;
    let server;
    let gateway;

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'bearward-grpc-'));
      await run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
        '-days', '2', '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1',
        '-keyout', join(folder, 'tls.key'), '-out', join(folder, 'tls.crt')]);
      server = new Running('ruby', [SCRIPT, 'server']);
      const listening = /listening on 127\.0\.0\.1:(\d+)/;
      await server.ready(START_WITHIN_MS, () => listening.test(server.output));
      gateway = await startGateway({
        server: wire === 'TLS' && { tls: { certificate: join(folder, 'tls.crt'), key: join(folder, 'tls.key') } },
        issuers: [{
          issuer: ISSUER, audience: AUDIENCE, keys: { inline: { keys: [key.jwk] } }, clockSkew: '0s',
        }],
        upstreams: {
          app: { endpoints: [`http://127.0.0.1:${server.output.match(listening)[1]}`], protocol: 'http2' },
        },
        routes: [
          { path: '/grpc.testing.TestService/UnaryCall', upstream: 'app', require: { scopes: ['unary'] } },
          { path: '/grpc.testing.TestService/**', upstream: 'app', require: {} },
          { path: '/grpc.testing.UnimplementedService/**', upstream: 'app', require: {} },
        ],
      });
    });

    after(async () => {
      await gateway?.stop();
      await server?.stop();
      await rm(folder, { recursive: true });
    });

    /** What the client printed, line by line. */
    async function outcomes(bearer, ...cases) {
      const env = { ...process.env, ...(bearer && { TOKEN: bearer }) };
      if (wire === 'TLS') {
        env.CA = join(folder, 'tls.crt');
      }
      const port = new URL(gateway.url).port;
      const { stdout } = await run('ruby', [SCRIPT, 'client', port, ...cases], { env, timeout: WITHIN_MS });
      return stdout.split('\n').filter(line => /^(OK|FAILED): /.test(line));
    }

    test('every case succeeds with a token', async () => {
      assert.deepEqual(await outcomes(signed(), ...CASES), CASES.map(name => `OK: ${name}`));
    });

    test('rules 5, 148: without a token it is UNAUTHENTICATED, and says why', async () => {
      const [unary, stream] = await outcomes(undefined, 'empty_unary', 'ping_pong');
      assert.match(unary, /^FAILED: empty_unary: GRPC::Unauthenticated: 16:an access token is required/);
      assert.match(stream, /^FAILED: ping_pong: GRPC::Unauthenticated: 16:/);
    });

    test('rules 8, 148: without the scope it is PERMISSION_DENIED', async () => {
      const [unary, empty] = await outcomes(signed({ scope: 'other' }), 'large_unary', 'empty_unary');
      assert.match(unary, /^FAILED: large_unary: GRPC::PermissionDenied: 7:/);
      assert.equal(empty, 'OK: empty_unary');
    });

    test('rules 7, 148: an expired token is UNAUTHENTICATED', async () => {
      const [unary] = await outcomes(signed({ exp: now() - 1 }), 'empty_unary');
      assert.match(unary, /^FAILED: empty_unary: GRPC::Unauthenticated: 16:the access token expired/);
    });

    for (const name of ['outlive_token', 'outlive_token_unanswered']) {
      test(`rule 157: a token that ends during the call: ${name}`, async () => {
        assert.deepEqual(await outcomes(signed({ exp: now() + 8 }), name), [`OK: ${name}`]);
        assert.match(gateway.output(), /"closedAtExpiry":"grpc"/);
      });
    }
  });
}
