// Starts `./bearward demo` on free ports, as a user would, and stops it with Ctrl-C's signal.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

export const LAUNCHER = process.env.BEARWARD ?? fileURLToPath(new URL('../../bearward', import.meta.url));
export const START_WITHIN_MS = 600_000; // the first start builds
const STOP_WITHIN_MS = 30_000;

export async function startDemo() {
  const [gateway, admin, api, auth, spa] = await freePorts(5);
  const child = spawn(LAUNCHER, [
    'demo', '--gateway-port', gateway, '--admin-port', admin, '--api-port', api,
    '--auth-port', auth, '--spa-port', spa,
  ].map(String), { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', chunk => { output += chunk; });
  child.stderr.on('data', chunk => { output += chunk; });
  try {
    await until(START_WITHIN_MS, () => {
      if (child.exitCode !== null) {
        throw new Error(`the demo ended with ${child.exitCode}`);
      }
      return output.includes('Ctrl-C stops all of it');
    });
  } catch (problem) {
    await stop(child);
    throw new Error(`${problem.message}\n${output}`);
  }
  return {
    app: `http://localhost:${spa}/`,
    appByAddress: `http://127.0.0.1:${spa}/`,
    authorizationServer: `http://localhost:${auth}/`,
    ports: [gateway, admin, api, auth, spa],
    output: () => output,
    stop: () => stop(child),
  };
}

/** Stops a process with Ctrl-C's signal, and by force when that does not help. */
export async function stop(child) {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    child.kill('SIGINT');
    const force = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    await ended;
    clearTimeout(force);
  }
  // Whatever still holds the other end of its output may not keep us waiting.
  child.stdout.destroy();
  child.stderr.destroy();
}

/** Polls until `condition` holds; throws what it throws. */
export async function until(milliseconds, condition) {
  const deadline = Date.now() + milliseconds;
  while (!await condition()) {
    if (Date.now() > deadline) {
      throw new Error(`not within ${milliseconds} ms`);
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

async function freePorts(count) {
  const servers = [];
  for (let i = 0; i < count; i++) {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    servers.push(server);
  }
  const ports = servers.map(server => server.address().port);
  await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))));
  return ports;
}
