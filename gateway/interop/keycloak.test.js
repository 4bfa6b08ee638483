// Keycloak in front of the gateway: tokens of the code and the client-credentials flow, signed
// ES256, a key set with a key for encryption in it, a rotation, and the server going and coming.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import * as oauth from 'oauth4webapi';
import { signIn } from './browser.js';
import { keyPair, token } from './forge.js';
import { Keycloak, findKeycloak } from './keycloak.js';
import { outcome, startGateway, startUpstream, until } from './running.js';

const HTTP = { [oauth.allowInsecureRequests]: true };
const AUDIENCE = 'appointments:api';
const SCOPE = 'read:appointments';
const CALLBACK = 'https://app.example.com/callback';
const SECRET = 'not-a-secret-but-a-test'; // as in realm.json
const COOLDOWN_MS = 500;
const WITHIN_MS = 30_000;

const found = await findKeycloak();

// A suite that is skipped counts as nothing in the summary; this does.
test('Keycloak can be had', { skip: found.reason }, () => assert.ok(found.home));

describe('Keycloak', { skip: found.reason }, () => {
  let keycloak;
  let upstream;
  let gateway;
  let as;

  before(async () => {
    keycloak = await Keycloak.start(found);
    upstream = await startUpstream();
    gateway = await startGateway({
      issuers: [{
        name: 'keycloak', issuer: keycloak.issuer, audience: AUDIENCE,
        refresh: { every: '1h', cooldown: `${COOLDOWN_MS}ms` },
      }],
      upstreams: { appointments: upstream.url },
      routes: [{
        path: '/api/**', upstream: 'appointments', require: { scopes: [SCOPE] },
        identity: { 'X-User': 'sub', 'X-Party': 'azp' },
      }],
    });
    const issuer = new URL(keycloak.issuer);
    as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, HTTP));
  });

  after(async () => {
    await gateway?.stop();
    await upstream?.stop();
    await keycloak?.remove();
  });

  beforeEach(() => { upstream.seen.length = 0; });

  async function clientCredentials(scope = SCOPE) {
    const client = { client_id: 'batch' };
    const answer = await oauth.clientCredentialsGrantRequest(
      as, client, oauth.ClientSecretBasic(SECRET), new URLSearchParams({ scope }), HTTP);
    return (await oauth.processClientCredentialsResponse(as, client, answer)).access_token;
  }

  async function code() {
    const client = { client_id: 'spa' };
    const verifier = oauth.generateRandomCodeVerifier();
    const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
    const landed = await signIn(`${as.authorization_endpoint}?${new URLSearchParams({
      client_id: 'spa', response_type: 'code', redirect_uri: CALLBACK, scope: `openid ${SCOPE}`,
      state, nonce, code_challenge_method: 'S256',
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    })}`, CALLBACK, { username: 'alice', password: SECRET });
    const parameters = oauth.validateAuthResponse(as, client, landed, state);
    const answer = await oauth.authorizationCodeGrantRequest(
      as, client, oauth.None(), parameters, CALLBACK, verifier, HTTP);
    return oauth.processAuthorizationCodeResponse(as, client, answer, { expectedNonce: nonce });
  }

  const call = async compact => outcome(await fetch(`${gateway.url}/api/appointments`,
    { headers: { Authorization: `Bearer ${compact}` } }));

  async function assertAccepted(compact) {
    upstream.seen.length = 0;
    assert.equal((await call(compact)).status, 200, gateway.output());
    return upstream.seen[0].headers;
  }

  async function assertRefused(compact, status, reason) {
    upstream.seen.length = 0;
    const answer = await call(compact);
    assert.deepEqual([answer.status, answer.reason], [status, reason], gateway.output());
    assert.equal(upstream.seen.length, 0, 'nothing reached the upstream');
  }

  /** A token of this issuer by a key that it never had. */
  const withUnknownKey = () => {
    const now = Math.floor(Date.now() / 1000);
    return token(keyPair(`unknown-${now}`, 'ES256'),
      { iss: keycloak.issuer, aud: AUDIENCE, scope: SCOPE, iat: now, exp: now + 300 });
  };

  const keyIds = async () => JSON.stringify(await gateway.issuers());

  test('a token of the client-credentials flow, ES256 and at+jwt, is accepted', async () => {
    const compact = await clientCredentials();
    const { alg, typ } = decodeProtectedHeader(compact);
    assert.deepEqual([alg, typ], ['ES256', 'at+jwt']);
    const headers = await assertAccepted(compact);
    assert.equal(headers['x-party'], 'batch');
    assert.equal(headers['x-user'], decodeJwt(compact).sub);
  });

  test('rule 49: without the scope that brings the audience it is refused', async () => {
    const compact = await clientCredentials('openid');
    assert.equal(decodeJwt(compact).aud, undefined);
    await assertRefused(compact, 401, 'missing_claim');
  });

  test('rule 26: of the code flow the access token is accepted, and nothing else', async () => {
    const { access_token: access, id_token: id, refresh_token: refresh } = await code();
    const headers = await assertAccepted(access);
    assert.deepEqual([headers['x-user'], headers['x-party']], [decodeJwt(access).sub, 'spa']);
    await assertRefused(id, 401, 'wrong_type');
    await assertRefused(refresh, 401, 'algorithm_not_allowed');
  });

  test('rule 23: the key for encryption in the key set is none of ours', async () => {
    const { keys } = await (await fetch(as.jwks_uri)).json();
    const kid = use => keys.find(key => key.use === use).kid;
    const shown = await keyIds();
    assert.ok(shown.includes(kid('sig')), shown);
    assert.ok(!shown.includes(kid('enc')), shown);
  });

  test('a new key of a higher priority is picked up, and the old one goes on', async () => {
    const old = await clientCredentials();
    await keycloak.addKey(200);
    const fresh = await clientCredentials();
    assert.notEqual(decodeProtectedHeader(fresh).kid, decodeProtectedHeader(old).kid);
    await assertAccepted(fresh);
    await assertAccepted(old);
    await assertRefused(withUnknownKey(), 401, 'unknown_key');
  });

  test('rule 55: down, its keys serve and unknown ones are 503; up again, all is new', async () => {
    const [known, unseen] = [await clientCredentials(), await clientCredentials()];
    await assertAccepted(known);
    const keysBefore = await keyIds();
    await keycloak.stop();
    await assertAccepted(known);
    await assertAccepted(unseen);
    await until(WITHIN_MS, async () => (await call(withUnknownKey())).status === 503);
    await assertRefused(withUnknownKey(), 503, 'keys_unavailable');
    await assertAccepted(known);

    await keycloak.start();
    const fresh = await clientCredentials();
    assert.ok(!keysBefore.includes(decodeProtectedHeader(fresh).kid), 'a new database, new keys');
    await until(WITHIN_MS, async () => (await call(fresh)).status === 200);
    await assertRefused(known, 401, 'unknown_key');
    await assertAccepted(fresh);
  });
});
