// Tokens down to the byte, good and bad, and the key set of whoever signs them.

import { createHmac, generateKeyPairSync, sign } from 'node:crypto';

const encode = part => Buffer.from(
  typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');

const SIGNERS = {
  RS256: (data, key) => sign('sha256', data, key),
  PS256: (data, key) => sign('sha256', data, { key, padding: 6, saltLength: 32 }),
  ES256: (data, key) => sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' }),
  EdDSA: (data, key) => sign(null, data, key),
};

/** A key pair with the key id and algorithm under which it is published. */
export function keyPair(kid, alg, { bits = 2048, use = 'sig' } = {}) {
  const [type, options] = {
    RS256: ['rsa', { modulusLength: bits }],
    ES256: ['ec', { namedCurve: 'P-256' }],
    EdDSA: ['ed25519', {}],
  }[alg];
  const { publicKey, privateKey } = generateKeyPairSync(type, options);
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid, alg, use };
  return { kid, alg, privateKey, publicKey, jwk };
}

/** The compact form of `payload`; `header` is added to alg and kid, or stands for it as a text. */
export function token(key, payload, header = {}) {
  const alg = header.alg ?? key.alg;
  const head = typeof header === 'string' ? header : { alg, kid: key.kid, ...header };
  const data = `${encode(head)}.${encode(payload)}`;
  return `${data}.${SIGNERS[typeof header === 'string' ? key.alg : alg](
    Buffer.from(data), key.privateKey).toString('base64url')}`;
}

/** Without a signature, as `alg: none` has it in whatever spelling. */
export const unsigned = (payload, alg) => `${encode({ alg })}.${encode(payload)}.`;

/** Signed by HMAC with a text as the secret. */
export function hmac(secret, payload, kid) {
  const data = `${encode({ alg: 'HS256', kid })}.${encode(payload)}`;
  return `${data}.${createHmac('sha256', secret).update(data).digest('base64url')}`;
}
