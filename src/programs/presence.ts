import { hostname } from 'node:os';
import type { LiveProcess, ProcessRole, ProcessStore } from '../ports/process-store.ts';
import { OutsideError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { pause } from '../timers/pause.ts';

/** Without a sign of life for so long a process counts as dead. */
const LEASE_MS = 10_000;
const BEAT_MS = 2_000;

export interface Presence {
  /** Those that live, by the newest sign of life of this process. */
  live(): readonly LiveProcess[];
  /** True once somebody asked this process to give its work back. */
  isDraining(): boolean;
  close(): Promise<void>;
}

interface PresenceParts {
  store: { processes: ProcessStore };
  processId: string;
  context: { version: string };
}

interface PresenceOptions {
  role: ProcessRole;
  /** Called once somebody asked this process to give its work back, and again now and then. */
  onDraining?: () => void;
  log: Logger;
}

/**
 * Says that this process is there until it is closed, which takes its row away, and sees who else is. A
 * database that is away is told again. Rejects with `OutsideError` where it cannot be told at first.
 */
export async function openPresence(
  { store: { processes }, processId, context: { version } }: PresenceParts,
  options: PresenceOptions,
): Promise<Presence> {
  const { role, onDraining = () => {}, log } = options;
  const here = { machine: hostname(), pid: process.pid, weight: 1 };
  const told = { id: processId, role, version, ...here };
  const stop = new AbortController();
  let live: readonly LiveProcess[] = [];
  const isDraining = () => live.some((one) => one.id === told.id && one.isDraining);
  const look = async () => {
    if (!(await processes.beat(told.id, LEASE_MS))) await processes.announce(told, LEASE_MS);
    live = await processes.list();
    if (isDraining()) onDraining();
  };
  await look();
  const beating = (async () => {
    for (;;) {
      await pause(BEAT_MS, stop.signal);
      if (stop.signal.aborted) return;
      await look().catch((error: unknown) => {
        const isOutside = error instanceof OutsideError;
        log[isOutside ? 'warn' : 'error']({ error }, 'no sign of life could be given');
      });
    }
  })();
  return {
    live: () => live,
    isDraining,
    async close() {
      stop.abort();
      await beating;
      // The lease ends by itself as well.
      await processes.leave(told.id).catch(() => {});
    },
  };
}
