import { spawn } from 'node:child_process';
import { createHash, hash } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join, relative, resolve } from 'node:path';

const project = resolve(import.meta.dirname, '../..');
const ownCache = join(project, '.cache');

/**
 * A folder that is slow to make, kept from run to run: its name says of what it was made, so anything
 * else is another folder. `make` fills an empty one, while no other process makes one of this name.
 * Only a whole one gets the name: a run that is killed leaves nothing that counts. What was kept by
 * this name before is removed. Whoever waits for a first run is told what is made.
 */
export async function kept(
  name: string,
  madeOf: readonly string[],
  make: (folder: string) => Promise<void>,
  cache = ownCache,
): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(madeOf)).digest('hex');
  const path = join(cache, `${name}-${hash}`);
  if (existsSync(path)) return path;
  mkdirSync(cache, { recursive: true });
  await withLock(join(cache, `${name}.lock`), async () => {
    if (existsSync(path)) return;
    if (cache === ownCache) process.stderr.write(`test: making ${name}, which .cache keeps\n`);
    const making = join(cache, `${name}.making`);
    rmSync(making, { recursive: true, force: true });
    mkdirSync(making);
    try {
      await make(making);
      renameSync(making, path);
    } finally {
      rmSync(making, { recursive: true, force: true });
    }
    const form = new RegExp(`^${name}-[0-9a-f]{64}$`);
    const old = readdirSync(cache).filter((entry) => form.test(entry) && !path.endsWith(entry));
    for (const entry of old) rmSync(join(cache, entry), { recursive: true, force: true });
  });
  return path;
}

/**
 * Does something while no other process does it by the same file, which it makes. However this process
 * ends, the lock is free again: its holder reads from this process and ends with it.
 */
async function withLock<T>(file: string, use: () => Promise<T>): Promise<T> {
  const holder = spawn('flock', [file, 'sh', '-c', 'echo locked; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(holder, 'close');
  try {
    const first = await Promise.race([once(holder.stdout, 'data'), ended]);
    if (!String(first[0]).startsWith('locked')) throw new Error(`flock cannot lock ${file}`);
    return await use();
  } finally {
    holder.stdin.end();
    await ended;
  }
}

/** What files are, by name, mode and content, for `madeOf`; of a folder everything that is in it. */
export async function stateOfFiles(...paths: readonly string[]): Promise<string[]> {
  const files = paths.flatMap(filesIn).toSorted();
  // A stream for each takes ten times as long: most are small.
  return files.map((path) => {
    const mode = (statSync(path).mode & 0o777).toString(8);
    return `${relative(project, path)} ${mode} ${hash('sha256', readFileSync(path))}`;
  });
}

function filesIn(path: string): string[] {
  const absolute = resolve(project, path);
  if (!statSync(absolute).isDirectory()) return [absolute];
  return readdirSync(absolute, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
}
