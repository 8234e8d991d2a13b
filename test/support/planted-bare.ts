// A program that `startBareProcess` starts: says what it was told of its environment and which its process is, what came
// beside a request, or what it can do to the machine; or is busy for ever.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { env, execArgv, pid } from 'node:process';
import { Worker } from 'node:worker_threads';
import { serveParent } from '../../src/shared/bare-process.ts';

export type BareRequest = 'who' | 'bytes' | 'reach' | 'hang';
export interface BareReply {
  pid: number;
  environment: Record<string, string | undefined>;
  options: string[];
  /** The length of each and its last byte. */
  bytes: number[][];
  can: string[];
}

const attempts: Readonly<Record<string, () => unknown>> = {
  'read a file': () => readFileSync('/etc/passwd'),
  'see whether a file is there': () => existsSync('/etc/passwd'),
  'write a file': () => writeFileSync(`${tmpdir()}/seawall-planted`, ''),
  'start a program': () => spawnSync('true'),
  'start a thread': () => new Worker('', { eval: true }),
};
function can(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}

// As one that has a connection open does, it would go on by itself.
setInterval(() => {}, 60_000);

const say = serveParent<BareRequest, BareReply>((request, bytes) => {
  say({
    ...{ pid, environment: { ...env }, options: execArgv },
    bytes: bytes.map((one) => [one.length, one.at(-1) ?? 0]),
    can:
      request === 'reach'
        ? Object.entries(attempts).flatMap(([name, attempt]) => (can(attempt) ? name : []))
        : [],
  });
  while (request === 'hang');
});
