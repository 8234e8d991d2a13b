import { Worker } from 'node:worker_threads';
import type { ExposureLook, SeenExposure } from '../inspections/look-at-exposure.ts';
import { LeaseLost } from '../ports/lease.ts';
import { OutsideError } from '../shared/errors.ts';
import type { ExposureReply, ExposureWork } from './exposure-worker.ts';

/** An older Node calls it experimental that it runs sources. */
const OPTIONS = ['--disable-warning=ExperimentalWarning'];
/** As the compiler left it, or the source. */
const ENDING = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const PROGRAM = new URL(`./exposure-worker.${ENDING}`, import.meta.url);

/** `lookAtExposure` in a thread that has its own connection to the database. Rejects as it does. */
export async function lookInThread(databaseUrl: string, look: ExposureLook): Promise<SeenExposure> {
  const workerData: ExposureWork = { databaseUrl, look };
  const worker = new Worker(PROGRAM, { workerData, execArgv: OPTIONS });
  const reply = await new Promise<ExposureReply>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the thread that matches ended without a word')));
  });
  if (reply.kind === 'seen') return reply.seen;
  if (reply.kind === 'lost') throw new LeaseLost();
  throw new OutsideError(reply.code, reply.detail);
}
