// Calls through the gateway, cross-origin, with the token in the Authorization header.

const MEANINGS = {
  no_token: 'No token was sent.',
  bad_signature: 'The token was changed after it was signed.',
  expired: 'The token has expired. Sign in again for a new one.',
  insufficient_scope: 'The token is fine, but you do not hold the permission that this needs.',
  unknown_key: 'The token was signed with a key that is no longer published.',
  keys_unavailable: 'The gateway cannot get the keys of the authorization server just now.',
  upstream_unavailable: 'The appointments API does not answer.',
};

/**
 * @returns {Promise<object>} status, data, and for a refusal its reason, detail and challenge
 */
export async function call(gateway, token, method, path, body) {
  const headers = {};
  if (token) {
    headers.Authorization = `Bearer ${token}`;
  }
  if (body) {
    headers['Content-Type'] = 'application/json';
  }
  const request = `${method} ${path}`;
  let response;
  try {
    response = await fetch(gateway + path, {
      method, headers, body: body && JSON.stringify(body), credentials: 'omit', cache: 'no-store',
    });
  } catch {
    return { request, status: 0, detail: `Nothing readable came back from ${gateway}.` };
  }
  const text = await response.text();
  const data = text && /json/.test(response.headers.get('Content-Type') ?? '') ? JSON.parse(text) : null;
  if (response.ok) {
    return { request, status: response.status, data };
  }
  return {
    request,
    status: response.status,
    title: data?.title ?? response.statusText,
    detail: MEANINGS[data?.reason] ?? data?.detail ?? 'No further detail was given.',
    reason: data?.reason,
    requestId: data?.requestId,
    challenge: response.headers.get('WWW-Authenticate'),
  };
}

/** A token that has expired already, from the authorization server's development endpoint. */
export async function expiredToken(issuer, user, scope) {
  const response = await fetch(issuer + 'dev/token', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ user, scope, expires_in: -3600 }),
  });
  return (await response.json()).access_token;
}
