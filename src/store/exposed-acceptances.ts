import type { Selectable } from 'kysely';
import { toldAs } from '../exposure/linked-vulnerabilities.ts';
import { decisionState } from '../findings/acceptance.ts';
import type { DecisionTerms } from '../ports/acceptance-store.ts';
import type {
  ExposedStore,
  ExposureAcceptance,
  StoredExposureAcceptance,
} from '../ports/exposed-store.ts';
import { readRecordsOf } from './advisory-rows.ts';
import { writeAudit } from './audit-rows.ts';
import { endDecision, newDecision, toDecision, withState } from './decision-columns.ts';
import type { ExposedAcceptanceTable } from './exposed-tables.ts';
import type { Db } from './schema.ts';

/**
 * What matches call the vulnerability of an acceptance, by what records say now: earlier versions accepted it by the name
 * that somebody typed, and feeds may have learned since which CVE that is. The one place that says which acceptances are
 * about a vulnerability. What is about several CVEs keeps its own name.
 */
async function calledNow(db: Db, id: string): Promise<string> {
  if (id.startsWith('CVE-')) return id;
  const records = await readRecordsOf(db, id);
  const [called = id, second] = toldAs(
    id,
    records.map(({ advisory }) => advisory),
  );
  return second === undefined ? called : id;
}

/** Every acceptance that is kept, newest first, with its state at `at`; those in force by what matches call it. */
export async function readExposureAcceptances(
  db: Db,
  at: number,
): Promise<StoredExposureAcceptance[]> {
  const rows = await db
    .selectFrom('exposed_acceptance')
    .selectAll()
    .orderBy('id', 'desc')
    .execute();
  const all: StoredExposureAcceptance[] = [];
  for (const row of rows) {
    const one = withState(toAcceptance(row), at);
    const isOver = one.state !== 'in-force';
    all.push(isOver ? one : { ...one, vulnerability: await calledNow(db, one.vulnerability) });
  }
  return all;
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

/** Those of a vulnerability, by whichever of its names it was accepted. */
async function readOpen(
  db: Db,
  what: { vulnerability: string; package: string | null },
  scopes: readonly string[] | null,
) {
  const { vulnerability } = what;
  const rows = await db
    .selectFrom('exposed_acceptance')
    .selectAll()
    .where((eb) =>
      eb.or([eb('vulnerability', '=', vulnerability), eb('vulnerability', 'not like', 'CVE-%')]),
    )
    .$if(what.package !== null, (query) => query.where('package', '=', what.package ?? ''))
    .$if(scopes !== null, (query) => query.where('scope', 'in', scopes ?? []))
    .where('ended_at', 'is', null)
    .orderBy('id')
    .execute();
  const own: typeof rows = [];
  for (const row of rows) {
    const isOne = row.vulnerability === vulnerability;
    if (isOne || (await calledNow(db, row.vulnerability)) === vulnerability) own.push(row);
  }
  return own;
}

/** In words, for the audit. */
const describe = ({ vulnerability, package: name, scope }: ExposureAcceptance): string =>
  `${vulnerability} in ${name} on ${scope === '*' ? 'every host' : scope}`;

function toAcceptance(row: Selectable<ExposedAcceptanceTable>): ExposureAcceptance {
  const { vulnerability, package: name, versions_json: versions, scope } = row;
  return { vulnerability, package: name, versions, scope, ...toDecision(row) };
}
