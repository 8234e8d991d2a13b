import { createHash } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';

const project = resolve(import.meta.dirname, '../..');
const HASH = '[0-9a-f]{64}';

/**
 * A folder that is slow to make, kept from run to run: its name says of what it was made, so anything else
 * is another folder. `make` fills an empty one. Only a whole one gets the name: a run that is
 * killed leaves nothing that counts, and of two that make the same at once one wins. What was kept
 * by this name before is removed.
 */
export async function kept(
  name: string,
  madeOf: readonly string[],
  make: (folder: string) => Promise<void>,
  cache = join(project, '.cache'),
): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(madeOf)).digest('hex');
  const path = join(cache, `${name}-${hash}`);
  if (existsSync(path)) return path;
  mkdirSync(cache, { recursive: true });
  const making = mkdtempSync(`${path}.${process.pid}.`);
  try {
    await make(making);
    moveUnlessThere(making, path);
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  for (const other of outdated(cache, name, hash)) {
    rmSync(join(cache, other), { recursive: true, force: true });
  }
  return path;
}

function moveUnlessThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  }
}

/** Other folders of this name, without those that a living process is making. */
function outdated(cache: string, name: string, hash: string): string[] {
  const form = new RegExp(`^${name}-(${HASH})(?:[.]([0-9]+)[.].*)?$`);
  return readdirSync(cache).filter((entry) => {
    const [, itsHash, pid] = form.exec(entry) ?? [];
    return itsHash !== undefined && (pid === undefined ? itsHash !== hash : !isAlive(Number(pid)));
  });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** What files are, by name, mode and content, for `madeOf`; of a folder everything that is in it. */
export async function stateOfFiles(...paths: readonly string[]): Promise<string[]> {
  const files = paths.flatMap(filesIn).toSorted();
  return Promise.all(
    files.map(async (path) => {
      const hash = createHash('sha256');
      await pipeline(createReadStream(path), hash);
      const mode = (statSync(path).mode & 0o777).toString(8);
      return `${relative(project, path)} ${mode} ${hash.digest('hex')}`;
    }),
  );
}

function filesIn(path: string): string[] {
  const absolute = resolve(project, path);
  if (!statSync(absolute).isDirectory()) return [absolute];
  return readdirSync(absolute, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
}
