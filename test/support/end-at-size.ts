// Loaded by `node --import` before a program: ends it with SIGKILL, between two turns of its own, once a file is larger
// than so many bytes. However late others look, it has not done more. See `killed-program.ts`.
import { statSync } from 'node:fs';
import { env, kill, pid } from 'node:process';
import { isMainThread } from 'node:worker_threads';

const [size = '', ...path] = (env.SEAWALL_TEST_END_AT ?? '').split(' ');

function look(): void {
  const { size: now } = statSync(path.join(' '), { throwIfNoEntry: false }) ?? { size: 0 };
  if (now > Number(size)) kill(pid, 'SIGKILL');
  setImmediate(look).unref();
}
if (isMainThread) look();
