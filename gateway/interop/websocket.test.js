// npm's `ws` on both sides of the gateway: what one of them sends, the other gets, frames and all.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { after, before, beforeEach, describe, test } from 'node:test';
import WebSocket, { WebSocketServer } from 'ws';
import { keyPair, token } from './forge.js';
import { listen, startGateway, until } from './running.js';

const ISSUER = 'https://issuer.example.com';
const AUDIENCE = 'chat:api';
const ORIGIN = 'https://app.example.com';
const MIB = 1024 * 1024;
const WITHIN_MS = 30_000;

const key = keyPair('ws', 'ES256');
const good = () => {
  const now = Math.floor(Date.now() / 1000);
  return token(key, { iss: ISSUER, aud: AUDIENCE, sub: 'alice', iat: now, exp: now + 600 });
};
const bearer = () => ({ Authorization: `Bearer ${good()}` });

/** All that goes over a socket, in both directions. */
function tapped(socket) {
  const bytes = { received: [], sent: [] };
  const write = socket.write;
  socket.write = (chunk, encoding, ...rest) => {
    bytes.sent.push(Buffer.from(chunk, typeof encoding === 'string' ? encoding : undefined));
    return write.call(socket, chunk, encoding, ...rest);
  };
  // A copy: the reader unmasks in place.
  socket.on('data', chunk => bytes.received.push(Buffer.from(chunk)));
  return bytes;
}

/** What came behind the head: the frames. */
function frames(chunks) {
  const all = Buffer.concat(chunks);
  const end = all.indexOf('\r\n\r\n');
  assert.ok(end > 0);
  return all.subarray(end + 4);
}

describe('npm ws', () => {
  let upstream;
  let sockets;
  let gateway;
  const handshakes = [];
  const taps = [];

  before(async () => {
    upstream = await listen(createServer((request, response) => {
      response.statusCode = 404;
      response.end();
    }));
    upstream.server.on('connection', socket => taps.push(tapped(socket)));
    sockets = new WebSocketServer({
      server: upstream.server, perMessageDeflate: { threshold: 0 }, maxPayload: 16 * MIB,
      handleProtocols: offered => offered.has('chat') && 'chat',
      verifyClient: ({ req }) => !req.url.startsWith('/unwelcome'),
    });
    sockets.setMaxListeners(0);
    sockets.on('connection', (socket, request) => handshakes.push(request));
    gateway = await startGateway({
      issuers: [{ issuer: ISSUER, audience: AUDIENCE, keys: { inline: { keys: [key.jwk] } } }],
      upstreams: { chat: upstream.url },
      routes: [{
        path: '/**', methods: ['GET'], upstream: 'chat', require: {}, origins: [ORIGIN],
        tokenFrom: ['header', { webSocketProtocol: 'bearer' }], identity: { 'X-User': 'sub' },
      }],
    });
  });

  after(async () => {
    await gateway?.stop();
    sockets?.close();
    await upstream?.stop();
  });

  beforeEach(() => {
    handshakes.length = 0;
    taps.length = 0;
  });

  const url = path => gateway.url.replace('http', 'ws') + path;

  /** Both ends of a WebSocket that is open. */
  async function open({ path = '/room', protocols = [], ...options } = {}) {
    const accepted = once(sockets, 'connection');
    const client = new WebSocket(
      url(path), protocols, { headers: bearer(), perMessageDeflate: false, ...options });
    await once(client, 'open');
    const [there] = await accepted;
    return { client, there };
  }

  async function refused(protocols, options) {
    const client = new WebSocket(url('/room'), protocols, options);
    client.on('error', () => {});
    const [, answer] = await once(client, 'unexpected-response');
    const text = (await answer.toArray()).join('');
    client.terminate();
    assert.equal(handshakes.length, 0, 'rule 152: the upstream saw no handshake');
    assert.equal(taps.length, 0, 'nor a connection');
    return { status: answer.statusCode, headers: answer.headers, ...JSON.parse(text) };
  }

  async function crosses(from, to, message) {
    const arrived = once(to, 'message');
    from.send(message);
    const [data, binary] = await arrived;
    assert.equal(binary, typeof message !== 'string');
    assert.ok(data.equals(Buffer.from(message)));
  }

  test('text and binary messages cross in both directions', async () => {
    const { client, there } = await open();
    for (const message of ['', 'hello', 'über \u{1f43b}', Buffer.alloc(0), randomBytes(70_000)]) {
      await crosses(client, there, message);
      await crosses(there, client, message);
    }
    assert.equal(handshakes[0].headers['x-user'], 'alice');
    assert.equal(handshakes[0].headers.authorization, undefined);
    client.close();
    await once(there, 'close');
  });

  for (const direction of ['to the upstream', 'to the client']) {
    test(`a message of 4 MiB in fragments arrives whole ${direction}`, async () => {
      const { client, there } = await open();
      const [from, to] = direction === 'to the client' ? [there, client] : [client, there];
      const message = randomBytes(4 * MIB);
      const arrived = once(to, 'message');
      const parts = 5;
      const size = Math.ceil(message.length / parts);
      for (let i = 0; i < parts; i++) {
        from.send(message.subarray(i * size, (i + 1) * size), { fin: i === parts - 1 });
        from.ping(`between ${i}`); // control frames may stand between fragments
      }
      const [data] = await arrived;
      assert.ok(data.equals(message));
      client.close();
      await once(there, 'close');
    });
  }

  test('rule 155: permessage-deflate is negotiated end to end, each byte passes unaltered', async () => {
    let near;
    const { client, there } = await open({
      perMessageDeflate: { threshold: 0, serverNoContextTakeover: true },
      createConnection: options => {
        const socket = connect(options);
        near = tapped(socket);
        return socket;
      },
    });
    assert.match(handshakes[0].headers['sec-websocket-extensions'],
      /^permessage-deflate; server_no_context_takeover/);
    assert.match(client.extensions, /permessage-deflate/);
    const words = 'the same words again and again '.repeat(10_000);
    await crosses(client, there, words);
    await crosses(client, there, words);
    await crosses(there, client, words);
    client.close(1000, 'done');
    await Promise.all([once(there, 'close'), once(client, 'close')]);
    const far = taps[0];
    assert.ok(frames(near.sent).length < words.length / 10, 'it was compressed');
    assert.ok(frames(far.received).equals(frames(near.sent)), 'what the client sent');
    assert.ok(frames(near.received).equals(frames(far.sent)), 'what the upstream sent');
  });

  test('pings are answered by the other end', async () => {
    const { client, there } = await open();
    for (const [from, to] of [[client, there], [there, client]]) {
      const [asked, answered] = [once(to, 'ping'), once(from, 'pong')];
      from.ping('are you there?');
      assert.equal(String((await asked)[0]), 'are you there?');
      assert.equal(String((await answered)[0]), 'are you there?');
    }
    client.close();
    await once(there, 'close');
  });

  for (const [code, reason] of [[1000, ''], [1001, 'going'], [1013, 'later'], [4001, 'ours: ü']]) {
    test(`rule 156: close ${code} is told to the upstream and to the client`, async () => {
      for (const who of ['client', 'there']) {
        const pair = await open();
        const ends = [once(pair.client, 'close'), once(pair.there, 'close')];
        pair[who].close(code, reason);
        for (const [told, why] of await Promise.all(ends)) {
          assert.deepEqual([told, String(why)], [code, reason]);
        }
      }
    });
  }

  test('rule 156: a client that is gone is closed at the upstream', async () => {
    const { client, there } = await open();
    const closed = once(there, 'close');
    client.terminate();
    assert.equal((await closed)[0], 1006);
  });

  test('rule 156: an upstream that is gone is closed at the client', async () => {
    const { client, there } = await open();
    const closed = once(client, 'close');
    there.terminate();
    assert.equal((await closed)[0], 1006);
  });

  test('rule 156: a client that ends its direction is told to the upstream, which has the last word',
    async () => {
      let socket;
      const { there } = await open({
        createConnection: options => {
          socket = connect({ ...options, allowHalfOpen: true });
          return socket;
        },
      });
      const [ended, closed] = [once(socket, 'end'), once(there, 'close')];
      socket.end();
      assert.equal((await closed)[0], 1006);
      await ended;
      socket.destroy();
    });

  test('rule 161: a token as sub-protocol lets in and stays at the gateway', async () => {
    const alone = await open({ protocols: ['bearer', good()], headers: {}, origin: ORIGIN });
    assert.equal(alone.client.protocol, 'bearer');
    const beside = await open({ protocols: ['bearer', good(), 'chat'], headers: {} });
    assert.equal(beside.client.protocol, 'chat');
    assert.equal(beside.there.protocol, 'chat');
    const [first, second] = handshakes.map(each => each.headers);
    assert.equal(first['sec-websocket-protocol'], undefined);
    assert.equal(second['sec-websocket-protocol'], 'chat');
    assert.equal(first['x-user'], 'alice');
    for (const { client, there } of [alone, beside]) {
      await crosses(client, there, 'hello');
      client.close();
      await once(there, 'close');
    }
  });

  test('rule 152: without a token the handshake is refused with 401', async () => {
    const answer = await refused([], {});
    assert.deepEqual([answer.status, answer.reason], [401, 'no_token']);
    assert.match(answer.headers['www-authenticate'], /^Bearer realm="/);
  });

  test('rule 152: a bad token as sub-protocol is refused with 401', async () => {
    const answer = await refused(['bearer', `${good().slice(0, -8)}AAAAAAAA`], {});
    assert.deepEqual([answer.status, answer.reason], [401, 'bad_signature']);
  });

  test('rule 158: from another origin the handshake is refused with 403', async () => {
    const answer = await refused([], { headers: bearer(), origin: `${ORIGIN}.evil.example` });
    assert.deepEqual([answer.status, answer.reason], [403, 'origin_not_allowed']);
  });

  test('rule 154: a handshake that the upstream refuses stays HTTP', async () => {
    const client = new WebSocket(url('/unwelcome'), { headers: bearer() });
    client.on('error', () => {});
    const [, answer] = await once(client, 'unexpected-response');
    assert.equal(answer.statusCode, 401);
    assert.equal(answer.headers['www-authenticate'], undefined, 'the upstream\'s own');
    client.terminate();
  });

  test('rule 156: no connection to the upstream outlives its WebSocket', async () => {
    const pairs = await Promise.all(Array.from({ length: 50 }, () => open()));
    pairs.forEach(({ client }, i) => (i % 2 ? client.terminate() : client.close()));
    await until(WITHIN_MS, () => sockets.clients.size === 0);
    await until(WITHIN_MS, () => new Promise(resolve =>
      upstream.server.getConnections((problem, count) => resolve(count === 0))));
  });
});
