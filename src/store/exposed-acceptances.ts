import type { Selectable } from 'kysely';
import { toldAs } from '../exposure/linked-vulnerabilities.ts';
import { type DoneBy, decisionState } from '../findings/acceptance.ts';
import type { DecisionTerms } from '../ports/acceptance-store.ts';
import type {
  ExposedStore,
  ExposureAcceptance,
  StoredExposureAcceptance,
} from '../ports/exposed-store.ts';
import { readRecordsOfEach } from './advisory-rows.ts';
import { writeAudit } from './audit-rows.ts';
import {
  newDecision,
  replaceDecision,
  toDecision,
  withdrawDecision,
  withState,
} from './decision-columns.ts';
import type { ExposedAcceptanceTable } from './exposed-tables.ts';
import type { Db } from './schema.ts';

/**
 * What records call the vulnerabilities of acceptances now, by the names that were accepted: earlier versions accepted what
 * somebody typed, and feeds may have learned since which CVE that is. What is about several CVEs keeps its own name, and so
 * does a CVE, which is left out.
 */
async function calledNow(db: Db, names: readonly string[]): Promise<Map<string, string>> {
  const others = names.filter((name) => !name.startsWith('CVE-'));
  if (others.length === 0) return new Map();
  const records = await readRecordsOfEach(db, others);
  return new Map(
    [...records].map(([name, about]) => {
      const advisories = about.map(({ advisory }) => advisory);
      const told = toldAs(name, advisories);
      return [name, told.length === 1 ? (told[0] ?? name) : name];
    }),
  );
}

/** Every acceptance that is kept, newest first, with its state at `at`; those in force by what records call it now. */
export async function readExposureAcceptances(
  db: Db,
  at: number,
): Promise<StoredExposureAcceptance[]> {
  const rows = await db
    .selectFrom('exposed_acceptance')
    .selectAll()
    .orderBy('id', 'desc')
    .execute();
  const all = rows.map((row) => toStored(row, at));
  const open = all.filter(({ state }) => state === 'in-force').map((one) => one.acceptedAs);
  const called = await calledNow(db, open);
  return all.map((one) =>
    one.state === 'in-force'
      ? { ...one, vulnerability: called.get(one.acceptedAs) ?? one.acceptedAs }
      : one,
  );
}

/** See `ExposedStore.listAcceptedAs`. */
export async function readAcceptedAs(
  db: Db,
  names: readonly string[],
  at: number,
): Promise<StoredExposureAcceptance[]> {
  const rows = await db
    .selectFrom('exposed_acceptance')
    .selectAll()
    .where('vulnerability', 'in', names)
    .orderBy('id', 'desc')
    .execute();
  return rows.map((row) => toStored(row, at));
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
      await replaceDecision(db, 'exposed_acceptance', id, terms, 'accepted anew');
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
    accepted.push(toStored(row, at));
  }
  return accepted;
}

/** See `ExposedStore.unaccept`; within the caller’s transaction. */
export async function unacceptExposure(
  db: Db,
  what: Parameters<ExposedStore['unaccept']>[0],
  scopes: readonly string[] | null,
  { actor, at }: DoneBy,
): Promise<StoredExposureAcceptance[]> {
  const ended: StoredExposureAcceptance[] = [];
  for (const row of await readOpen(db, what, scopes)) {
    const before = toAcceptance(row);
    if (decisionState(before, at) !== 'in-force') continue;
    const now = await withdrawDecision(db, 'exposed_acceptance', row.id, { actor, at });
    const after = toAcceptance(now);
    await writeAudit(db, { at, actor, verb: 'unaccept', what: describe(after), before, after });
    ended.push(toStored(now, at));
  }
  return ended;
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
  const names = rows.map((row) => row.vulnerability);
  const called = await calledNow(db, names);
  return rows.filter((row) =>
    [row.vulnerability, called.get(row.vulnerability)].includes(vulnerability),
  );
}

/** In words, for the audit. */
const describe = ({ vulnerability, package: name, scope }: ExposureAcceptance): string =>
  `${vulnerability} in ${name} on ${scope === '*' ? 'every host' : scope}`;

const toStored = (
  row: Selectable<ExposedAcceptanceTable>,
  at: number,
): StoredExposureAcceptance => ({
  ...withState(toAcceptance(row), at),
  acceptedAs: row.vulnerability,
});

function toAcceptance(row: Selectable<ExposedAcceptanceTable>): ExposureAcceptance {
  const { vulnerability, package: name, versions_json: versions, scope } = row;
  return { vulnerability, package: name, versions, scope, ...toDecision(row) };
}
