import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

export interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

const main = resolve(import.meta.dirname, '../../src/main.ts');

/** Runs `seawall …` as its own process, with nothing in its environment but what is given. */
export function runSeawall(
  words: readonly string[],
  { cwd, environment }: { cwd: string; environment: Record<string, string> },
): Promise<Ended> {
  const child = spawn(process.execPath, [main, ...words], {
    cwd,
    env: environment,
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
