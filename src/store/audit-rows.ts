import type { ColumnType, GeneratedAlways } from 'kysely';
import type {
  AuditEntry,
  AuditFilter,
  AuditLog,
  StoredAuditEntry,
  storeAuditVerbs,
} from '../ports/audit-log.ts';
import type { Database } from './database.ts';
import { exportAudit } from './export-audit.ts';
import type { Life } from './life.ts';
import type { Db } from './schema.ts';

declare module './schema.ts' {
  interface Tables {
    audit: {
      id: GeneratedAlways<number>;
      at: number;
      who: string;
      place: string;
      verb: string;
      outcome: 'done' | 'refused';
      what: string;
      before_json: ColumnType<object | null, string | null>;
      after_json: ColumnType<object | null, string | null>;
    };
  }
}

export const auditLife: Life = {
  until: '`history.auditKeepDays`, and then in the file `history.auditFile`',
  why: 'who asked and changed what; a row is removed once it is in the file',
  trims: [exportAudit],
};

type Change = Omit<AuditEntry, 'verb' | 'outcome'> & { verb: (typeof storeAuditVerbs)[number] };

/** Writes who changed what, within the transaction of the change: there is never one without it. */
export const writeAudit = (db: Db, change: Change): Promise<void> =>
  insert(db, { ...change, outcome: 'done' });

export const createAuditStore = ({ read, write }: Database): AuditLog => ({
  record: (entry) => write((db) => insert(db, entry)),
  list: (filter, limit) =>
    read(async (db) => ({
      entries: await readNewest(db, filter, limit),
      total: await count(db, filter),
    })),
});

async function insert(db: Db, entry: AuditEntry): Promise<void> {
  const { at, actor, verb, outcome, what, before, after } = entry;
  await db
    .insertInto('audit')
    .values({
      at,
      who: actor.name === actor.id ? actor.id : `${actor.name} (${actor.id})`,
      place: actor.place,
      verb,
      outcome,
      what,
      before_json: before && JSON.stringify(before),
      after_json: after && JSON.stringify(after),
    })
    .execute();
}

async function readNewest(db: Db, filter: AuditFilter, limit: number): Promise<StoredAuditEntry[]> {
  const rows = await matching(db, filter).selectAll().orderBy('id', 'desc').limit(limit).execute();
  return rows.map(({ at, before_json: before, after_json: after, ...row }) => ({
    ...row,
    at: new Date(at).toISOString(),
    before,
    after,
  }));
}

async function count(db: Db, filter: AuditFilter): Promise<number> {
  const { total } = await matching(db, filter)
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow();
  return Number(total);
}

function matching(db: Db, { verb, outcome, place, since, before }: AuditFilter) {
  let query = db.selectFrom('audit');
  if (verb !== undefined) query = query.where('verb', '=', verb);
  if (outcome !== undefined) query = query.where('outcome', '=', outcome);
  if (place !== undefined) query = query.where('place', '=', place);
  if (since !== undefined) query = query.where('at', '>=', since);
  if (before !== undefined) query = query.where('id', '<', before);
  return query;
}
