import type { GeneratedAlways, Selectable } from 'kysely';
import {
  type Decision,
  type DecisionState,
  type DoneBy,
  decisionState,
  type Ending,
} from '../findings/acceptance.ts';
import type { DecisionTerms } from '../ports/acceptance-store.ts';
import { isoTime } from '../shared/time.ts';
import type { Db, Tables } from './schema.ts';

/** A decision of a person; its columns of ending are null until it is ended. */
export interface DecisionColumns {
  id: GeneratedAlways<number>;
  reason: string;
  made_at: number;
  made_by: string;
  until_at: number;
  ended_at: number | null;
  ended_by: string | null;
  ended_kind: Ending['kind'] | null;
  ended_why: string | null;
}

export function toDecision(row: Selectable<DecisionColumns>): Decision {
  const { ended_at: at, ended_by: by, ended_kind: kind, ended_why: why } = row;
  const isEnded = at !== null && by !== null && kind !== null && why !== null;
  return {
    reason: row.reason,
    by: row.made_by,
    madeAt: isoTime(row.made_at),
    until: isoTime(row.until_at),
    ended: isEnded ? { at: isoTime(at), by, kind, why } : null,
  };
}

/** Columns of a decision that begins. */
export function newDecision({ actor, at, reason, until }: DecisionTerms) {
  return { reason, made_at: at, made_by: actor.name, until_at: Date.parse(until) };
}

function endColumns(ending: { at: number; by: string; kind: Ending['kind']; why: string }) {
  const { at, by, kind, why } = ending;
  return { ended_at: at, ended_by: by, ended_kind: kind, ended_why: why };
}

export const withState = <Made extends Decision>(
  decision: Made,
  at: number,
): Made & { state: DecisionState } => ({ ...decision, state: decisionState(decision, at) });

type DecisionTable = 'acceptance' | 'attestation' | 'exposed_acceptance';

/** Ends the decision of a row, and gives the row as it is then. */
export const endDecision = <Table extends DecisionTable>(
  db: Db,
  table: Table,
  id: number,
  ending: Parameters<typeof endColumns>[0],
): Promise<Selectable<Tables[Table]>> =>
  db
    .updateTable<DecisionTable>(table)
    .set(endColumns(ending))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow() as Promise<Selectable<Tables[Table]>>;

/** The same of a decision in the place of which another one is made; `why` is in words. */
export const replaceDecision = <Table extends DecisionTable>(
  db: Db,
  table: Table,
  id: number,
  { actor, at }: DoneBy,
  why: string,
): Promise<Selectable<Tables[Table]>> =>
  endDecision(db, table, id, { at, by: actor.name, kind: 'replaced', why });

/** The same of a decision that somebody withdraws. */
export const withdrawDecision = <Table extends DecisionTable>(
  db: Db,
  table: Table,
  id: number,
  { actor, at }: DoneBy,
): Promise<Selectable<Tables[Table]>> =>
  endDecision(db, table, id, { at, by: actor.name, kind: 'withdrawn', why: 'withdrawn' });
