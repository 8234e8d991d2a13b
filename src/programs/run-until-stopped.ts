import { loadSettings, type Settings, type SettingsSources } from '../config/load-settings.ts';
import { UserError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { openLog } from './open-log.ts';

/**
 * Runs what `start` starts until it is told to stop, in a process that is for nothing else. On SIGHUP it closes and
 * starts with the settings as they are then: no part has to know that settings can change, and closing in order is
 * what it does anyway.
 */
export async function runUntilStopped(
  input: SettingsSources & { stdout: (text: string) => void },
  start: (options: { settings: Settings; log: Logger }) => Promise<{ close(): Promise<void> }>,
): Promise<void> {
  let settings = await loadSettings(input);
  const log = openLog(settings, input.stdout);
  process.on('unhandledRejection', (error) =>
    log.error({ error }, 'an unhandled rejection: a bug'),
  );
  // Caught from the start, so that none ends the program while it starts.
  const signals = listenForSignals();
  for (;;) {
    for (const exposed of settings.exposedFiles) {
      log.warn(
        { exposed },
        'others of this machine may change the settings, or use a key of theirs',
      );
    }
    const running = await start({ settings, log });
    let next: Settings | null = null;
    while (next === null && (await signals.next()) === 'SIGHUP') next = await readAgain(input, log);
    log.info({}, next === null ? 'stopping' : 'starting anew with the settings as they are now');
    await running.close();
    if (next === null) return;
    settings = next;
  }
}

/** Settings with a mistake change nothing: it goes on with those that it has. */
async function readAgain(input: SettingsSources, log: Logger): Promise<Settings | null> {
  try {
    return await loadSettings(input);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    log.warn({ mistake: error.message }, 'the settings have a mistake; the old ones stay in use');
    return null;
  }
}

type StopSignal = 'SIGINT' | 'SIGTERM';
type Signal = 'SIGHUP' | StopSignal;

/** A launcher passes on what its whole group was sent: within this a second one is the same. */
const SAME_STOP_MS = 1_000;

/** Hears that the process is to stop; a second time ends at once what takes too long to close. */
function hearStop(heard: (signal: StopSignal) => void): void {
  let heardAt: number | null = null;
  const hear = (signal: StopSignal) => {
    if (heardAt === null) {
      heardAt = performance.now();
      heard(signal);
    } else if (performance.now() - heardAt > SAME_STOP_MS) {
      process.off('SIGINT', hear).off('SIGTERM', hear);
      process.kill(process.pid, signal);
    }
  };
  process.on('SIGINT', hear).on('SIGTERM', hear);
}

/** Signals one after the other; those that come while nobody waits are kept. */
function listenForSignals(): { next(): Promise<Signal> } {
  const waiting: Signal[] = [];
  let take: ((signal: Signal) => void) | null = null;
  const heard = (signal: Signal) => {
    if (take === null) waiting.push(signal);
    else take(signal);
    take = null;
  };
  process.on('SIGHUP', heard);
  hearStop(heard);
  return {
    next: () =>
      new Promise((resolve) => {
        const first = waiting.shift();
        if (first === undefined) take = resolve;
        else resolve(first);
      }),
  };
}

/** Settles when the process is told to stop, which from now on ends it no more; a second time does. */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => hearStop(() => resolve()));
}
