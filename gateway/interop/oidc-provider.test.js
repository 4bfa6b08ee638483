// oidc-provider, an authorization server that others wrote, and oauth4webapi, a client of the same
// kind: tokens in JWT and opaque form, plain and bound to a key, through the real gateway.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, beforeEach, describe, test } from 'node:test';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import * as oauth from 'oauth4webapi';
import {
  AUDIENCE, CALLBACK, PROOF_ALGORITHMS, batch, gatewayClient, spa, startAuthorizationServer,
} from './authorization-server.js';
import { signIn } from './browser.js';
import { outcome, startGateway, startUpstream, until } from './running.js';

const PUBLIC_URL = 'https://api.example.com';
const PATH = '/api/appointments/7';
const CACHE_S = 2;
const HTTP = { [oauth.allowInsecureRequests]: true };

describe('oidc-provider and oauth4webapi', () => {
  let server;
  let upstream;
  let plain;
  let bound;

  before(async () => {
    server = await startAuthorizationServer();
    upstream = await startUpstream();
    const introspection = {
      url: `${server.url}/token/introspection`, clientId: gatewayClient.client_id,
      clientSecret: gatewayClient.client_secret, cache: `${CACHE_S}s`,
    };
    plain = await startGateway(gatewayFor({ introspection }));
    const binding = { dpop: 'required', nonce: true };
    bound = await startGateway(gatewayFor({ introspection, binding }));
  });

  after(async () => {
    await plain?.stop();
    await bound?.stop();
    await upstream?.stop();
    await server?.stop();
  });

  beforeEach(() => { upstream.seen.length = 0; });

  const gatewayFor = issuer => ({
    server: { publicUrl: PUBLIC_URL },
    issuers: [{ issuer: server.url, audience: AUDIENCE, ...issuer }],
    upstreams: { appointments: upstream.url },
    routes: [{
      path: '/api/appointments/**', methods: ['GET'], upstream: 'appointments',
      require: { scopes: ['read:appointments'] },
      identity: { 'X-User': 'sub', 'X-Client': 'client_id' },
    }],
  });

  const discovered = async () => oauth.processDiscoveryResponse(new URL(server.url),
    await oauth.discoveryRequest(new URL(server.url), HTTP));

  async function clientCredentials(resource, options = {}) {
    const as = await discovered();
    const client = { client_id: batch.client_id };
    const response = await oauth.clientCredentialsGrantRequest(as, client,
      oauth.ClientSecretBasic(batch.client_secret),
      new URLSearchParams({ resource, scope: options.scope ?? 'read:appointments' }),
      { ...HTTP, DPoP: options.DPoP });
    return (await oauth.processClientCredentialsResponse(as, client, response)).access_token;
  }

  async function implicit(resource) {
    const [state, nonce] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')];
    const authorization = `${server.url}/auth?${new URLSearchParams({
      client_id: spa.client_id, response_type: 'id_token token', redirect_uri: CALLBACK,
      scope: 'openid read:appointments', resource, state, nonce,
    })}`;
    const landed = await signIn(authorization, CALLBACK, { login: 'alice', password: 'any' });
    const answer = Object.fromEntries(new URLSearchParams(landed.hash.slice(1)));
    assert.equal(answer.error, undefined, JSON.stringify(answer));
    assert.equal(answer.state, state);
    return answer;
  }

  const call = async (gateway, token, scheme = 'Bearer') => outcome(
    await fetch(gateway.url + PATH, { headers: { Authorization: `${scheme} ${token}` } }));

  async function assertAccepted(token) {
    upstream.seen.length = 0;
    assert.deepEqual((await call(plain, token)).status, 200, plain.output());
    assert.equal(upstream.seen.length, 1);
    assert.equal(upstream.seen[0].headers.authorization, undefined, 'the token goes no further');
    return upstream.seen[0];
  }

  async function assertRefused(answer, status, reason, error = 'invalid_token') {
    assert.deepEqual({ ...answer, challenge: '' }, { status, reason, error, challenge: '' });
    assert.equal(upstream.seen.length, 0, 'nothing reached the upstream');
  }

  for (const alg of ['Ed25519', 'EdDSA', 'ES256']) {
    test(`rule 59: the implicit flow's access token, signed ${alg}, is accepted`, async () => {
      const { access_token: token } = await implicit(`https://${alg.toLowerCase()}.example.com`);
      assert.deepEqual(
        [decodeProtectedHeader(token).alg, decodeProtectedHeader(token).typ], [alg, 'at+jwt']);
      const { headers } = await assertAccepted(token);
      assert.deepEqual([headers['x-user'], headers['x-client']], ['alice', 'spa']);
    });
  }

  test('rule 26: the ID token that came beside it is refused', async () => {
    const { id_token: token } = await implicit('https://ed25519.example.com');
    assert.ok(decodeJwt(token).at_hash, 'as OpenID Connect says for this flow');
    await assertRefused(await call(plain, token), 401, 'wrong_type');
  });

  test('rule 53: the keys came as application/jwk-set+json, and the one for encryption is no key',
    async () => {
      assert.match(server.keySetTypes[0], /^application\/jwk-set\+json/);
      const { keys } = await (await fetch(`${server.url}/jwks`)).json();
      const unusable = keys.find(key => key.use === 'enc').kid;
      const shown = JSON.stringify(await plain.issuers());
      assert.ok(!shown.includes(unusable), shown);
      for (const key of keys.filter(each => each.use === 'sig')) {
        assert.ok(shown.includes(key.kid), shown);
      }
    });

  test('rule 8: a token without the scope is refused with the scope that is needed', async () => {
    const token = await clientCredentials(
      'https://es256.example.com', { scope: 'write:appointments' });
    const answer = await call(plain, token);
    await assertRefused(answer, 403, 'insufficient_scope', 'insufficient_scope');
    assert.match(answer.challenge, /scope="read:appointments"/);
  });

  describe('opaque tokens by introspection', () => {
    test('rule 84: an active one is accepted', async () => {
      const token = await clientCredentials('https://opaque.example.com');
      assert.equal(token.split('.').length, 1);
      const { headers } = await assertAccepted(token);
      assert.equal(headers['x-client'], 'batch');
    });

    test('rule 84: one that the provider never made is refused', async () => {
      const junk = randomBytes(32).toString('base64url');
      await assertRefused(await call(plain, junk), 401, 'inactive');
    });

    test('rule 85: an active one for another API is refused', async () => {
      const token = await clientCredentials('https://other.example.com');
      await assertRefused(await call(plain, token), 401, 'wrong_audience');
    });

    test('one revoked at the provider is refused when the kept answer has run out', async () => {
      const token = await clientCredentials('https://opaque.example.com');
      const asked = Date.now();
      await assertAccepted(token);
      const as = await discovered();
      await oauth.processRevocationResponse(await oauth.revocationRequest(as,
        { client_id: batch.client_id }, oauth.ClientSecretBasic(batch.client_secret), token, HTTP));
      const refused = await until(CACHE_S * 1000 + 5000, async () => {
        upstream.seen.length = 0;
        const answer = await call(plain, token);
        return answer.status === 200 ? undefined : answer;
      });
      await assertRefused(refused, 401, 'inactive');
      assert.ok(Date.now() - asked >= CACHE_S * 1000 - 500, 'until then the kept answer served');
    });
  });

  describe('tokens bound to a key of the client (DPoP)', () => {
    let key;
    let handle;
    let token;
    let sent;

    before(async () => {
      key = await oauth.generateKeyPair('ES256');
      handle = newHandle();
      token = await clientCredentials('https://es256.example.com', { DPoP: handle });
      assert.ok(decodeJwt(token).cnf.jkt);
    });

    const newHandle = () => oauth.DPoP({ client_id: batch.client_id }, key);

    // The client speaks to the public URL, as through a load balancer; here is the gateway itself.
    const viaPublicUrl = async (url, options) => {
      sent = { headers: options.headers };
      return fetch(bound.url + new URL(url).pathname, options);
    };

    const request = (DPoP, { accessToken = token, base = PUBLIC_URL } = {}) =>
      oauth.protectedResourceRequest(accessToken, 'GET', new URL(base + PATH), undefined, undefined,
        { ...HTTP, DPoP, [oauth.customFetch]: viaPublicUrl });

    /** As the client's documentation has it: once more when the server names its nonce. */
    async function persistently(DPoP, options) {
      try {
        return await request(DPoP, options);
      } catch (problem) {
        if (!oauth.isDPoPNonceError(problem)) {
          throw problem;
        }
        return request(DPoP, options);
      }
    }

    /** What the client makes of a refusal: it reads the challenges by itself. */
    async function refusal(promise) {
      const problem = await promise.then(() => assert.fail('accepted'), failure => failure);
      assert.ok(problem instanceof oauth.WWWAuthenticateChallengeError, problem.stack);
      assert.deepEqual(problem.cause.map(challenge => challenge.scheme), ['dpop']);
      assert.match(problem.cause[0].parameters.algs, /ES256/);
      return outcome(problem.response);
    }

    test('rule 76: a proof without the nonce is refused, and with it accepted', async () => {
      const client = newHandle();
      await assertRefused(await refusal(request(client)), 401, 'nonce_required', 'use_dpop_nonce');
      assert.equal((await request(client)).status, 200);
      assert.equal(upstream.seen.length, 1);
      assert.equal(upstream.seen[0].headers.dpop, undefined, 'the proof goes no further');
      assert.equal(upstream.seen[0].headers['x-client'], 'batch');
    });

    test('rule 75: a proof passes once', async () => {
      assert.equal((await persistently(handle)).status, 200);
      upstream.seen.length = 0;
      const again = await outcome(await fetch(bound.url + PATH, sent));
      await assertRefused(again, 401, 'proof_invalid', 'invalid_dpop_proof');
      assert.equal((await request(handle)).status, 200, 'a new one passes');
    });

    for (const alg of PROOF_ALGORITHMS) {
      test(`rule 71: a proof signed ${alg} is as good`, async () => {
        const client = oauth.DPoP({ client_id: batch.client_id }, await oauth.generateKeyPair(alg));
        const accessToken = await clientCredentials('https://es256.example.com', { DPoP: client });
        assert.equal((await persistently(client, { accessToken })).status, 200);
      });
    }

    test('rule 72: a proof by another key is refused', async () => {
      const another = await oauth.generateKeyPair('ES256');
      const thief = oauth.DPoP({ client_id: batch.client_id }, another);
      await assertRefused(
        await refusal(persistently(thief)), 401, 'proof_invalid', 'invalid_dpop_proof');
    });

    test('rule 73: a proof for the address behind the public URL is refused', async () => {
      await assertRefused(await refusal(persistently(handle, { base: bound.url })),
        401, 'proof_invalid', 'invalid_dpop_proof');
    });

    test('rule 74: a proof for another token is refused', async () => {
      const accessToken = await clientCredentials('https://es256.example.com', { DPoP: handle });
      await persistently(handle);
      const proof = await unsentProof(accessToken);
      upstream.seen.length = 0;
      const answer = await outcome(await fetch(bound.url + PATH, {
        headers: { Authorization: `DPoP ${token}`, DPoP: proof },
      }));
      await assertRefused(answer, 401, 'proof_invalid', 'invalid_dpop_proof');
    });

    /** A proof that the client made for a request which never arrived. */
    async function unsentProof(accessToken) {
      let proof;
      const caught = async (url, { headers }) => {
        proof = new Headers(headers).get('dpop');
        return new Response();
      };
      await oauth.protectedResourceRequest(accessToken, 'GET', new URL(PUBLIC_URL + PATH),
        undefined, undefined, { ...HTTP, DPoP: handle, [oauth.customFetch]: caught });
      return proof;
    }

    test('an opaque token is bound by what introspection says of it', async () => {
      const accessToken = await clientCredentials('https://opaque.example.com', { DPoP: handle });
      assert.equal((await persistently(handle, { accessToken })).status, 200);
      upstream.seen.length = 0;
      await assertRefused(await call(bound, accessToken), 401, 'proof_missing');
    });

    test('rule 69: the bound token as a plain Bearer token is refused', async () => {
      await assertRefused(await call(bound, token), 401, 'proof_missing');
      await assertRefused(await call(plain, token), 401, 'binding_not_supported');
    });

    test('a token that is not bound is refused where binding is required', async () => {
      const accessToken = await clientCredentials('https://es256.example.com');
      await assertAccepted(accessToken);
      upstream.seen.length = 0;
      await assertRefused(await call(bound, accessToken), 401, 'proof_missing');
    });
  });
});
