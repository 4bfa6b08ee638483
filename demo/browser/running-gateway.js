// The gateway alone, as a user would run it, in front of an upstream that a test brings along.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LAUNCHER, START_WITHIN_MS, stop, until } from './running-demo.js';

/** Starts it on a free port with `config`, written as JSON, which YAML 1.2 contains. */
export async function startGateway(config) {
  const folder = await mkdtemp(join(tmpdir(), 'bearward-browser-'));
  const file = join(folder, 'bearward.yaml');
  await writeFile(file, JSON.stringify({
    server: { listen: '127.0.0.1:0' }, admin: { listen: 'disabled' }, ...config,
  }));
  const child = spawn(LAUNCHER, ['run', '-c', file], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', chunk => { output += chunk; });
  child.stderr.on('data', chunk => { output += chunk; });
  const port = () => output.match(/listening on 127\.0\.0\.1:(\d+)/)?.[1];
  const end = async () => {
    await stop(child);
    await rm(folder, { recursive: true });
  };
  try {
    await until(START_WITHIN_MS, () => {
      if (child.exitCode !== null) {
        throw new Error(`the gateway ended with ${child.exitCode}`);
      }
      return port();
    });
  } catch (problem) {
    await end();
    throw new Error(`${problem.message}\n${output}`);
  }
  return { authority: `127.0.0.1:${port()}`, output: () => output, stop: end };
}

/** Listens on a free loopback port. */
export async function listen(server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop: () => new Promise(resolve => {
      server.close(resolve);
      server.closeAllConnections();
    }),
  };
}
