import type { AuditLog } from '../ports/audit-log.ts';

/** Names by the ids that a chat gives to people. */
export type People = Readonly<Record<string, string>>;

/** As the chat makes them. */
const ID = /^[UW][A-Z0-9]{5,30}$/;
/** Others are shown by their id. */
const NAMED_MAX = 40;

/**
 * Names of those among `who` that are ids, by the audit: everybody who decides is in it. Older decisions, and who
 * looks after an alert, are stored by the id alone. Rejects with `OutsideError`.
 */
export async function peopleNamed(
  audit: Pick<AuditLog, 'namesOf'>,
  who: readonly (string | null | undefined)[],
): Promise<People> {
  const ids = new Set(who.filter((one): one is string => typeof one === 'string' && ID.test(one)));
  return ids.size === 0 ? {} : audit.namesOf([...ids].slice(0, NAMED_MAX));
}
