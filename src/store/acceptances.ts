import { type DoneBy, decisionState } from '../findings/acceptance.ts';
import { bindingOf } from '../findings/binding.ts';
import type {
  AcceptanceStore,
  DecisionTerms,
  StoredAcceptance,
} from '../ports/acceptance-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { StoredFinding } from '../ports/stored.ts';
import { severities } from '../rules/rule.ts';
import { type AcceptanceRow, describe, readAcceptances, toAcceptance } from './acceptance-rows.ts';
import { attest, readAttestations, withdrawAttestations } from './attestation-rows.ts';
import { writeAudit } from './audit-rows.ts';
import { readContainers } from './container-lists.ts';
import type { Database } from './database.ts';
import { newDecision, replaceDecision, withdrawDecision, withState } from './decision-columns.ts';
import { readOpenFindings } from './finding-rows.ts';
import { readScannedHosts, type ScannedHost } from './host-rows.ts';
import { lockHosts } from './locks.ts';
import type { Db } from './schema.ts';

type FindingName = { host: string; fingerprint: string };

/** People's decisions in the database; `now` tells the state of what is read. */
export function createAcceptancesStore(
  { read, decide, single }: Database,
  now: Clock,
): AcceptanceStore {
  return {
    accept: (finding, terms) => decide((db) => accept(db, finding, terms)),
    unaccept: (finding, by) => decide((db) => unaccept(db, finding, by)),
    listAcceptances: ({ hosts }) =>
      read(async (db) => {
        const states = await readScannedHosts(db, hosts);
        const rows = await readAcceptances(db, states);
        const found = rows.map(({ acceptance }) => withState(acceptance, now()));
        return found.sort((a, b) => Date.parse(b.madeAt) - Date.parse(a.madeAt));
      }),
    attest: (rule, scopes, terms) => decide((db) => attest(db, rule, scopes, terms)),
    withdrawAttestations: (rule, scopes, by) =>
      decide((db) => withdrawAttestations(db, rule, scopes, by)),
    listAttestations: () => single((db) => readAttestations(db, now())),
  };
}

async function accept(
  db: Db,
  name: FindingName,
  terms: DecisionTerms,
): Promise<StoredAcceptance | null> {
  await lockHosts(db, [name.host]);
  const { actor, at } = terms;
  const [host] = await readScannedHosts(db, [name.host]);
  if (host === undefined) return null;
  const open = await readOpenFindings(db, host);
  const finding = open.find(({ fingerprint }) => fingerprint === name.fingerprint);
  if (finding === undefined) return null;
  const earlier = await findOpen(db, host, finding.fingerprint);
  if (earlier !== undefined) {
    await replaceDecision(db, 'acceptance', earlier.id, terms, 'accepted anew');
  }
  const row = await db
    .insertInto('acceptance')
    .values({
      ...newDecision(terms),
      host_id: host.id,
      fingerprint: finding.fingerprint,
      rule_id: finding.rule,
      severity: severities.indexOf(finding.severity) + 1,
      subject_kind: finding.subjectKind,
      subject_key: finding.subjectKey,
      binding_json: JSON.stringify(await readBinding(db, host, finding)),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  const after = toAcceptance(row, host.name);
  const before = earlier?.acceptance ?? null;
  await writeAudit(db, { at, actor, verb: 'accept', what: describe(after), before, after });
  return withState(after, at);
}

async function unaccept(
  db: Db,
  name: FindingName,
  { actor, at }: DoneBy,
): Promise<StoredAcceptance | null> {
  await lockHosts(db, [name.host]);
  const [host] = await readScannedHosts(db, [name.host]);
  const open = host && (await findOpen(db, host, name.fingerprint));
  if (open === undefined || decisionState(open.acceptance, at) !== 'in-force') return null;
  const before = open.acceptance;
  const row = await withdrawDecision(db, 'acceptance', open.id, { actor, at });
  const after = toAcceptance(row, name.host);
  await writeAudit(db, { at, actor, verb: 'unaccept', what: describe(after), before, after });
  return withState(after, at);
}

async function findOpen(
  db: Db,
  host: ScannedHost,
  fingerprint: string,
): Promise<AcceptanceRow | undefined> {
  const open = await readAcceptances(db, [host], true);
  return open.find(({ acceptance }) => acceptance.fingerprint === fingerprint);
}

/** What the finding rests on, from the same facts as the scan that saw it last. */
async function readBinding(db: Db, host: ScannedHost, finding: StoredFinding) {
  if (finding.subjectKind !== 'container') return bindingOf(finding, []);
  const containers = await readContainers(db, [host], 'existing');
  const facts = containers.map((one) => one.facts);
  return bindingOf(finding, facts);
}
