// The same bytes through the gateway to five origins: what they understand is one and the same, or
// the gateway refused before any of them saw it.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { framings } from './framings.js';
import { NAMES, findOrigins, startOrigins } from './origins.js';
import { exchange } from './raw.js';
import { startGateway } from './running.js';

// What each origin's own connection has, framing included, and what is never twice alike.
const ITS_OWN = ['connection', 'content-length', 'transfer-encoding', 'expect', 'x-request-id'];
const OF_A_CONNECTION = ['keep-alive', 'proxy-connection', 'te', 'upgrade', 'http2-settings'];
const MARKER = 'GET /marker';

const found = await findOrigins();

// A suite that is skipped counts as nothing in the summary; this does.
test('the origins can be had', { skip: found.reason }, () => assert.ok(found.jars));

describe('five origins', { skip: found.reason }, () => {
  let origins;
  let gateway;
  const host = name => `${name}.test`;

  before(async () => {
    origins = await startOrigins(found);
    // On one thread there is one pool: what a request leaves behind meets the next one.
    process.env.BEARWARD_JAVA_OPTS = '-XX:ActiveProcessorCount=1';
    gateway = await startGateway({
      upstreams: origins.urls,
      routes: NAMES.map(name => ({
        name, hosts: [host(name)], path: '/**', upstream: name, public: true,
      })),
    });
  });

  after(async () => {
    await gateway?.stop();
    await origins?.stop();
  });

  /** What `name` answered and understood of `bytes`, and of an ordinary request behind them. */
  async function through(name, { bytes, statuses }) {
    const { port } = new URL(gateway.url);
    const methods = statuses.map((status, i) => (i === 0 && bytes.startsWith('HEAD ') ? 'HEAD' : 'GET'));
    const named = text => Buffer.from(text
      .replaceAll('HOST', host(name)).replaceAll('UPPER', host(name).toUpperCase()));
    const answers = await exchange(port, named(bytes), methods);
    await exchange(port, named(`${MARKER} HTTP/1.1\r\nHost: HOST\r\n\r\n`), ['GET']);
    const understood = await origins.take(name);
    assert.equal(line(understood.pop()), MARKER, `${name}: nothing is left on the connection`);
    return {
      answers: answers.map(({ status, body }) => [status, status === 200 ? body : '']),
      understood: understood.map(each => comparable(name, each)),
      trailers: understood.flatMap(each => each.trailers ?? []),
    };
  }

  function line({ method, path, query, body }) {
    const target = query === null ? path : `${path}?${query}`;
    return [method, target, ...(body === '' ? [] : [`${Buffer.from(body, 'hex')}`])].join(' ');
  }

  function comparable(name, request) {
    const named = text => text.replaceAll(new RegExp(host(name), 'gi'), 'HOST');
    const lower = request.fields.map(([field, value]) => [field.toLowerCase(), named(value)]);
    for (const [field] of lower) {
      assert.ok(!OF_A_CONNECTION.includes(field), `rule 88: ${field} reached ${name}`);
    }
    const fields = lower.filter(([field]) => !ITS_OWN.includes(field));
    fields.sort(([one], [other]) => (one < other ? -1 : Number(one > other)));
    return { line: named(line(request)), decoded: request.decoded, fields };
  }

  for (const [kind, requests] of Object.entries(framings)) {
    for (const [name, request] of Object.entries(requests)) {
      test(`${kind}: ${name}`, async () => {
        const [node, ...others] = await Promise.all(NAMES.map(each => through(each, request)));
        assert.deepEqual(node.answers.map(([status]) => status), request.statuses);
        assert.deepEqual(node.understood.map(each => each.line), request.understood);
        assert.deepEqual(node.trailers, request.trailers ?? node.trailers, 'rule 119');
        others.forEach(({ answers, understood }, i) => {
          const other = NAMES[i + 1];
          const holds = request.otherwise?.[other] ? assert.notDeepEqual : assert.deepEqual;
          holds({ answers, understood },
            { answers: node.answers, understood: node.understood }, `${other} beside node`);
        });
      });
    }
  }
});
