// Loaded by `node --import` before a program: ends it with SIGKILL at a statement for SQLite. Both stand in the address of
// this module: `from`, how the statement begins that it looks out for, and `end`, which is `commit` for the commit after it,
// `committed` for once that is done, or a number of statements after it: 0 is right before it.
import { kill, pid } from 'node:process';
import Database from 'better-sqlite3';

const { searchParams } = new URL(import.meta.url);
const from = searchParams.get('from') ?? '';
const end = searchParams.get('end') ?? '';
/** Those that ran since the one that it looked out for, with that. */
const ran: string[] = [];

const isDue = (text: string, isDone: boolean): boolean =>
  text === 'commit' ? end === (isDone ? 'committed' : 'commit') : end === String(ran.length);

function look(text: string, isDone: boolean): void {
  if (ran.length === 0 && !text.startsWith(from)) return;
  if (isDue(text, isDone)) kill(pid, 'SIGKILL');
  if (!isDone) ran.push(text);
}

const statements = Object.getPrototypeOf(
  new Database(':memory:').prepare('select 1'),
) as Database.Statement;
for (const name of ['run', 'all'] as const) {
  const original = statements[name] as (...words: unknown[]) => unknown;
  Object.assign(statements, {
    [name](this: Database.Statement, ...words: unknown[]) {
      look(this.source, false);
      const result = original.apply(this, words);
      look(this.source, true);
      return result;
    },
  });
}
