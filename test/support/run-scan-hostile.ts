import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { LieName } from './hostile-engine.ts';
import { joinedProgram } from './joined-programs.ts';
import type { HostileScan } from './scan-hostile.ts';

const program = (name: string) => join(import.meta.dirname, name);
const run = promisify(execFile);

/** Starts engines that lie and one that does not, and has Seawall scan them in a process of its own; what came of each lie. */
export async function runScanHostile(lies: readonly LieName[]): Promise<HostileScan[]> {
  const children: ChildProcess[] = [];
  const serve = async (...words: string[]): Promise<string> => {
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    const [line] = await once(createInterface({ input: child.stdout }), 'line');
    return String(line);
  };
  try {
    const urls = await Promise.all([
      serve(program('recorded-engines.ts'), '1'),
      serve(program('hostile-engine.ts'), ...lies),
    ]);
    const words = urls.flatMap((line) => line.split(' '));
    const { stdout } = await run(process.execPath, [joinedProgram('scanHostile'), ...words]);
    return JSON.parse(stdout) as HostileScan[];
  } finally {
    for (const child of children) child.kill('SIGKILL');
  }
}

/** The figures of a scan as a line for people. */
export const scanLine = (lie: string, { containers, unread, ...figures }: HostileScan): string =>
  `${lie}: ${figures.peakMegabytes.toFixed(0)} MB above rest, ${figures.keptMegabytes.toFixed(0)} MB kept, ` +
  `longest stop ${figures.stopMs.toFixed(0)} ms, ${figures.cpuMs.toFixed(0)} ms of processor in ` +
  `${figures.ms.toFixed(0)} ms; ${containers ?? 'no'} containers, ${unread.length} sections unread\n`;
