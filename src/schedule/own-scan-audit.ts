import type { CoreContext } from '../command/command.ts';
import type { Logger } from '../shared/logger.ts';
import { backOffMs } from '../timers/back-off.ts';

/** Why a host is scanned though nobody asked. */
export type OwnScanReason = 'start' | 'silent' | 'back' | 'every';

const reasons: Readonly<Record<OwnScanReason, string>> = {
  start: 'Seawall started',
  silent: 'nothing was heard of it any more',
  back: 'it can be heard again',
  every: 'its newest scan was old',
};

/** Hosts of one row, each with its name, by which `audit --about` finds it. */
const ROW_HOSTS = 20;
/** How long what was noted waits for more to follow. */
const WAIT_MS = 60_000;
/** After a database that failed: it is asked every five seconds whether a row is due. */
const RETRY = { least: 30_000, most: 10 * 60_000 };
const seawall = { id: 'seawall', name: 'seawall', place: 'scan' };

/** Tells the audit of scans that nobody asked for: one row for up to twenty that follow one another. */
export interface OwnScanAudit {
  note(host: string, reason: OwnScanReason): void;
  /**
   * Whether a row is full, or what was noted has waited for a minute, since on a fleet some scan always runs; where
   * none runs, at once. After a failure not for half a minute, and longer with each one more.
   */
  isDue(isScanning: boolean): boolean;
  /** Writes what was noted; what cannot be written yet is written with the next. Never rejects. */
  write(): Promise<void>;
}

export function ownScanAudit(
  { audit, now }: Pick<CoreContext, 'audit' | 'now'>,
  log: Logger,
): OwnScanAudit {
  const noted = new Map<OwnScanReason, Set<string>>();
  let waitsSince: number | null = null;
  let failures = 0;
  let notBefore = 0;
  // A clock that was set back since must not hold it for longer.
  const isPausing = () => now() < notBefore && notBefore - now() <= RETRY.most;
  const writeOf = async (reason: OwnScanReason, hosts: Set<string>): Promise<void> => {
    while (hosts.size > 0) {
      const named = [...hosts].slice(0, ROW_HOSTS);
      const what = `${named.join(', ')}, by itself: ${reasons[reason]}`;
      const entry = { at: now(), actor: seawall, verb: 'scan', outcome: 'done', what } as const;
      // Before it is written: a host may be scanned and noted again meanwhile.
      for (const host of named) hosts.delete(host);
      try {
        await audit.record({ ...entry, before: null, after: null });
      } catch (error) {
        for (const host of named) hosts.add(host);
        throw error;
      }
    }
  };
  return {
    note(host, reason) {
      noted.set(reason, (noted.get(reason) ?? new Set<string>()).add(host));
      waitsSince ??= now();
    },
    isDue: (isScanning) =>
      waitsSince !== null &&
      !isPausing() &&
      (!isScanning ||
        [...noted.values()].some(({ size }) => size >= ROW_HOSTS) ||
        now() - waitsSince >= WAIT_MS),
    async write() {
      try {
        for (const [reason, hosts] of noted) await writeOf(reason, hosts);
        // What was noted meanwhile may belong to a reason whose rows stood already.
        waitsSince = [...noted.values()].some(({ size }) => size > 0) ? now() : null;
        failures = 0;
      } catch (error) {
        failures += 1;
        notBefore = now() + backOffMs(failures, RETRY);
        log.warn({ error }, 'the audit of scans could not be written yet');
      }
    },
  };
}
