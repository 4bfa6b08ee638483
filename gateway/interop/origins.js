// Origins that others wrote, each of which keeps what it understood of a request: Jetty, Tomcat, node's own
// server, and nginx and HAProxy, which understand what they pass on to a node server behind them.

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { jarsOf } from './jars.js';
import { Running, findJava, freePort, listen } from './running.js';

const run = promisify(execFile);
const FOLDER = fileURLToPath(new URL('origins/', import.meta.url));
const START_WITHIN_MS = 120_000;
const OLDEST_JAVA = 17;
const DECODED = 'x-decoded'; // where nginx and HAProxy say which path they would act on
const WITHOUT_BODY = [204, 304];

export const NAMES = ['node', 'nginx', 'haproxy', 'jetty', 'tomcat'];

/** What the origins need of this machine, or the `reason` why it cannot be had. */
export async function findOrigins() {
  try {
    await run('nginx', ['-v']);
    await run('haproxy', ['-v']);
    return { jars: await jarsOf(FOLDER, 'origins'), java: await findJava(OLDEST_JAVA) };
  } catch (problem) {
    return { reason: `the origins cannot be had: ${problem.message}`.slice(0, 1000) };
  }
}

/** Starts all of them: `urls` by name, `take` what one of them understood since it was asked last. */
export async function startOrigins(found) {
  const started = [];
  const origins = {
    urls: {},
    takers: {},
    take: name => origins.takers[name](),
    stop: async () => {
      for (const stop of started.toReversed()) {
        await stop();
      }
    },
  };
  try {
    const folder = await mkdtemp(join(tmpdir(), 'bearward-origins-'));
    started.push(() => rm(folder, { recursive: true }));
    for (const start of [startNode, startNginx, startHaproxy, startServlets]) {
      await start(origins, { started, folder, ...found });
    }
    return origins;
  } catch (problem) {
    await origins.stop();
    throw problem;
  }
}

async function startNode(origins, { started }) {
  const node = await echo(started);
  origins.urls.node = node.url;
  origins.takers.node = () => node.take().map(
    each => ({ ...each, decoded: decodeURIComponent(each.path) }));
}

/** A node server that keeps what it understood. */
async function echo(started) {
  const kept = [];
  const server = await listen(createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    const [, path, query = null] = request.url.match(/^([^?]*)(?:\?(.*))?$/s);
    const fields = [];
    for (let i = 0; i < request.rawHeaders.length; i += 2) {
      fields.push(request.rawHeaders.slice(i, i + 2));
    }
    kept.push({
      method: request.method, path, query, fields, body: body.toString('hex'),
      trailers: request.rawTrailers,
    });
    const status = WITHOUT_BODY.find(each => path.endsWith(`/${each}`)) ?? 200;
    response.writeHead(status, status === 200 ? { 'Content-Length': 2 } : {});
    response.end(status === 200 ? 'ok' : undefined);
  }));
  started.push(server.stop);
  return { url: server.url, take: () => kept.splice(0) };
}

async function startProxy(name, origins, { started, folder }, commandOf) {
  const behind = await echo(started);
  const port = await freePort();
  const [command, args, file, text] = commandOf(port, behind.url, folder);
  await writeFile(file, text);
  const running = new Running(command, args);
  started.push(() => running.stop());
  await running.ready(START_WITHIN_MS, () => accepts(port));
  origins.urls[name] = `http://127.0.0.1:${port}`;
  origins.takers[name] = () => behind.take().map(each => {
    const decoded = each.fields.find(([field]) => field.toLowerCase() === DECODED)[1];
    return {
      ...each,
      decoded: Buffer.from(decoded, 'latin1').toString(),
      fields: each.fields.filter(([field]) => field.toLowerCase() !== DECODED),
    };
  });
}

const startNginx = (origins, context) => startProxy('nginx', origins, context,
  (port, behind, folder) => {
    const file = join(folder, 'nginx.conf');
    return ['nginx', ['-p', folder, '-c', file, '-e', 'stderr'], file, `
      daemon off;
      master_process off;
      pid ${folder}/nginx.pid;
      error_log stderr crit;
      events { worker_connections 256; }
      http {
        access_log off;
        client_body_temp_path ${folder}/nginx-body;
        proxy_temp_path ${folder}/nginx-proxy;
        fastcgi_temp_path ${folder}/nginx-fastcgi;
        uwsgi_temp_path ${folder}/nginx-uwsgi;
        scgi_temp_path ${folder}/nginx-scgi;
        server {
          listen 127.0.0.1:${port};
          location / {
            proxy_pass ${behind};
            proxy_http_version 1.1;
            proxy_set_header Host $http_host;
            proxy_set_header Connection "";
            proxy_set_header ${DECODED} $uri;
          }
        }
      }`];
  });

const startHaproxy = (origins, context) => startProxy('haproxy', origins, context,
  (port, behind, folder) => {
    const file = join(folder, 'haproxy.cfg');
    return ['haproxy', ['-db', '-f', file], file, `
global
  maxconn 256
defaults
  mode http
  timeout connect 10s
  timeout client 60s
  timeout server 60s
frontend all
  bind 127.0.0.1:${port}
  http-request set-header ${DECODED} %[path,url_dec]
  default_backend behind
backend behind
  server echo ${behind.replace('http://', '')}
`];
  });

async function startServlets(origins, { started, folder, jars: home, java }) {
  const running = new Running(join(java, 'bin', 'java'), [
    '-Xmx128m', '-XX:TieredStopAtLevel=1', '-cp', join(home, '*'), join(FOLDER, 'Origins.java'),
    join(folder, 'tomcat'),
  ]);
  started.push(() => running.stop());
  const port = name => running.output.match(new RegExp(`^${name} (\\d+)$`, 'm'))?.[1];
  await running.ready(START_WITHIN_MS, () => port('kept'));
  for (const name of ['jetty', 'tomcat']) {
    origins.urls[name] = `http://127.0.0.1:${port(name)}`;
    origins.takers[name] = async () =>
      (await fetch(`http://127.0.0.1:${port('kept')}/${name}`)).json();
  }
}

function accepts(port) {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => { socket.destroy(); resolve(true); });
    socket.on('error', () => resolve(false));
  });
}
