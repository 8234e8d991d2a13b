import { sql } from 'kysely';
import type { Trim } from './trim.ts';

const NOTHING = JSON.stringify({ kind: 'share', document: null });

/** What a button would have shared is the largest thing of its row, and of no use once it is expired. */
export const dropSharedDocuments: Trim = async (db, { now }, rows) => {
  const { numAffectedRows } = await sql`
    update action_token set intent_json = ${NOTHING} where token in (
      select token from action_token
      where expires_at <= ${now} and intent_json ->> 'kind' = 'share'
        and intent_json ->> 'document' is not null
      limit ${rows})`.execute(db);
  return Number(numAffectedRows ?? 0);
};
