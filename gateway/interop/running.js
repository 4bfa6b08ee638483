// What every test needs: the real gateway as a process, an upstream that records, and patience.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createSocketServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const LAUNCHER = process.env.BEARWARD ?? fileURLToPath(new URL('../../bearward', import.meta.url));
const START_WITHIN_MS = 300_000; // the first start builds when there is no jar
const STOP_WITHIN_MS = 20_000;
const TOKEN = /eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}/;

/** Polls until `condition` gives something true, which it returns; throws what it throws. */
export async function until(milliseconds, condition) {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const met = await condition();
    if (met) {
      return met;
    }
    if (Date.now() > deadline) {
      throw new Error(`not within ${milliseconds} ms`);
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

/** A process whose output is kept and which surely ends. */
export class Running {
  #child;
  #output = '';
  #signal;

  /** With `group` it is stopped together with what it started in turn. */
  constructor(command, args, { group = false, ...options } = {}) {
    this.#child = spawn(
      command, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: group, ...options });
    this.#signal = signal => process.kill(group ? -this.#child.pid : this.#child.pid, signal);
    process.once('exit', () => this.ended || this.#signal('SIGKILL'));
    this.#child.on('error', problem => { this.#output += problem.message; });
    this.#child.stdout.on('data', chunk => { this.#output += chunk; });
    this.#child.stderr.on('data', chunk => { this.#output += chunk; });
  }

  get output() { return this.#output; }

  get ended() { return this.#child.exitCode !== null || this.#child.signalCode !== null; }

  /** Waits for `condition`, and says what the process printed when that does not come true. */
  async ready(milliseconds, condition) {
    try {
      return await until(milliseconds, () => {
        if (this.ended || this.#child.pid === undefined) {
          throw new Error(`it ended with ${this.#child.exitCode ?? this.#child.signalCode}`);
        }
        return condition();
      });
    } catch (problem) {
      await this.stop();
      throw new Error(`${problem.message}\n${this.#output}`);
    }
  }

  async stop() {
    if (this.#child.pid !== undefined && !this.ended) {
      const gone = once(this.#child, 'exit');
      this.#signal('SIGTERM');
      const force = setTimeout(() => this.#signal('SIGKILL'), STOP_WITHIN_MS);
      await gone;
      clearTimeout(force);
    }
    this.#child.stdout.destroy();
    this.#child.stderr.destroy();
  }
}

/** Starts the gateway on free ports with `config`, written as JSON, which YAML 1.2 contains. */
export async function startGateway(config) {
  const folder = await mkdtemp(join(tmpdir(), 'bearward-interop-'));
  const file = join(folder, 'bearward.yaml');
  await writeFile(file, JSON.stringify({
    ...config,
    server: { ...config.server, listen: '127.0.0.1:0' },
    admin: { listen: '127.0.0.1:0' },
  }));
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^BEARWARD_(?!JAVA_OPTS)/.test(name)));
  const running = new Running(LAUNCHER, ['run', '-c', file], { env });
  const port = what => running.output.match(new RegExp(`${what} on 127\\.0\\.0\\.1:(\\d+)`))?.[1];
  try {
    await running.ready(START_WITHIN_MS, () => port('listening'));
  } catch (problem) {
    await rm(folder, { recursive: true });
    throw problem;
  }
  const admin = `http://127.0.0.1:${port('admin')}`;
  return {
    url: `http://127.0.0.1:${port('listening')}`,
    output: () => running.output,
    issuers: async () => (await fetch(`${admin}/issuers`)).json(),
    metrics: async () => (await fetch(`${admin}/metrics`)).text(),
    stop: async () => {
      await running.stop();
      await rm(folder, { recursive: true });
      assert.doesNotMatch(running.output, TOKEN, 'rule 186: no token in what the gateway prints');
    },
  };
}

/** An upstream that answers 200 and remembers what reached it. */
export async function startUpstream() {
  const seen = [];
  const server = createServer((request, response) => {
    seen.push({ method: request.method, url: request.url, headers: request.headers });
    request.resume();
    response.setHeader('Content-Type', 'application/json');
    response.end('{"from":"upstream"}');
  });
  const { url, stop } = await listen(server);
  return { url, seen, stop };
}

/** Listens on a free loopback port. */
export async function listen(server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    server,
    url: `http://127.0.0.1:${server.address().port}`,
    stop: () => new Promise(resolve => {
      server.close(resolve);
      server.closeAllConnections();
    }),
  };
}

/** The answer in the words that the tests compare. */
export async function outcome(response) {
  const text = await response.text();
  const challenge = response.headers.get('www-authenticate');
  return {
    status: response.status,
    reason: /^application\/problem\+json/.test(response.headers.get('content-type') ?? '')
      ? JSON.parse(text).reason : undefined,
    error: challenge?.match(/error="([^"]*)"/)?.[1],
    challenge,
  };
}

/** The home of the newest Java on this machine, at least `oldest`. */
export async function findJava(oldest) {
  const places = [process.env.JAVA_HOME];
  for (const folder of process.env.PATH.split(delimiter)) {
    places.push(join(folder, '..'));
  }
  const system = '/usr/lib/jvm';
  places.push(...(await readdir(system).catch(() => [])).map(name => join(system, name)));
  const versions = await Promise.all(places.filter(Boolean).map(async place => {
    const release = await readFile(join(place, 'release'), 'utf8').catch(() => '');
    return { place, version: Number(release.match(/^JAVA_VERSION="?(\d+)/m)?.[1] ?? 0) };
  }));
  const newest = versions.sort((one, other) => other.version - one.version)[0];
  if (!(newest?.version >= oldest)) {
    throw new Error(`no Java ${oldest} or newer in JAVA_HOME, on the PATH or in ${system}`);
  }
  return newest.place;
}

/** A port that nothing listens on, for parts that cannot say which one they took. */
export async function freePort() {
  const server = createSocketServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  await new Promise(resolve => server.close(resolve));
  return port;
}
