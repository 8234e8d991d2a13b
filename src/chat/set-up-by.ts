import type { AlertStore } from '../ports/alert-store.ts';
import type { AuditLog } from '../ports/audit-log.ts';
import type { DigestStore } from '../ports/digest-store.ts';

interface SetUpStores {
  alerts: Pick<AlertStore, 'listSettings'>;
  digests: Pick<DigestStore, 'listSchedules'>;
  audit: Pick<AuditLog, 'list'>;
}

/** The id of a person of Slack, as the audit has it; what is set in a terminal is nobody's. */
const PERSON = /(?:^|\()([UW][A-Z0-9]+)\)?$/;

/**
 * Id of the person who last switched on in Slack what a channel is told by digests and alerts; null where nobody did.
 * Rejects with `OutsideError`.
 */
export async function personWhoSetUp(
  { alerts, digests, audit }: SetUpStores,
  channel: string,
): Promise<string | null> {
  const isOn = (one: { channel: string; isOff: boolean }) => one.channel === channel && !one.isOff;
  const verbs = [
    ...((await digests.listSchedules()).some(isOn) ? ['digest schedule'] : []),
    ...((await alerts.listSettings()).some(isOn) ? ['alerts on'] : []),
  ];
  const found = await Promise.all(
    verbs.map((verb) => audit.list({ verb, outcome: 'done', about: [channel] }, 1)),
  );
  const [newest] = found.flatMap(({ entries }) => entries).sort((a, b) => b.id - a.id);
  return PERSON.exec(newest?.who ?? '')?.[1] ?? null;
}
