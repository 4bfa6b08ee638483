// The implicit grant of OpenID Connect, as seen from the browser: the sign-in link, the answer in
// the fragment, and the session that comes of it. Kept in sessionStorage: this tab, until it closes.

const SESSION = 'session';
const PENDING = 'pending';

/** Builds the sign-in link and remembers the state and nonce that its answer must bring back. */
export function signInLink(settings) {
  const pending = { state: random(), nonce: random() };
  sessionStorage.setItem(PENDING, JSON.stringify(pending));
  return settings.issuer + 'authorize?' + new URLSearchParams({
    scope: settings.scope,
    audience: settings.audience,
    response_type: 'id_token token',
    client_id: settings.clientId,
    redirect_uri: callback(),
    ...pending,
  });
}

/**
 * Turns the fragment of the callback into a session.
 * @returns {Promise<{session?: object, error?: string}>}
 */
export async function receive(settings, fragment) {
  const answer = new URLSearchParams(fragment.replace(/^#/, ''));
  const pending = JSON.parse(sessionStorage.getItem(PENDING) ?? 'null');
  sessionStorage.removeItem(PENDING);
  if (!pending || answer.get('state') !== pending.state) {
    return { error: 'The answer does not belong to this sign-in (state differs).' };
  }
  if (answer.has('error')) {
    return { error: `${answer.get('error_description') ?? ''} (${answer.get('error')})` };
  }
  const accessToken = answer.get('access_token');
  const idToken = answer.get('id_token');
  if (!accessToken || !idToken || answer.get('token_type')?.toLowerCase() !== 'bearer') {
    return { error: 'The answer holds no token.' };
  }
  try {
    const claims = await identity(settings, idToken, accessToken, pending.nonce);
    const session = {
      accessToken,
      scope: answer.get('scope') ?? settings.scope,
      subject: claims.sub,
      name: claims.name ?? claims.sub,
    };
    sessionStorage.setItem(SESSION, JSON.stringify(session));
    return { session };
  } catch (problem) {
    return { error: `The ID token is not to be trusted: ${problem.message}` };
  }
}

export function currentSession() {
  return JSON.parse(sessionStorage.getItem(SESSION) ?? 'null');
}

export function forgetSession() {
  sessionStorage.removeItem(SESSION);
}

/** The claims of a JWT, unverified: for display only. */
export function claimsOf(token) {
  return JSON.parse(new TextDecoder().decode(bytes(token.split('.')[1])));
}

/** The same token with another payload under the old signature. */
export function tamperedWith(token) {
  const [header, , signature] = token.split('.');
  const claims = { ...claimsOf(token), sub: 'mallory' };
  return [header, base64url(new TextEncoder().encode(JSON.stringify(claims))), signature].join('.');
}

/** Verifies the ID token (OpenID Connect Core 3.2.2.11) and returns its claims. */
async function identity(settings, idToken, accessToken, nonce) {
  const [header, payload, signature] = idToken.split('.');
  const { alg, kid } = JSON.parse(new TextDecoder().decode(bytes(header)));
  demand(alg === 'RS256', 'algorithm');
  const key = await publicKey(settings.issuer, kid);
  const signed = new TextEncoder().encode(`${header}.${payload}`);
  demand(await crypto.subtle.verify('RSASSA-PKCS1-v1_5', key, bytes(signature), signed), 'signature');
  const claims = claimsOf(idToken);
  demand(claims.iss === settings.issuer, 'issuer');
  demand([claims.aud].flat().includes(settings.clientId), 'audience');
  demand(claims.exp > Date.now() / 1000, 'expiry');
  demand(claims.nonce === nonce, 'nonce');
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(accessToken)));
  demand(claims.at_hash === base64url(hash.slice(0, hash.length / 2)), 'at_hash');
  return claims;
}

async function publicKey(issuer, kid) {
  const metadata = await (await fetch(issuer + '.well-known/openid-configuration')).json();
  demand(metadata.issuer === issuer, 'metadata');
  const { keys } = await (await fetch(metadata.jwks_uri)).json();
  const jwk = keys.find(candidate => candidate.kid === kid);
  demand(jwk, 'key');
  return crypto.subtle.importKey('jwk', jwk, { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, false, ['verify']);
}

function demand(condition, what) {
  if (!condition) {
    throw new Error(what);
  }
}

function callback() {
  return location.origin + '/callback';
}

function random() {
  return base64url(crypto.getRandomValues(new Uint8Array(24)));
}

function base64url(data) {
  return btoa(String.fromCharCode(...data)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function bytes(encoded) {
  return Uint8Array.from(atob(encoded.replaceAll('-', '+').replaceAll('_', '/')), c => c.charCodeAt(0));
}
