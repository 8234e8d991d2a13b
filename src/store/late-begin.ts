import type { ClientBase } from 'pg';

const BEGIN = /^start transaction/;
const END = /^(commit|rollback)$/;

type Query = (text: unknown, ...more: unknown[]) => Promise<unknown>;

/** As far as it is used here; `pg` does not declare it. */
interface Corked {
  connection: { stream: { cork(): void; uncork(): void; destroy(): void } };
}

/**
 * Lets a connection, which has to be one that pipelines, send the begin of a transaction together with its first
 * statement: what that one reads is what the transaction reads, and the server is woken once. A transaction without
 * a statement is none.
 */
export function sendBeginLate(client: ClientBase): void {
  const query = client.query.bind(client) as Query;
  const { stream } = (client as unknown as Corked).connection;
  let begin: string | null = null;

  const queryLate: Query = async (text, ...more) => {
    if (typeof text === 'string' && BEGIN.test(text)) {
      begin = text;
      return { command: 'BEGIN', rowCount: null, rows: [] };
    }
    if (begin === null) return query(text, ...more);
    const waiting = begin;
    begin = null;
    if (typeof text === 'string' && END.test(text)) {
      return { command: text.toUpperCase(), rowCount: null, rows: [] };
    }
    stream.cork();
    // Without its transaction nothing that follows may stand.
    const begun = query(waiting).catch((error: unknown) => {
      stream.destroy();
      throw error;
    });
    const answered = query(text, ...more);
    stream.uncork();
    const [, answer] = await Promise.all([begun, answered]);
    return answer;
  };
  Object.assign(client, { query: queryLate });
}
