import { execFileSync, spawn } from 'node:child_process';
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';

/** Asks a server by one program and one session, of which each question took one of its own. */
export interface KeptPsql {
  /** Runs statements as a session of their own would; what they printed. Throws for one that fails, as the program tells it. */
  run(database: string, statements: string): string;
  /** Ends the session; the next statements get another. */
  close(): void;
}

// Lines that no question prints.
const BEGUN = 'psql-has-begun\n';
const DONE = 'psql-has-ended\n';
const PART_BYTES = 1 << 16;

/** `words` say where the server is and how rows are printed; files of it lie in the folder, which others remove. */
export function openPsql(program: string, words: readonly string[], folder: string): KeptPsql {
  let session: Session | undefined;
  const close = () => {
    session?.close();
    session = undefined;
  };
  const run = (database: string, statements: string): string => {
    const isNew = session === undefined;
    session ??= begin(program, [...words, '--set', 'ON_ERROR_STOP=1'], database, folder);
    const { text, complaint } = session.ask(database, statements);
    if (complaint === null) return text;
    close();
    // Somebody ended it between two questions: nothing of this one has run.
    if (!isNew && !text.startsWith(BEGUN)) return run(database, statements);
    throw new Error(complaint);
  };
  return { close, run };
}

interface Session {
  /** What it printed, and what it complained about where it ended over this. */
  ask(database: string, statements: string): { text: string; complaint: string | null };
  close(): void;
}

function begin(
  program: string,
  words: readonly string[],
  database: string,
  folder: string,
): Session {
  const own = mkdtempSync(join(folder, 'psql-'));
  const [input, output, script, errors] = ['in', 'out', 'script', 'errors'].map((name) =>
    join(own, name),
  ) as [string, string, string, string];
  execFileSync('mkfifo', [input, output]);
  const redirected =
    'errors=$1 input=$2 output=$3; shift 3; exec "$@" 2>>"$errors" <"$input" >"$output"';
  const line = [program, ...words, '--dbname', database];
  spawn('sh', ['-c', redirected, 'sh', errors, input, output, ...line], {
    stdio: 'ignore',
  }).unref();
  // Each waits for the other side; an answer is read without leaving this turn.
  const [to, from] = [openSync(input, 'w'), openSync(output, 'r')];
  let current = database;
  return {
    ask(asked, statements) {
      // A file of statements ends as the input of a program does: an unfinished one is an error.
      writeFileSync(script, statements);
      truncateSync(errors);
      const fresh = asked === current ? 'discard all;' : `\\connect ${asked}`;
      current = asked;
      writeSync(to, [fresh, echo(BEGUN), `\\i ${script}`, echo(DONE), ''].join('\n'));
      const text = readUntil(from, DONE);
      return text.endsWith(DONE)
        ? { text: text.slice(BEGUN.length, -DONE.length).trimEnd(), complaint: null }
        : { text, complaint: readFileSync(errors, 'utf8').trim() };
    },
    close() {
      closeSync(to);
      closeSync(from);
      rmSync(own, { recursive: true, force: true });
    },
  };
}

const echo = (line: string) => `\\echo ${line.trimEnd()}`;

/** What comes until it ends with these words, or comes to its end. */
function readUntil(from: number, last: string): string {
  const decoder = new StringDecoder('utf8');
  const part = Buffer.alloc(PART_BYTES);
  let text = '';
  while (!text.endsWith(last)) {
    const bytes = readSync(from, part);
    if (bytes === 0) break;
    text += decoder.write(part.subarray(0, bytes));
  }
  return text;
}
