// WebSockets and event streams in a real browser, from another origin, through the gateway: messages
// come as they are sent, and a script can read why it was refused.

import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { WebSocketServer } from 'ws';
import { launch } from './chromium.js';
import { listen, startGateway } from './running-gateway.js';
import { until } from './running-demo.js';

const ISSUER = 'https://issuer.example.com';
const AUDIENCE = 'live:api';
const WITHIN_MS = 15_000;
const BRIEFLY_S = 4;

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'live', alg: 'ES256' };

function token({ scope = 'read:live', lives = 600 } = {}) {
  const encode = part => Buffer.from(JSON.stringify(part)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const data = `${encode({ alg: 'ES256', kid: 'live' })}.${encode(
    { iss: ISSUER, aud: AUDIENCE, sub: 'alice', scope, iat: now, exp: now + lives })}`;
  const signature = sign('sha256', Buffer.from(data), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${data}.${signature.toString('base64url')}`;
}

describe('live connections in a browser', () => {
  let app;
  let stranger;
  let upstream;
  let sockets;
  let gateway;
  let browser;
  let page;
  let streams;
  const asked = [];

  before(async () => {
    const blank = () => listen(createServer((request, response) => {
      response.setHeader('Content-Type', 'text/html');
      response.end('<!doctype html><title>app</title>');
    }));
    [app, stranger] = [await blank(), await blank()];
    upstream = await startUpstream();
    gateway = await startGateway({
      issuers: [{ issuer: ISSUER, audience: AUDIENCE, keys: { inline: { keys: [jwk] } }, clockSkew: '0s' }],
      upstreams: { live: upstream.url },
      defaults: { cors: { origins: [app.url] } },
      routes: [
        {
          path: '/events', methods: ['GET'], upstream: 'live', require: { scopes: ['read:live'] },
          tokenFrom: ['header', { query: 'access_token' }],
        },
        {
          path: '/socket', methods: ['GET'], upstream: 'live', require: { scopes: ['read:live'] },
          tokenFrom: ['header', { webSocketProtocol: 'bearer' }], origins: [app.url],
        },
      ],
    });
    browser = await launch();
  });

  after(async () => {
    await browser?.close();
    await gateway?.stop();
    sockets?.close();
    for (const server of [upstream, app, stranger]) {
      await server?.stop();
    }
  });

  beforeEach(async () => {
    asked.length = 0;
    streams = [];
    page = await browser.newPage();
    page.setDefaultTimeout(WITHIN_MS);
    await open(app);
  });

  afterEach(() => page.close());

  async function startUpstream() {
    const server = createServer((request, response) => {
      asked.push({ url: request.url, headers: request.headers });
      response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
      response.flushHeaders();
      streams.push(response);
    });
    sockets = new WebSocketServer({ server, handleProtocols: offered => offered.has('chat') && 'chat' });
    sockets.on('connection', (socket, request) => {
      asked.push({ url: request.url, headers: request.headers });
      socket.on('message', (data, binary) => socket.send(data, { binary }));
    });
    return listen(server);
  }

  /** A page of that origin, with the URLs of the gateway at hand and `seen` to remember in. */
  async function open(origin) {
    await page.goto(origin.url);
    await page.evaluate(authority => {
      Object.assign(window, {
        http: `http://${authority}`, ws: `ws://${authority}`, seen: [],
      });
    }, gateway.authority);
  }

  const seen = () => page.evaluate(() => window.seen);

  /** Sends events one by one, the next when the script had the last: none is kept back. */
  async function comeOneByOne() {
    await until(WITHIN_MS, () => streams.length > 0);
    const [stream] = streams;
    for (let i = 1; i <= 5; i++) {
      stream.write(`data: event ${i}\n\n`);
      await until(WITHIN_MS, async () => (await seen()).length === i);
    }
    assert.deepEqual(await seen(), [1, 2, 3, 4, 5].map(i => `event ${i}`));
    return stream;
  }

  const fetched = (path, headers) => page.evaluate(async ([url, fields]) => {
    const answer = await fetch(http + url, { headers: fields });
    return {
      status: answer.status, challenge: answer.headers.get('WWW-Authenticate'), ...await answer.json(),
    };
  }, [path, headers]);

  /** Reads events by fetch, which can send the token where it belongs. */
  const streamByFetch = compact => page.evaluate(bearer => {
    window.ended = (async () => {
      const answer = await fetch(`${http}/events`, { headers: { Authorization: `Bearer ${bearer}` } });
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let text = ''; ;) {
        const { done, value } = await reader.read();
        if (done) {
          return text === '' ? 'at an event boundary' : text;
        }
        const events = (text + value).split('\n\n');
        text = events.pop();
        seen.push(...events.map(event => event.replace(/^data: /, '')));
      }
    })();
  }, compact);

  test('rule 162: events come one by one to fetch with an Authorization field', async () => {
    await streamByFetch(token());
    const stream = await comeOneByOne();
    assert.equal(asked.length, 1, 'the preflight was answered by the gateway');
    assert.equal(asked[0].headers.authorization, undefined);
    stream.end();
    assert.equal(await page.evaluate(() => window.ended), 'at an event boundary');
  });

  test('rule 161: events come one by one to EventSource with the token in the query', async () => {
    await page.evaluate(compact => {
      window.source = new EventSource(`${http}/events?room=7&access_token=${compact}`);
      source.onmessage = event => seen.push(event.data);
    }, token());
    await comeOneByOne();
    assert.equal(asked[0].url, '/events?room=7', 'the token stays at the gateway');
    await page.evaluate(() => source.close());
    await until(WITHIN_MS, () => streams[0].destroyed);
  });

  test('rule 157: a stream ends with its token, at an event boundary', async () => {
    await streamByFetch(token({ lives: BRIEFLY_S }));
    await comeOneByOne();
    assert.equal(await page.evaluate(() => window.ended), 'at an event boundary');
    await until(WITHIN_MS, () => streams[0].destroyed);
  });

  test('rule 163: a script can read why it was refused', async () => {
    const none = await fetched('/events', {});
    assert.deepEqual([none.status, none.reason], [401, 'no_token']);
    assert.match(none.challenge, /^Bearer realm="/);
    const weak = await fetched('/events', { Authorization: `Bearer ${token({ scope: 'other' })}` });
    assert.deepEqual([weak.status, weak.reason], [403, 'insufficient_scope']);
    assert.match(weak.challenge, /scope="read:live"/);
    const query = await fetched(`/events?access_token=${token({ lives: -60 })}`, {});
    assert.deepEqual([query.status, query.reason], [401, 'expired']);
    assert.equal(asked.length, 0);
  });

  test('an EventSource that is refused gives up', async () => {
    const state = await page.evaluate(compact => new Promise(resolve => {
      const source = new EventSource(`${http}/events?access_token=${compact}`);
      source.onerror = () => resolve(source.readyState);
    }), token({ lives: -60 }));
    assert.equal(state, 2, 'CLOSED');
    assert.equal(asked.length, 0);
  });

  test('rule 164: another origin reads nothing', async () => {
    await open(stranger);
    const problem = await page.evaluate(compact =>
      fetch(`${http}/events`, { headers: { Authorization: `Bearer ${compact}` } })
        .then(answer => answer.status, error => error.name), token());
    assert.equal(problem, 'TypeError');
    assert.equal(asked.length, 0);
  });

  /** Opens a WebSocket and waits for what `script` makes of it. */
  const connected = protocols => page.evaluate(offered => new Promise(resolve => {
    window.socket = new WebSocket(`${ws}/socket`, offered);
    window.over = new Promise(close => { socket.onclose = close; })
      .then(({ code, reason, wasClean }) => ({ code, reason, wasClean }));
    socket.onopen = () => resolve(socket.protocol);
    over.then(resolve);
  }), protocols);

  for (const [own, chosen] of [[[], 'bearer'], [['chat'], 'chat']]) {
    test(`rule 161: a WebSocket with the token as sub-protocol, ${chosen} chosen`, async () => {
      assert.equal(await connected(['bearer', token(), ...own]), chosen);
      assert.equal(asked[0].headers['sec-websocket-protocol'], own[0]);
      const echoed = await page.evaluate(() => new Promise(resolve => {
        const answers = [];
        socket.binaryType = 'arraybuffer';
        socket.onmessage = ({ data }) => {
          answers.push(typeof data === 'string' ? data.length : data.byteLength);
          if (answers.length === 3) {
            resolve(answers);
          }
        };
        socket.send('hello');
        socket.send(new Uint8Array(1024 * 1024));
        socket.send('x'.repeat(100_000));
      }));
      assert.deepEqual(echoed, [5, 1024 * 1024, 100_000]);
      const [there] = sockets.clients;
      const left = once(there, 'close');
      await page.evaluate(() => socket.close(4001, 'done'));
      const [code, reason] = await left;
      assert.deepEqual([code, String(reason)], [4001, 'done']);
      assert.deepEqual(await page.evaluate(() => over),
        { code: 4001, reason: 'done', wasClean: true });
    });
  }

  test('rule 157: a WebSocket ends with its token, and the script can read that', async () => {
    assert.equal(await connected(['bearer', token({ lives: BRIEFLY_S })]), 'bearer');
    const { code, wasClean } = await page.evaluate(() => over);
    assert.deepEqual([code, wasClean], [1008, true]);
    await until(WITHIN_MS, () => sockets.clients.size === 0);
  });

  test('rule 152: a WebSocket without a token does not open', async () => {
    assert.equal((await connected(['chat'])).code, 1006);
    assert.equal(asked.length, 0);
  });

  test('rule 158: nor does one of another origin', async () => {
    await open(stranger);
    assert.equal((await connected(['bearer', token()])).code, 1006);
    assert.equal(asked.length, 0);
  });
});
