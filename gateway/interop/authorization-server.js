// oidc-provider as the tests need it: implicit and client-credentials grants, one resource for each
// form of access token, introspection, revocation and DPoP.

import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';
import { listen } from './running.js';

export const AUDIENCE = 'appointments:api';
export const CALLBACK = 'https://app.example.com/callback';
export const PROOF_ALGORITHMS = ['ES256', 'ES384', 'ES512', 'PS256', 'RS256', 'Ed25519'];
const LIFE_S = 600;

// What a client asks for by its URL (RFC 8707), and how the access token for it is made.
const RESOURCES = {
  'https://ed25519.example.com': { accessTokenFormat: 'jwt', jwt: { sign: { alg: 'Ed25519' } } },
  'https://eddsa.example.com': { accessTokenFormat: 'jwt', jwt: { sign: { alg: 'EdDSA' } } },
  'https://es256.example.com': { accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } } },
  'https://opaque.example.com': { accessTokenFormat: 'opaque' },
  'https://other.example.com': { accessTokenFormat: 'opaque', audience: 'contacts:api' },
};

export const spa = {
  client_id: 'spa', application_type: 'web', token_endpoint_auth_method: 'none',
  grant_types: ['implicit'], response_types: ['id_token token'], redirect_uris: [CALLBACK],
};
export const batch = confidential('batch', ['client_credentials']);
export const gatewayClient = confidential('gateway', []);

function confidential(id, grants) {
  return {
    client_id: id, client_secret: randomBytes(32).toString('base64url'),
    grant_types: grants, response_types: [], redirect_uris: [],
  };
}

/** Starts the provider; `keySetTypes` fills with the content types of the key sets it sent. */
export async function startAuthorizationServer() {
  const http = createServer();
  const server = await listen(http);
  const handle = new Provider(server.url, await configuration()).callback();
  const keySetTypes = [];
  http.on('request', (request, response) => {
    if (request.url === '/jwks') {
      response.on('finish', () => keySetTypes.push(response.getHeader('content-type')));
    }
    handle(request, response);
  });
  return { ...server, keySetTypes };
}

async function configuration() {
  return {
    jwks: { keys: await keys() },
    clients: [spa, batch, gatewayClient],
    cookies: { keys: [randomBytes(32).toString('hex')] },
    enabledJWA: { dPoPSigningAlgValues: PROOF_ALGORITHMS },
    responseTypes: ['id_token token'],
    scopes: ['openid'],
    findAccount: (context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    ttl: Object.fromEntries(
      ['AccessToken', 'ClientCredentials', 'IdToken', 'Interaction', 'Grant', 'Session']
        .map(what => [what, LIFE_S])),
    features: {
      clientCredentials: { enabled: true },
      encryption: { enabled: true },
      requestObjects: { enabled: true },
      introspection: {
        enabled: true,
        allowedPolicy: (context, client) => client.clientId === 'gateway',
      },
      revocation: {
        enabled: true,
        allowedPolicy: (context, client, token) => token.clientId === client.clientId,
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => undefined,
        useGrantedResource: () => true,
        getResourceServerInfo: (context, resource) => ({
          scope: 'read:appointments write:appointments', audience: AUDIENCE, ...RESOURCES[resource],
        }),
      },
    },
  };
}

async function keys() {
  const made = [];
  for (const alg of ['RS256', 'ES256', 'Ed25519', 'RSA-OAEP-256']) {
    const { privateKey } = await generateKeyPair(alg, { extractable: true });
    const kid = `${alg}-${randomBytes(4).toString('hex')}`;
    // Without `alg` the provider signs with one key under both names, Ed25519 and EdDSA.
    const purpose = alg === 'RSA-OAEP-256' ? { use: 'enc', alg } : { use: 'sig' };
    made.push({ ...await exportJWK(privateKey), ...purpose, kid });
  }
  return made;
}
