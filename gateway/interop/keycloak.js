// Keycloak, as its server distribution comes from Maven Central: unpacked once, started in
// development mode with a database in memory and the realm next to this file.

import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Running, findJava, freePort } from './running.js';

const VERSION = '26.7.3';
const ARTIFACT = `org.keycloak:keycloak-quarkus-dist:${VERSION}:zip`;
const UNPACK = 'org.apache.maven.plugins:maven-dependency-plugin:3.11.0:unpack';
const UNPACK_WITHIN_MS = 600_000;
const START_WITHIN_MS = 300_000;
const OLDEST_JAVA = 17;
const REALM = fileURLToPath(new URL('realm.json', import.meta.url));
const TARGET = fileURLToPath(new URL('../target/', import.meta.url));

/** Where Keycloak lies and the Java to run it with, or the `reason` why it cannot be had. */
export async function findKeycloak() {
  try {
    return { home: await unpacked(), java: await findJava(OLDEST_JAVA) };
  } catch (problem) {
    return { reason: `Keycloak ${VERSION} cannot be had: ${problem.message}`.slice(0, 1000) };
  }
}

async function unpacked() {
  const name = `keycloak-${VERSION}`;
  const home = join(TARGET, name);
  if (await exists(home)) {
    return home;
  }
  await mkdir(TARGET, { recursive: true });
  const folder = await mkdtemp(join(TARGET, 'keycloak-unpacked-'));
  try {
    await promisify(execFile)('mvn', [
      '-q', '-B', '-ntp', UNPACK, `-Dartifact=${ARTIFACT}`, `-DoutputDirectory=${folder}`,
    ], { cwd: folder, timeout: UNPACK_WITHIN_MS });
    await rename(join(folder, name), home);
  } finally {
    await rm(folder, { recursive: true });
  }
  return home;
}

const exists = path => access(path).then(() => true, () => false);

/** Keycloak on one port for its whole life, through stops and starts. */
export class Keycloak {
  #found;
  #port;
  #folder;
  #running;
  #password = randomBytes(16).toString('hex');

  static async start(found) {
    const keycloak = new Keycloak();
    keycloak.#found = found;
    keycloak.#port = await freePort();
    keycloak.#folder = await mkdtemp(join(tmpdir(), 'bearward-keycloak-'));
    // A copy, since it writes into its own folder: what it was built with, and the realm to import.
    await cp(found.home, keycloak.#folder, { recursive: true });
    await mkdir(join(keycloak.#folder, 'data', 'import'), { recursive: true });
    await cp(REALM, join(keycloak.#folder, 'data', 'import', 'realm.json'));
    await keycloak.start();
    return keycloak;
  }

  get base() { return `http://127.0.0.1:${this.#port}`; }

  get issuer() { return `${this.base}/realms/bearward`; }

  /** With nothing in the database but the realm, whose keys are new ones each time. */
  async start() {
    this.#running = new Running(join(this.#folder, 'bin', 'kc.sh'), [
      'start-dev', '--import-realm', '--db=dev-mem', '--http-host=127.0.0.1',
      `--http-port=${this.#port}`,
    ], {
      group: true,
      env: {
        ...process.env,
        JAVA_HOME: this.#found.java,
        // It lives too briefly for the better compiler.
        JAVA_OPTS_APPEND: '-XX:TieredStopAtLevel=1',
        JAVA_OPTS_KC_HEAP: '-Xmx768m',
        KC_BOOTSTRAP_ADMIN_USERNAME: 'admin',
        KC_BOOTSTRAP_ADMIN_PASSWORD: this.#password,
      },
    });
    await this.#running.ready(START_WITHIN_MS, async () => {
      const answer = await fetch(`${this.issuer}/.well-known/openid-configuration`)
        .catch(() => undefined);
      await answer?.body?.cancel();
      return answer?.status === 200;
    });
  }

  async stop() {
    await this.#running?.stop();
  }

  async remove() {
    await this.stop();
    await rm(this.#folder, { recursive: true });
  }

  /** Adds an ES256 key that is preferred to those with a lower priority. */
  async addKey(priority) {
    const login = await fetch(`${this.base}/realms/master/protocol/openid-connect/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'password', client_id: 'admin-cli', username: 'admin', password: this.#password,
      }),
    });
    const { access_token: admin } = await login.json();
    const answer = await fetch(`${this.base}/admin/realms/bearward/components`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${admin}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({
        name: `ec-${priority}`, providerId: 'ecdsa-generated', parentId: 'bearward',
        providerType: 'org.keycloak.keys.KeyProvider',
        config: {
          priority: [`${priority}`], enabled: ['true'], active: ['true'],
          ecdsaEllipticCurveKey: ['P-256'],
        },
      }),
    });
    if (answer.status !== 201) {
      throw new Error(`no key added: ${answer.status} ${await answer.text()}`);
    }
  }
}
