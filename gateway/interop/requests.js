// The requests of the differential test, in two tables: what both validators answer alike, and what
// the gateway answers otherwise by choice.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { hmac, keyPair, token, unsigned } from './forge.js';

export const AUDIENCE = 'appointments:api';
export const SCOPE = 'read:appointments';
export const SKEW_S = 30;

const rsa = keyPair('rsa', 'RS256');
const rsaToo = keyPair('rsa-too', 'RS256');
const ec = keyPair('ec', 'ES256');
const ed = keyPair('ed', 'EdDSA');
const small = keyPair('small', 'RS256', { bits: 1024 });
const forEncryption = keyPair('enc', 'RS256', { use: 'enc' });
const foreign = keyPair('rsa', 'RS256'); // the key id of another's key

/** What the issuer publishes, with some keys that nobody should use. */
export const KEY_SET = {
  keys: [rsa, rsaToo, ec, ed, small, forEncryption].map(({ jwk }) => jwk),
};

// Status, error, scope.
const OK = [200];
const INVALID = [401, 'invalid_token'];
const NO_SCOPE = [403, 'insufficient_scope', 'read:appointments'];
const NONE = [401];

const bearer = compact => field(`Bearer ${compact}`);
const field = value => ({ headers: ['Authorization', value] });

/** Both tables for tokens of `issuer`; each row has a function that makes a fresh request. */
export function requests(issuer) {
  const now = () => Math.floor(Date.now() / 1000);
  const claims = (more = {}) => ({
    iss: issuer, aud: AUDIENCE, sub: 'alice', client_id: 'spa', jti: 'a1',
    iat: now(), exp: now() + 600, scope: 'read:appointments profile', ...more,
  });
  const text = more => JSON.stringify(claims(more));
  const good = (more, header) => token(rsa, claims(more), header);

  // What both say.
  const same = {
    'a good token, RS256': [OK, () => bearer(good())],
    'a good token, ES256': [OK, () => bearer(token(ec, claims()))],
    'a good token, EdDSA': [OK, () => bearer(token(ed, claims()))],
    'the scheme in lower case': [OK, () => field(`bearer ${good()}`)],
    'the scheme in upper case': [OK, () => field(`BEARER ${good()}`)],
    'aud: a list that holds ours': [OK, () => bearer(good({ aud: ['contacts:api', AUDIENCE] }))],
    'typ: JWT': [OK, () => bearer(good({}, { typ: 'JWT' }))],
    'typ: at+jwt': [OK, () => bearer(good({}, { typ: 'at+jwt' }))],
    'typ: application/at+jwt': [OK, () => bearer(good({}, { typ: 'application/at+jwt' }))],
    'expired within the leeway': [OK, () => bearer(good({ exp: now() - SKEW_S / 2 }))],
    'exp: a fraction': [OK, () => bearer(good({ exp: now() + 600.5 }))],
    'scope: a list': [OK, () => bearer(good({ scope: ['read:appointments'] }))],
    'exp: 1e30': [OK, () => bearer(token(rsa, text({ exp: 0 }).replace('"exp":0', '"exp":1e30')))],
    'white space around the payload': [OK, () => bearer(token(rsa, ` ${text()}\n`))],
    'a token of 13 KB': [OK, () => bearer(good({ padding: 'x'.repeat(9000) }))],
    'no Authorization field': [NONE, () => ({ headers: [] })],
    'expired': [INVALID, () => bearer(good({ exp: now() - 120 }))],
    'no exp': [INVALID, () => bearer(good({ exp: undefined }))],
    'exp: a text': [INVALID, () => bearer(good({ exp: `${now() + 600}` }))],
    'exp: null': [INVALID, () => bearer(good({ exp: null }))],
    'expired just beyond the leeway': [INVALID, () => bearer(good({ exp: now() - SKEW_S - 2 }))],
    'nbf: null': [INVALID, () => bearer(good({ nbf: null }))],
    'nbf in the future': [INVALID, () => bearer(good({ nbf: now() + 120 }))],
    'iat: a text': [INVALID, () => bearer(good({ iat: `${now()}` }))],
    'aud: another API': [INVALID, () => bearer(good({ aud: 'contacts:api' }))],
    'aud: a mapping': [INVALID, () => bearer(good({ aud: { [AUDIENCE]: true } }))],
    'sub: a number': [INVALID, () => bearer(good({ sub: 7 }))],
    'client_id: a number': [INVALID, () => bearer(good({ client_id: 7 }))],
    'jti: a number': [INVALID, () => bearer(good({ jti: 7 }))],
    'aud: another case': [INVALID, () => bearer(good({ aud: AUDIENCE.toUpperCase() }))],
    'no aud': [INVALID, () => bearer(good({ aud: undefined }))],
    'iss: another': [INVALID, () => bearer(good({ iss: 'https://sso.example.com/' }))],
    'iss: a slash at its end': [INVALID, () => bearer(good({ iss: `${issuer}/` }))],
    'no iss': [INVALID, () => bearer(good({ iss: undefined }))],
    'another signature': [INVALID, () => bearer(swapSignature(good(), good({ sub: 'bob' })))],
    'signed by another key of that key id': [INVALID, () => bearer(token(foreign, claims()))],
    'kid: a number': [INVALID, () => bearer(good({}, { kid: 7 }))],
    'an unknown key id': [INVALID, () => bearer(good({}, { kid: 'unknown' }))],
    "another key's key id": [INVALID, () => bearer(token(ec, claims(), { kid: 'ed' }))],
    'an algorithm that is not its key\'s': [INVALID, () => bearer(good({}, { alg: 'PS256' }))],
    'a key for encryption': [INVALID, () => bearer(token(forEncryption, claims()))],
    'an RSA key of 1024 bits': [INVALID, () => bearer(token(small, claims()))],
    'a key within the token': [INVALID, () => bearer(
      token(foreign, claims(), { kid: 'own', jwk: foreign.jwk }))],
    'alg: none': [INVALID, () => bearer(unsigned(claims(), 'none'))],
    'alg: nOnE': [INVALID, () => bearer(unsigned(claims(), 'nOnE'))],
    'HS256 with the public key as secret': [INVALID, () => bearer(
      hmac(rsa.publicKey.export({ type: 'spki', format: 'pem' }), claims(), 'rsa'))],
    'crit: an unknown name': [INVALID, () => bearer(good({}, { crit: ['x'], x: 1 }))],
    'crit: empty': [INVALID, () => bearer(good({}, { crit: [] }))],
    'b64: false': [INVALID, () => bearer(good({}, { crit: ['b64'], b64: false }))],
    'two parts': [INVALID, () => bearer(good().split('.').slice(0, 2).join('.'))],
    'five parts': [INVALID, () => bearer(`${good()}.a.b`)],
    'no JWT at all': [INVALID, () => bearer('0123456789abcdef')],
    'a payload that is a list': [INVALID, () => bearer(token(rsa, '[]'))],
    'something after the payload': [INVALID, () => bearer(token(rsa, `${text()}{}`))],
    'a payload that is no JSON': [INVALID, () => bearer(token(rsa, '{"iss":'))],
    'bound to a key (cnf.jkt) and without a proof': [INVALID, () => bearer(
      good({ cnf: { jkt: 'A'.repeat(43) } }))],
    'without the scope': [NO_SCOPE, () => bearer(good({ scope: 'profile' }))],
    'a scope that only begins alike': [NO_SCOPE, () => bearer(
      good({ scope: 'read:appointments2' }))],
    'scope: a number': [NO_SCOPE, () => bearer(good({ scope: 7 }))],
    'no scope claim': [NO_SCOPE, () => bearer(good({ scope: undefined }))],
    'permissions instead of scope': [NO_SCOPE, () => bearer(
      good({ scope: undefined, permissions: ['read:appointments'] }))],
  };

  // What we chose to do otherwise: there, here, why.
  const different = {
    'the token in the query': {
      there: OK, here: NONE,
      why: 'rule 4: URLs end up in logs; `tokenFrom` opts in, route by route',
      send: () => ({ headers: [], query: `access_token=${good()}` }),
    },
    'the token in a form': {
      there: OK, here: NONE, why: 'rule 4: no bodies are read to decide',
      send: () => ({
        method: 'POST', body: `access_token=${good()}`,
        headers: ['Content-Type', 'application/x-www-form-urlencoded'],
      }),
    },
    'a token in the field, another in the query': {
      there: [400, 'invalid_request'], here: OK,
      why: 'rule 4: a query that is not looked at holds no token; with `tokenFrom` it is 400',
      send: () => ({ ...bearer(good()), query: `access_token=${good()}` }),
    },
    'Basic credentials': {
      there: [400], here: NONE, why: 'rule 11: another scheme is no token, and no token is 401',
      send: () => field('Basic YTpi'),
    },
    'Digest credentials': {
      there: [400], here: NONE, why: 'rule 11',
      send: () => field('Digest username="a", realm="b"'),
    },
    'scheme DPoP where nothing may be bound': {
      there: [400], here: NONE, why: 'rule 11: without `binding` DPoP is another scheme',
      send: () => field(`DPoP ${good()}`),
    },
    'an empty Authorization field': {
      there: [400], here: NONE, why: 'rule 5: there are no credentials in it',
      send: () => field(''),
    },
    'Bearer alone': {
      there: [400], here: [400, 'invalid_request'], why: 'RFC 6750 §3.1 names the error',
      send: () => field('Bearer'),
    },
    'Bearer and two words': {
      there: [400], here: [400, 'invalid_request'], why: 'the same',
      send: () => field(`Bearer ${good()} x`),
    },
    'Bearer and a tab': {
      there: [400], here: [400, 'invalid_request'], why: 'the same',
      send: () => field(`Bearer\t${good()}`),
    },
    'two tokens in the field': {
      there: [400], here: [400, 'invalid_request'], why: 'the same',
      send: () => field(`Bearer ${good()}, Bearer ${good()}`),
    },
    'Bearer and two spaces': {
      there: [400], here: OK, why: 'rule 2: RFC 9110 §11.4 allows more than one',
      send: () => field(`Bearer  ${good()}`),
    },
    'two Authorization fields': {
      there: OK, here: [400, 'invalid_request'], why: 'rule 3: which one counts would be a guess',
      send: () => ({
        headers: ['Authorization', `Bearer ${good()}`, 'Authorization', `Bearer ${good()}`],
      }),
    },
    'a comma within the field': {
      there: INVALID, here: [400, 'invalid_request'],
      why: 'rule 2: the field is malformed, whatever the token',
      send: () => field(`Bearer ${good()},Bearer`),
    },
    'quotes around the token': {
      there: INVALID, here: [400, 'invalid_request'], why: 'rule 2',
      send: () => field(`Bearer "${good()}"`),
    },
    'a character that no token has': {
      there: OK, here: [400, 'invalid_request'], why: 'rule 2',
      send: () => field(`Bearer ${good()}%`),
    },
    'padding behind the signature': {
      there: OK, here: INVALID, why: 'rule 34: one token, one spelling',
      send: () => bearer(`${good()}==`),
    },
    'spare bits in the signature': {
      there: OK, here: INVALID, why: 'rule 34',
      send: () => bearer(spareBit(good())),
    },
    'the other alphabet of base64': {
      there: OK, here: INVALID, why: 'rule 34',
      send: () => bearer(plainBase64(() => good({ jti: randomUUID() }))),
    },
    'an ID token (at_hash) for our audience': {
      there: OK, here: INVALID, why: 'rule 26',
      send: () => bearer(good({ at_hash: 'x'.repeat(22) })),
    },
    'a payload with typ: ID': {
      there: OK, here: INVALID, why: 'rule 26',
      send: () => bearer(good({ typ: 'ID' })),
    },
    'a payload with typ: Refresh': {
      there: OK, here: INVALID, why: 'rule 26',
      send: () => bearer(good({ typ: 'Refresh' })),
    },
    'a payload with events': {
      there: OK, here: INVALID, why: 'rule 45',
      send: () => bearer(good({ events: {} })),
    },
    'typ: logout+jwt': {
      there: OK, here: INVALID, why: 'rule 45',
      send: () => bearer(good({}, { typ: 'logout+jwt' })),
    },
    'typ: dpop+jwt': {
      there: OK, here: INVALID, why: 'rule 45',
      send: () => bearer(good({}, { typ: 'dpop+jwt' })),
    },
    'typ: an unknown one': {
      there: OK, here: INVALID, why: 'rule 26: the types are a list of those allowed',
      send: () => bearer(good({}, { typ: 'x+jwt' })),
    },
    'cty: JWT': {
      there: OK, here: INVALID, why: 'rule 40',
      send: () => bearer(good({}, { cty: 'JWT' })),
    },
    'zip': {
      there: OK, here: INVALID, why: 'rule 41',
      send: () => bearer(good({}, { zip: 'DEF' })),
    },
    'bound to a certificate (cnf.x5t#S256)': {
      there: OK, here: INVALID, why: 'rule 69: a bound token is checked or refused',
      send: () => bearer(good({ cnf: { 'x5t#S256': 'A'.repeat(43) } })),
    },
    'bound in an unknown way': {
      there: OK, here: INVALID, why: 'rule 69',
      send: () => bearer(good({ cnf: { other: 'x' } })),
    },
    'iat in the future': {
      there: OK, here: INVALID, why: 'rule 48',
      send: () => bearer(good({ iat: now() + 300 })),
    },
    'the same claim twice': {
      there: OK, here: INVALID, why: 'rule 36: readers differ in which one counts',
      send: () => bearer(token(rsa, text().replace('{', '{"sub":"bob",'))),
    },
    'the same header name twice': {
      there: OK, here: INVALID, why: 'rule 36',
      send: () => bearer(
        token(rsa, claims(), '{"kid":"x","alg":"RS256","kid":"rsa"}')),
    },
    'a byte order mark before the payload': {
      there: OK, here: INVALID, why: 'rule 37',
      send: () => bearer(token(rsa, `\ufeff${text()}`)),
    },
    '200 levels of nesting': {
      there: OK, here: INVALID, why: 'rule 60',
      send: () => bearer(
        token(rsa, text().replace('{', `{"x":${'['.repeat(200)}${']'.repeat(200)},`))),
    },
    'aud: a list of more than texts': {
      there: OK, here: INVALID, why: 'rule 49',
      send: () => bearer(good({ aud: [AUDIENCE, 7] })),
    },
    'scope: a list of more than texts': {
      there: OK, here: NO_SCOPE, why: 'rule 25',
      send: () => bearer(good({ scope: ['read:appointments', 7] })),
    },
    'no kid, two keys that fit': {
      there: INVALID, here: OK, why: 'rule 52: all that fit are tried',
      send: () => bearer(good({}, { kid: undefined })),
    },
    'scp instead of scope': {
      there: NO_SCOPE, here: OK, why: 'rule 25: `scopeClaims` has both',
      send: () => bearer(
        good({ scope: undefined, scp: ['read:appointments'] })),
    },
  };

  return { same, different };
}

const swapSignature = (one, other) =>
  [...one.split('.').slice(0, 2), other.split('.')[2]].join('.');

/** Changes the last character in a bit that is no part of the signature. */
function spareBit(compact) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const changed = compact.slice(0, -1) + alphabet[alphabet.indexOf(compact.at(-1)) ^ 1];
  const signature = each => Buffer.from(each.split('.')[2], 'base64url');
  assert.deepEqual(signature(changed), signature(compact));
  return changed;
}

/** A token of `make` whose signature, in the alphabet with + and /, is written differently. */
function plainBase64(make) {
  for (;;) {
    const [head, payload, signature] = make().split('.');
    const other = signature.replaceAll('-', '+').replaceAll('_', '/');
    if (other !== signature) {
      return `${head}.${payload}.${other}`;
    }
  }
}
