import type { Trim } from './trim.ts';

/**
 * What a button would have shared is the largest thing of its row, and of no use once it is expired. The
 * row is written anew: where it shrinks, its page stays as empty as it is then.
 */
export const dropSharedDocuments: Trim = async (db, { now }, rows) => {
  const expired = await db
    .deleteFrom('action_token')
    .where('token', 'in', (eb) =>
      eb
        .selectFrom('action_token')
        .select('token')
        .where('expires_at', '<=', now)
        .where(eb.ref('intent_json', '->>').key('kind' as never), '=', 'share' as never)
        .where(eb.ref('intent_json', '->>').key('document' as never), 'is not', null)
        .limit(rows),
    )
    .returningAll()
    .execute();
  if (expired.length === 0) return 0;
  const nothing = JSON.stringify({ kind: 'share', document: null });
  await db
    .insertInto('action_token')
    .values(expired.map((row) => ({ ...row, intent_json: nothing })))
    .execute();
  return expired.length;
};
