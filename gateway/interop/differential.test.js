// The same keys, tokens and requests to the gateway and to express-oauth2-jwt-bearer, the validator
// of another maker: status and error agree, or the difference is one that we chose, with its reason
// in requests.js and in the decision record.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer, request as httpRequest } from 'node:http';
import { after, before, describe, test } from 'node:test';
import express from 'express';
import { auth, requiredScopes } from 'express-oauth2-jwt-bearer';
import { AUDIENCE, KEY_SET, SCOPE, SKEW_S, requests } from './requests.js';
import { listen, startGateway, startUpstream } from './running.js';

const RECORD = new URL('../../docs/decisions/0006-beside-another-validator.md', import.meta.url);

const identity = await listen(createServer());
const issuer = identity.url;
const { same, different } = requests(issuer);

describe('beside express-oauth2-jwt-bearer', () => {
  let upstream;
  let gateway;
  let other;
  let passedThere = 0;

  before(async () => {
    identity.server.on('request', publish);
    upstream = await startUpstream();
    gateway = await startGateway({
      server: { limits: { failedVerifications: { perAddress: 100_000 } } },
      issuers: [{ issuer, audience: AUDIENCE, clockSkew: `${SKEW_S}s` }],
      upstreams: { appointments: upstream.url },
      routes: [{ path: '/**', upstream: 'appointments', require: { scopes: [SCOPE] } }],
    });
    const app = express();
    app.use(express.urlencoded({ extended: false }));
    app.use(auth({ issuerBaseURL: issuer, audience: AUDIENCE, clockTolerance: SKEW_S }));
    app.use(requiredScopes(SCOPE), (request, response) => {
      passedThere++;
      response.json({});
    });
    // Express prints what it cannot put into an answer; these errors all say how to be answered.
    app.use((problem, request, response, next) => response
      .status(problem.status).set(problem.headers).end());
    other = await listen(createServer(app));
  });

  after(async () => {
    await gateway?.stop();
    for (const server of [other, upstream, identity]) {
      await server?.stop();
    }
  });

  function publish(request, response) {
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(request.url === '/jwks' ? KEY_SET : {
      issuer, jwks_uri: `${issuer}/jwks`,
      id_token_signing_alg_values_supported: ['RS256', 'PS256', 'ES256', 'EdDSA'],
    }));
  }

  async function both(send) {
    const what = send();
    const [upstreamBefore, thereBefore] = [upstream.seen.length, passedThere];
    const here = await answer(gateway.url, what);
    const there = await answer(other.url, what);
    assert.equal(upstream.seen.length - upstreamBefore, here[0] === 200 ? 1 : 0, 'forwarded here');
    assert.equal(passedThere - thereBefore, there[0] === 200 ? 1 : 0, 'handled there');
    return { here, there };
  }

  for (const [name, [expected, send]] of Object.entries(same)) {
    test(`the same: ${name}`, async () => {
      assert.deepEqual(await both(send), { here: expected, there: expected });
    });
  }

  for (const [name, { there, here, send }] of Object.entries(different)) {
    test(`chosen otherwise: ${name}`, async () => {
      assert.notDeepEqual(here, there);
      assert.deepEqual(await both(send), { here, there });
    });
  }

  test('the decision record lists these differences and no others', async () => {
    const written = (await readFile(RECORD, 'utf8')).match(/^\| (?!-|request).*$/gm);
    assert.deepEqual(written, Object.entries(different).map(([name, { there, here, why }]) =>
      `| ${name} | ${words(there)} | ${words(here)} | ${why} |`));
  });
});

const words = ([status, error]) => error ? `${status} \`${error}\`` : `${status}`;

/** Status, error and scope of the Bearer challenge, without what is not there. */
function answer(base, { method = 'GET', headers, query, body }) {
  return new Promise((resolve, reject) => {
    const url = new URL(query ? `/api/appointments?${query}` : '/api/appointments', base);
    const all = ['Host', url.host, ...headers];
    if (body) {
      all.push('Content-Length', `${body.length}`);
    }
    const request = httpRequest(url, { method, headers: all, agent: false }, response => {
      response.resume();
      response.on('end', () => resolve(described(response)));
    });
    request.on('error', reject);
    request.end(body);
  });
}

function described({ statusCode, headers }) {
  const challenge = headers['www-authenticate'];
  if (statusCode === 400 || statusCode === 401 || statusCode === 403) {
    assert.match(challenge, /^Bearer realm="/);
  }
  const ofBearer = challenge?.split(/, DPoP /)[0] ?? '';
  const [error, scope] = ['error', 'scope'].map(
    name => ofBearer.match(new RegExp(`[ ,]${name}="([^"]*)"`))?.[1]);
  return [statusCode, error, scope].filter(part => part !== undefined);
}
