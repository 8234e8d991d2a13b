import type { CoreContext } from '../command/command.ts';
import type { Logger } from '../shared/logger.ts';
import { listed } from '../shared/text.ts';

/** Why a host is scanned though nobody asked. */
export type OwnScanReason = 'start' | 'silent' | 'back' | 'every';

const reasons: Readonly<Record<OwnScanReason, string>> = {
  start: 'Seawall started',
  silent: 'nothing was heard of it any more',
  back: 'it can be heard again',
  every: 'its newest scan was old',
};

const HOSTS_NAMED = 20;
const seawall = { id: 'seawall', name: 'seawall', place: 'scan' };

/** Tells the audit of scans that nobody asked for: one row for those that follow one another. */
export interface OwnScanAudit {
  note(host: string, reason: OwnScanReason): void;
  /** Writes what was noted; what cannot be written yet is written with the next. Never rejects. */
  write(): Promise<void>;
}

export function ownScanAudit(
  { audit, now }: Pick<CoreContext, 'audit' | 'now'>,
  log: Logger,
): OwnScanAudit {
  const noted = new Map<OwnScanReason, Set<string>>();
  return {
    note(host, reason) {
      noted.set(reason, (noted.get(reason) ?? new Set<string>()).add(host));
    },
    async write() {
      for (const [reason, hosts] of noted) {
        const what = `${listed([...hosts], HOSTS_NAMED)}, by itself: ${reasons[reason]}`;
        const entry = { at: now(), actor: seawall, verb: 'scan', outcome: 'done', what } as const;
        try {
          await audit.record({ ...entry, before: null, after: null });
          noted.delete(reason);
        } catch (error) {
          log.warn({ error }, 'the audit of scans could not be written yet');
        }
      }
    },
  };
}
