import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'better-sqlite3';
import { main } from './joined-programs.ts';
import { sparingNode } from './sources.ts';

/** Opens a database file for a look over a connection of its own. */
export function look<T>(path: string, work: (database: Database.Database) => T): T {
  const database = new Database(path, { timeout: 60_000 });
  try {
    return work(database);
  } finally {
    database.close();
  }
}

/** `ok` where SQLite finds nothing wrong with a file. */
export const integrityOf = (path: string) =>
  look(path, (database) => database.pragma('integrity_check', { simple: true }));

/**
 * Makes each further row of a table take minutes once it has so many: however late a test looks, what it is to kill is
 * not done yet. Gives what ends that.
 */
export function stallInserts(path: string, table: string, rows: number): () => void {
  const many = ['a', 'b', 'c', 'd', 'e'].map((name) => `sqlite_schema ${name}`).join(', ');
  look(path, (database) =>
    database.exec(`create trigger stalled after insert on ${table}
      when (select count(*) from ${table}) > ${rows} begin select count(*) from ${many}; end`),
  );
  return () => look(path, (database) => database.exec('drop trigger stalled'));
}

/** What a program is started with to use this database file. */
export const environmentOf = (path: string) => ({ ...sparingNode, DATABASE_URL: `sqlite:${path}` });

/** Runs `seawall …` and ends it with SIGKILL once it is due, by what it has written to stderr. */
export async function runAndKill(
  words: readonly string[],
  { cwd, environment }: ProgramPlace,
  isDue: (stderr: string) => boolean,
): Promise<NodeJS.Signals | null> {
  const child = spawn(process.execPath, [main, ...words], {
    cwd,
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<NodeJS.Signals | null>((done) =>
    child.once('close', (_status, signal) => done(signal)),
  );
  const timer = setInterval(() => {
    if (isDue(stderr)) child.kill('SIGKILL');
  }, 1);
  const signal = await ended;
  clearInterval(timer);
  return signal;
}

interface ProgramPlace {
  cwd: string;
  environment: Record<string, string>;
}

/** Runs `seawall …`, which ends itself with SIGKILL in the middle of its work, once a file has so many bytes. */
export const runUntilSize = (
  words: readonly string[],
  place: ProgramPlace,
  { file, bytes }: { file: string; bytes: number },
): Promise<NodeJS.Signals | null> =>
  runUntil('end-at-size.ts', { file, bytes: String(bytes) }, words, place);

/**
 * Runs `seawall …`, which ends itself with SIGKILL so many statements after one that begins like this, before the commit that
 * comes next, or once that is `committed`.
 */
export const runUntilStatement = (
  words: readonly string[],
  place: ProgramPlace,
  { from, end }: { from: string; end: number | 'commit' | 'committed' },
): Promise<NodeJS.Signals | null> =>
  runUntil('end-at-statement.ts', { from, end: String(end) }, words, place);

async function runUntil(
  module: string,
  options: Record<string, string>,
  words: readonly string[],
  { cwd, environment }: ProgramPlace,
): Promise<NodeJS.Signals | null> {
  const ends = pathToFileURL(join(import.meta.dirname, module));
  ends.search = new URLSearchParams(options).toString();
  const child = spawn(process.execPath, ['--import', ends.href, main, ...words], {
    ...{ cwd, stdio: 'ignore', env: environment },
  });
  await once(child, 'exit');
  return child.signalCode;
}
