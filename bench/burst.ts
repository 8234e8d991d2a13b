import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { baseImage, type RealEngine } from '../test/support/real-engine.ts';

/** A container that the engine made. */
export interface Ran {
  id: string;
  /** Epoch milliseconds before and after `docker run`. */
  from: number;
  to: number;
  /** False when the client ended with an error, as when the engine is restarted. */
  isWhole: boolean;
}

/**
 * Runs containers that end at once until the engine has made so many, some side by side. Their ids
 * come from Docker's own client, so that they are known whatever Seawall saw.
 */
export async function runMany(
  engine: RealEngine,
  count: number,
  atOnce: number,
  { options = [], onRun = () => {} }: { options?: readonly string[]; onRun?: () => void } = {},
): Promise<Ran[]> {
  const folder = mkdtempSync(join(tmpdir(), 'seawall-burst-'));
  const ran: Ran[] = [];
  let [left, tries] = [count, 0];
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      tries += 1;
      const file = join(folder, String(tries));
      const words = ['run', '--rm', '--network', 'none', '--cidfile', file, ...options];
      const from = Date.now();
      const child = spawn('docker', ['--host', engine.url, ...words, baseImage, '/bin/true'], {
        stdio: 'ignore',
      });
      const [code] = (await once(child, 'exit')) as [number];
      const id = idIn(file);
      if (id === '') {
        // Nothing was made, because the engine was away.
        left += 1;
        await sleep(100);
      } else {
        ran.push({ id, from, to: Date.now(), isWhole: code === 0 });
        onRun();
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  rmSync(folder, { recursive: true });
  return ran;
}

function idIn(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}
