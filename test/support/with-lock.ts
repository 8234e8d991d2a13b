import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Does something while no other process does it by the same file, which it makes. However this process
 * ends, the lock is free again: its holder reads from this process and ends with it.
 */
export async function withLock<T>(file: string, use: () => Promise<T>): Promise<T> {
  const holder = spawn('flock', [file, 'sh', '-c', 'echo locked; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(holder, 'close');
  try {
    const first = await Promise.race([once(holder.stdout, 'data'), ended]);
    if (!String(first[0]).startsWith('locked')) throw new Error(`flock cannot lock ${file}`);
    return await use();
  } finally {
    holder.stdin.end();
    await ended;
  }
}
