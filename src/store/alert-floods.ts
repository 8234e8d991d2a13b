import type { Selectable } from 'kysely';
import type { AlertFlood, StoredAlert } from '../ports/alert-store.ts';
import { gravestFirst, type Severity, severities } from '../rules/rule.ts';
import { handsOf } from './alert-parts.ts';
import type { AlertTable } from './alert-tables.ts';
import type { Db } from './schema.ts';

/** Titles that the message of a flood names. */
const TITLES_SHOWN = 5;

/** A flood with what became of the alerts that it stands for. It is over once it takes no more and all of them are. */
export async function readFlood(db: Db, row: Selectable<AlertTable>): Promise<StoredAlert> {
  const { id, channel, key, kind, host, title, first_at: dueAt, last_at: at } = row;
  const members = await readMembers(db, id);
  const flood = floodOf(members, row.resolved_at);
  const ends = members.map((one) => one.resolved_at ?? 0);
  const isOver = flood.calmAt !== null && flood.over === members.length;
  return {
    ...{ id, channel, key, kind, host, title, dueAt, at, flood },
    firstAt: dueAt,
    severity: severities.findLast((one) => flood.bySeverity[one] > 0) ?? row.severity,
    ...{ owner: null, raisedBy: null, parts: [], hosts: null, cameBack: null, quietUntil: null },
    resolved: isOver
      ? { at: Math.max(flood.calmAt ?? 0, ...ends), why: 'none of them is left' }
      : null,
    ...handsOf(row),
  };
}

interface Member {
  severity: Severity;
  title: string;
  resolved_at: number | null;
  /** Zero where all that is left of it is accepted. */
  open: number;
}

const readMembers = (db: Db, id: number): Promise<Member[]> =>
  db
    .selectFrom('alert')
    .select((eb) => [
      ...(['severity', 'title', 'resolved_at'] as const),
      eb
        .selectFrom('alert_part')
        .select((of) => of.fn.countAll<number>().as('open'))
        .whereRef('alert_part.alert_id', '=', 'alert.id')
        .where('alert_part.resolved_at', 'is', null)
        .where('alert_part.accepted_until', 'is', null)
        .$asScalar()
        .$notNull()
        .as('open'),
    ])
    .where('flood_id', '=', id)
    .orderBy('id')
    .execute();

function floodOf(members: readonly Member[], calmAt: number | null): AlertFlood {
  const left = members.filter((one) => one.resolved_at === null);
  const open = left.filter((one) => Number(one.open) > 0);
  const shown = open.length > 0 ? open : left.length > 0 ? left : members;
  const bySeverity: Record<Severity, number> = { low: 0, medium: 0, high: 0, critical: 0 };
  for (const { severity } of shown) bySeverity[severity] += 1;
  const titles = shown
    .toSorted(gravestFirst)
    .slice(0, TITLES_SHOWN)
    .map(({ title }) => title);
  return {
    ...{ bySeverity, titles, calmAt, open: open.length },
    accepted: left.length - open.length,
    over: members.length - left.length,
  };
}
