import type { Selectable } from 'kysely';
import { decisionState } from '../findings/acceptance.ts';
import type { DecisionTerms } from '../ports/acceptance-store.ts';
import type {
  ExposedStore,
  ExposureAcceptance,
  StoredExposureAcceptance,
} from '../ports/exposed-store.ts';
import { writeAudit } from './audit-rows.ts';
import { endDecision, newDecision, toDecision, withState } from './decision-columns.ts';
import type { ExposedAcceptanceTable } from './exposed-tables.ts';
import type { Db } from './schema.ts';

/** Every acceptance that is kept, newest first, with its state at `at`. */
export async function readExposureAcceptances(
  db: Db,
  at: number,
): Promise<StoredExposureAcceptance[]> {
  const rows = await db
    .selectFrom('exposed_acceptance')
    .selectAll()
    .orderBy('id', 'desc')
    .execute();
  return rows.map((row) => withState(toAcceptance(row), at));
}

/** See `ExposedStore.accept`; within the caller’s transaction. */
export async function acceptExposure(
  db: Db,
  what: Parameters<ExposedStore['accept']>[0],
  scopes: readonly string[],
  terms: DecisionTerms,
): Promise<StoredExposureAcceptance[]> {
  const { actor, at } = terms;
  const accepted: StoredExposureAcceptance[] = [];
  for (const scope of scopes) {
    const open = await readOpen(db, what, [scope]);
    const [earlier] = open;
    for (const { id } of open) {
      const ending = { at, by: actor.name, kind: 'replaced', why: 'accepted anew' } as const;
      await endDecision(db, 'exposed_acceptance', id, ending);
    }
    const row = await db
      .insertInto('exposed_acceptance')
      .values({
        ...newDecision(terms),
        ...{ vulnerability: what.vulnerability, package: what.package, scope },
        versions_json: JSON.stringify(what.versions),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    const after = toAcceptance(row);
    const before = earlier ? toAcceptance(earlier) : null;
    await writeAudit(db, { at, actor, verb: 'accept', what: describe(after), before, after });
    accepted.push(withState(after, at));
  }
  return accepted;
}

/** See `ExposedStore.unaccept`; within the caller’s transaction. */
export async function unacceptExposure(
  db: Db,
  what: Parameters<ExposedStore['unaccept']>[0],
  scopes: readonly string[] | null,
  { actor, at }: Pick<DecisionTerms, 'actor' | 'at'>,
): Promise<StoredExposureAcceptance[]> {
  const ended: StoredExposureAcceptance[] = [];
  for (const row of await readOpen(db, what, scopes)) {
    const before = toAcceptance(row);
    if (decisionState(before, at) !== 'in-force') continue;
    const ending = { at, by: actor.name, kind: 'withdrawn', why: 'withdrawn' } as const;
    await endDecision(db, 'exposed_acceptance', row.id, ending);
    const after = await readAcceptance(db, row.id);
    await writeAudit(db, { at, actor, verb: 'unaccept', what: describe(after), before, after });
    ended.push(withState(after, at));
  }
  return ended;
}

async function readAcceptance(db: Db, id: number): Promise<ExposureAcceptance> {
  const row = await db
    .selectFrom('exposed_acceptance')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return toAcceptance(row);
}

function readOpen(
  db: Db,
  what: { vulnerability: string; package: string | null },
  scopes: readonly string[] | null,
) {
  return db
    .selectFrom('exposed_acceptance')
    .selectAll()
    .where('vulnerability', '=', what.vulnerability)
    .$if(what.package !== null, (query) => query.where('package', '=', what.package ?? ''))
    .$if(scopes !== null, (query) => query.where('scope', 'in', scopes ?? []))
    .where('ended_at', 'is', null)
    .orderBy('id')
    .execute();
}

/** In words, for the audit. */
const describe = ({ vulnerability, package: name, scope }: ExposureAcceptance): string =>
  `${vulnerability} in ${name} on ${scope === '*' ? 'every host' : scope}`;

function toAcceptance(row: Selectable<ExposedAcceptanceTable>): ExposureAcceptance {
  const { vulnerability, package: name, versions_json: versions, scope } = row;
  return { vulnerability, package: name, versions, scope, ...toDecision(row) };
}
