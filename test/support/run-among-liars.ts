import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { AmongLiars, Round } from './among-liars.ts';
import type { LieName } from './hostile-engine.ts';
import { joinedProgram } from './joined-programs.ts';
import { openMemoryGroup } from './memory-group.ts';

const program = (name: string) => join(import.meta.dirname, name);

export interface RunAmongLiars {
  honest: number;
  lies: readonly LieName[];
  rounds: AmongLiars['rounds'];
  scanSeconds: number;
  memoryBytes: number;
}

export interface AmongLiarsResult {
  rounds: Round[];
  /** How the program ended. */
  code: number | null;
  peakBytes: number;
  kills: number;
}

/** Starts engines that lie and honest ones, and Seawall among them in a group with so much memory. */
export async function runAmongLiars(options: RunAmongLiars): Promise<AmongLiarsResult> {
  const children: ChildProcess[] = [];
  const serve = async (words: string[]): Promise<string[]> => {
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    const [line] = await once(createInterface({ input: child.stdout }), 'line');
    return String(line).split(' ');
  };
  const group = openMemoryGroup(options.memoryBytes);
  try {
    const honest = await serve([program('recorded-engines.ts'), String(options.honest)]);
    // Who floods with events would keep an engine beside it in the same program from answering.
    const groups = Object.values(
      Object.groupBy(options.lies, (lie) => (lie.includes('event') ? lie : 'answers')),
    );
    const served = await Promise.all(
      groups.map(async (lies) => {
        const urls = await serve([program('hostile-engine.ts'), ...lies]);
        return lies.map((lie, index) => [lie, urls[index] ?? ''] as const);
      }),
    );
    const liars = Object.fromEntries(served.flat());
    const { rounds, scanSeconds } = options;
    const told = JSON.stringify({ honest, liars, rounds, scanSeconds } satisfies AmongLiars);
    const [command, words] = group.enter([process.execPath, joinedProgram('liars'), told]);
    const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    const found: Round[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => found.push(JSON.parse(line)));
    const [code] = (await once(child, 'close')) as [number | null];
    return { rounds: found, code, peakBytes: group.peakBytes(), kills: group.kills() };
  } finally {
    for (const child of children) child.kill('SIGKILL');
    group.close();
  }
}
