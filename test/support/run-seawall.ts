import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';

export interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

const project = resolve(import.meta.dirname, '../..');
/** The program, to be run by Node. */
export const main = join(project, 'src/main.ts');
/** Node keeps here what it made of the sources, which is half of the work of a start. */
export const sparingNode = { NODE_COMPILE_CACHE: join(project, '.cache/compiled') };

/** Runs `seawall …` as its own process, with nothing more in its environment that it would read. */
export function runSeawall(
  words: readonly string[],
  { cwd, environment }: { cwd: string; environment: Record<string, string> },
): Promise<Ended> {
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
