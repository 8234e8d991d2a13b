import { type GeneratedAlways, type JSONColumnType, type Selectable, sql } from 'kysely';
import type { ConfiguredFields } from '../drift/configured-fields.ts';
import type { Baseline } from '../drift/container-drift.ts';
import type { BaselineStore } from '../ports/baseline-store.ts';
import { isoTime } from '../shared/time.ts';
import { writeAudit } from './audit-rows.ts';
import type { Database } from './database.ts';
import { ensureHost, isNamed } from './host-rows.ts';
import { lockHosts } from './locks.ts';
import { type Db, HISTORY, type Life, remove, type Tables } from './schema.ts';

declare module './schema.ts' {
  interface Tables {
    /** How a container should look. */
    baseline: {
      id: GeneratedAlways<number>;
      host_id: number;
      container_key: string;
      container_name: string;
      fields_json: JSONColumnType<ConfiguredFields>;
      reason: string | null;
      made_at: number;
      made_by: string;
      ended_at: number | null;
      ended_by: string | null;
      ended_kind: 'withdrawn' | 'replaced' | null;
    };
  }
}

export const baselineLife: Life = {
  until: `${HISTORY} its end`,
  why: 'how containers should look; the audit keeps it',
  trims: [remove('baseline', ({ history }) => sql`ended_at < ${history}`)],
};

type Row = Selectable<Tables['baseline']>;
type Name = Pick<Baseline, 'host' | 'key'>;
type By = Parameters<BaselineStore['withdraw']>[1];

export const createBaselinesStore = ({ single, decide }: Database): BaselineStore => ({
  approve: (baseline, by) => decide((db) => approve(db, baseline, by)),
  withdraw: (name, by) => decide((db) => withdraw(db, name, by)),
  list: ({ hosts }) => single((db) => readOpen(db, hosts)),
});

async function approve(
  db: Db,
  baseline: Parameters<BaselineStore['approve']>[0],
  { actor, at }: By,
): ReturnType<BaselineStore['approve']> {
  const { host, key, container, fields, reason } = baseline;
  const hostId = await ensureHost(db, host, null);
  const before = await findOpen(db, baseline);
  if (before !== undefined) await end(db, before, { at, by: actor.name, kind: 'replaced' });
  const row = await db
    .insertInto('baseline')
    .values({
      host_id: hostId,
      container_key: key,
      container_name: container,
      fields_json: JSON.stringify(fields),
      reason,
      made_at: at,
      made_by: actor.name,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  const found = { before: before ? toBaseline(before, host) : null, after: toBaseline(row, host) };
  await writeAudit(db, {
    at,
    actor,
    verb: 'baseline approve',
    what: `${key} on ${host}`,
    ...found,
  });
  return found;
}

async function withdraw(db: Db, name: Name, { actor, at }: By): Promise<Baseline | null> {
  await lockHosts(db, [name.host]);
  const open = await findOpen(db, name);
  if (open === undefined) return null;
  const before = toBaseline(open, name.host);
  const row = await end(db, open, { at, by: actor.name, kind: 'withdrawn' });
  const after = toBaseline(row, name.host);
  const what = `${name.key} on ${name.host}`;
  await writeAudit(db, { at, actor, verb: 'baseline withdraw', what, before, after });
  return after;
}

async function readOpen(db: Db, hosts: readonly string[]): Promise<Baseline[]> {
  const rows = await db
    .selectFrom('baseline')
    .innerJoin('host', 'host.id', 'baseline.host_id')
    .selectAll('baseline')
    .select('host.name as host')
    .where(isNamed(db, hosts))
    .where('ended_at', 'is', null)
    .orderBy('baseline.id')
    .execute();
  return rows.map((row) => toBaseline(row, row.host));
}

const findOpen = (db: Db, { host, key }: Name): Promise<Row | undefined> =>
  db
    .selectFrom('baseline')
    .innerJoin('host', 'host.id', 'baseline.host_id')
    .selectAll('baseline')
    .where('host.name', '=', host)
    .where('container_key', '=', key)
    .where('ended_at', 'is', null)
    .executeTakeFirst();

const end = (
  db: Db,
  { id }: Row,
  { at, by, kind }: { at: number; by: string; kind: 'withdrawn' | 'replaced' },
): Promise<Row> =>
  db
    .updateTable('baseline')
    .set({ ended_at: at, ended_by: by, ended_kind: kind })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();

function toBaseline(row: Row, host: string): Baseline {
  const { ended_at: at, ended_by: by, ended_kind: kind } = row;
  const isEnded = at !== null && by !== null && kind !== null;
  return {
    host,
    key: row.container_key,
    container: row.container_name,
    fields: row.fields_json,
    reason: row.reason,
    by: row.made_by,
    madeAt: isoTime(row.made_at),
    ended: isEnded ? { at: isoTime(at), by, kind, why: kind } : null,
  };
}
