// Jars that a pom.xml here asks for, copied from Maven Central once.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const TARGET = fileURLToPath(new URL('../target/', import.meta.url));
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies';
const COPY_WITHIN_MS = 300_000;

/** The folder with the jars of `folder`/pom.xml, under a name that begins with `name`. */
export async function jarsOf(folder, name) {
  const pom = join(folder, 'pom.xml');
  const hash = createHash('sha256').update(await readFile(pom)).digest('hex').slice(0, 12);
  const home = join(TARGET, `${name}-${hash}`);
  if (await access(home).then(() => true, () => false)) {
    return home;
  }
  await mkdir(TARGET, { recursive: true });
  const fetched = await mkdtemp(join(TARGET, `${name}-fetched-`));
  await promisify(execFile)('mvn', ['-q', '-B', '-ntp', '-f', pom, COPY, `-DoutputDirectory=${fetched}`],
    { timeout: COPY_WITHIN_MS });
  await rename(fetched, home);
  return home;
}
