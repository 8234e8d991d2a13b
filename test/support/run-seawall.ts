import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '../../src/programs/run-program.ts';
import { main } from './joined-programs.ts';
import { sparingNode } from './sources.ts';

export interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

export interface Place {
  cwd: string;
  environment: Record<string, string>;
}

/**
 * Runs `seawall …` in this process, all of it but `main.ts`: a fifth of what a process of its own computes, for
 * suites that ask a lot. One run shares nothing with the next but what is stored.
 */
export async function runHere(
  words: readonly string[],
  { cwd, environment }: Place,
): Promise<Ended> {
  const output = { stdout: '', stderr: '' };
  const status = await runProgram({
    ...{ arguments: words, others: [], cwd },
    // A path that is not whole would be one from the folder of this process.
    environment: { DATABASE_URL: `sqlite:${join(cwd, 'data', 'seawall.db')}`, ...environment },
    readFile: (path) => (existsSync(path) ? readFileSync(path, 'utf8') : null),
    guardOf: () => null,
    stdout: (text) => {
      output.stdout += text;
    },
    stderr: (text) => {
      output.stderr += text;
    },
    async *stdin() {},
  });
  return { status, ...output };
}

/** Runs `seawall …` as its own process, with nothing more in its environment that it would read. */
export function runSeawall(words: readonly string[], { cwd, environment }: Place): Promise<Ended> {
  const child = spawn(process.execPath, [main, ...words], {
    cwd,
    env: { ...sparingNode, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('close', (status) => done({ status, ...output }));
  });
}
