import { type Selectable, sql } from 'kysely';
import type { DoneBy } from '../findings/acceptance.ts';
import type { Attestation } from '../findings/attestations.ts';
import type { DecisionTerms, StoredAttestation } from '../ports/acceptance-store.ts';
import { writeAudit } from './audit-rows.ts';
import {
  type DecisionColumns,
  newDecision,
  replaceDecision,
  toDecision,
  withdrawDecision,
  withState,
} from './decision-columns.ts';
import { type Db, HISTORY, type Life, remove, type Tables } from './schema.ts';

declare module './schema.ts' {
  interface Tables {
    attestation: DecisionColumns & { rule_id: string; scope: string };
  }
}

export const attestationLife: Life = {
  until: `${HISTORY} its end`,
  why: 'what people answered; the audit keeps it',
  trims: [remove('attestation', ({ history }) => sql`coalesce(ended_at, until_at) < ${history}`)],
};

/** Every attestation that is kept, newest first, with its state at `at`. */
export async function readAttestations(db: Db, at: number): Promise<StoredAttestation[]> {
  const rows = await db.selectFrom('attestation').selectAll().orderBy('id', 'desc').execute();
  return rows.map((row) => withState(toAttestation(row), at));
}

/** Writes an attestation for each scope and ends what was said of the same before. */
export async function attest(
  db: Db,
  rule: string,
  scopes: readonly string[],
  terms: DecisionTerms,
): Promise<StoredAttestation[]> {
  const { actor, at } = terms;
  const attested: StoredAttestation[] = [];
  for (const scope of scopes) {
    const earlier = await readOpen(db, rule, scope);
    if (earlier !== undefined) {
      await replaceDecision(db, 'attestation', earlier.id, terms, 'attested anew');
    }
    const row = await db
      .insertInto('attestation')
      .values({ ...newDecision(terms), rule_id: rule, scope })
      .returningAll()
      .executeTakeFirstOrThrow();
    const after = toAttestation(row);
    const before = earlier ? toAttestation(earlier) : null;
    await writeAudit(db, { at, actor, verb: 'attest', what: describe(after), before, after });
    attested.push(withState(after, at));
  }
  return attested;
}

/** Ends the attestations in force of a rule, for these scopes or with null for all. */
export async function withdrawAttestations(
  db: Db,
  rule: string,
  scopes: readonly string[] | null,
  { actor, at }: DoneBy,
): Promise<StoredAttestation[]> {
  const rows = await db
    .selectFrom('attestation')
    .selectAll()
    .where('rule_id', '=', rule)
    .where('ended_at', 'is', null)
    .where('until_at', '>', at)
    .$if(scopes !== null, (query) => query.where('scope', 'in', scopes))
    .orderBy('id')
    .execute();
  const withdrawn: StoredAttestation[] = [];
  for (const row of rows) {
    const before = toAttestation(row);
    const after = toAttestation(await withdrawDecision(db, 'attestation', row.id, { actor, at }));
    await writeAudit(db, { at, actor, verb: 'withdraw', what: describe(after), before, after });
    withdrawn.push(withState(after, at));
  }
  return withdrawn;
}

const describe = ({ rule, scope }: Attestation): string => `${rule} on ${scope}`;

function readOpen(db: Db, rule: string, scope: string) {
  return db
    .selectFrom('attestation')
    .selectAll()
    .where('rule_id', '=', rule)
    .where('scope', '=', scope)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
}

function toAttestation(row: Selectable<Tables['attestation']>): Attestation {
  return { rule: row.rule_id, scope: row.scope, ...toDecision(row) };
}
