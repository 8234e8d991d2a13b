import type { Selectable } from 'kysely';
import type { AlertPart, StoredAlert } from '../ports/alert-store.ts';
import { gravestFirst } from '../rules/rule.ts';
import { listed } from '../shared/text.ts';
import { isGroup } from './alert-groups.ts';
import {
  addLine,
  type Budget,
  changeAlert,
  leaveFlood,
  stale,
  touchBefore,
} from './alert-posts.ts';
import type { AlertPartTable, AlertTable } from './alert-tables.ts';
import type { Db } from './schema.ts';

type Row = Selectable<AlertTable>;
type PartRow = Selectable<AlertPartTable>;

/** Command lines that one alert offers. */
const NEXT_MAX = 3;
const WHATS_SHOWN = 2;

/**
 * Writes what an alert says by its parts, and ends it with the last of them. `lines`: what its thread is
 * to say; nothing while it is snoozed, or was not told yet.
 */
export async function refreshAlert(
  db: Db,
  budget: Budget,
  { id, lines, at }: { id: number; lines: readonly string[]; at: number },
): Promise<void> {
  const row = await readAlert(db, id);
  const parts = await readParts(db, id);
  const columns = columnsOf(row, parts);
  await changeAlert(db, id, columns);
  // Of one that another leads that one's message speaks.
  const speaker = row.lead_id === null ? row : await readAlert(db, row.lead_id);
  if (speaker.is_silent === 1) return touchBefore(db, speaker);
  if (speaker.flood_id !== null)
    return refreshInFlood(db, budget, speaker.flood_id, { id, lines, at: columns.last_at });
  await changeAlert(db, speaker.id, stale);
  const isQuiet = speaker.snoozed_until !== null && speaker.snoozed_until > at;
  if (lines.length === 0 || isQuiet || speaker.is_told === 0) return;
  if (await hasSaidEnough(db, speaker, at)) return;
  const [first = '', ...more] = lines;
  const text = more.length === 0 ? first : `${first} And ${more.length} more.`;
  await addLine(db, budget, speaker, { at: columns.last_at, text });
}

/** Of one without a message that of the flood speaks, and once that takes no more, one of its own. */
async function refreshInFlood(
  db: Db,
  budget: Budget,
  floodId: number,
  { id, lines, at }: { id: number; lines: readonly string[]; at: number },
): Promise<void> {
  if (lines.length > 0 && (await leaveFlood(db, budget, { id, floodId, at }))) return;
  await changeAlert(db, floodId, stale);
}

const readAlert = (db: Db, id: number): Promise<Row> =>
  db.selectFrom('alert').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

/** Of many hosts a thread gets a line in this time; its message tells the others. */
const LINE_EVERY_MS = 10 * 60_000;

async function hasSaidEnough(db: Db, { id, first_at: firstAt }: Row, at: number): Promise<boolean> {
  if (!(await isGroup(db, id))) return false;
  const { last } = await db
    .selectFrom('alert_line')
    .select((eb) => eb.fn.max('at').as('last'))
    .where('alert_id', '=', id)
    .executeTakeFirstOrThrow();
  return at - Math.max(firstAt, last ?? 0) < LINE_EVERY_MS;
}

/** The parts of an alert, those that are left first, the worst and newest first among them. */
export async function readParts(db: Db, id: number): Promise<PartRow[]> {
  const rows = await db
    .selectFrom('alert_part')
    .selectAll()
    .where('alert_id', '=', id)
    .orderBy('id')
    .execute();
  return rows.toSorted(
    (a, b) => placeOf(a) - placeOf(b) || gravestFirst(a, b) || a.first_at - b.first_at,
  );
}

/** Open, accepted, over. */
const placeOf = ({ resolved_at: resolved, accepted_until: until }: PartRow): number =>
  resolved !== null ? 2 : until !== null ? 1 : 0;

function columnsOf(row: Row, parts: readonly PartRow[]) {
  const left = parts.filter(({ resolved_at: at }) => at === null);
  const shown = left.length > 0 ? left : parts;
  const [worst] = shown;
  if (worst === undefined) throw new Error('an alert without parts');
  const whats = shown.map(({ what }) => what);
  const isOne = shown.length === 1 || row.subject === null;
  const next = [...new Set(shown.flatMap(({ next_json: lines }) => lines))].slice(0, NEXT_MAX);
  const last = parts.toSorted((a, b) => (b.resolved_at ?? 0) - (a.resolved_at ?? 0))[0] ?? worst;
  return {
    severity: worst.severity,
    title: isOne ? worst.title : `${row.subject}: ${listed(whats, WHATS_SHOWN)}`,
    detail: isOne ? worst.detail : null,
    next_json: JSON.stringify(next),
    last_at: Math.max(...parts.map(({ last_at: at }) => at)),
    count: parts.reduce((sum, { count }) => sum + count, 0),
    resolved_at: left.length > 0 ? null : last.resolved_at,
    resolved_why: left.length > 0 ? null : last.resolved_why,
  };
}

export function toPart(row: PartRow, isFound: boolean): AlertPart {
  const { key, kind, severity, title, what, detail, fix, count } = row;
  const { accepted_until: until, resolved_at: resolved } = row;
  return {
    ...{ key, kind, severity, title, what, detail, fix, count },
    next: row.next_json,
    firstAt: row.first_at,
    lastAt: row.last_at,
    resolved: resolved === null ? null : { at: resolved, why: row.resolved_why ?? '' },
    accepted: until === null ? null : { by: row.accepted_by ?? '', until },
    isFound,
  };
}

/** What people did to an alert. */
export function handsOf(row: Row): Pick<StoredAlert, 'snoozed' | 'acknowledged' | 'assigned'> {
  const { snoozed_until: until, acknowledged_at: seen, assigned_to: to } = row;
  return {
    snoozed: until === null ? null : { until, by: row.snoozed_by ?? '' },
    acknowledged: seen === null ? null : { at: seen, by: row.acknowledged_by ?? '' },
    assigned:
      to === null ? null : { to, by: row.assigned_by ?? '', at: row.assigned_at ?? row.last_at },
  };
}
