import type { ClientBase } from 'pg';

const BEGIN = /^start transaction/;
const END = /^(commit|rollback)$/;

type Query = (text: unknown, ...more: unknown[]) => Promise<unknown>;

/** As far as it is used here; `pg` does not declare it. */
interface Corked {
  connection: { stream: { cork(): void; uncork(): void; destroy(): void } };
}

/**
 * Lets a connection, which has to be one that pipelines, hand the begin of a transaction and its first statement to
 * the network in one write: two messages, each with an answer of its own. A begin that fails breaks the connection, so
 * that nothing follows but that one statement, which the server may have run by itself. A transaction without a
 * statement is none.
 */
export function sendBeginLate(client: ClientBase): void {
  const query = client.query.bind(client) as Query;
  const { stream } = (client as unknown as Corked).connection;
  let begin: string | null = null;

  function sendBoth(waiting: string, first: Parameters<Query>): Promise<unknown>[] {
    stream.cork();
    try {
      const begun = query(waiting);
      // Without its transaction nothing that follows may stand.
      begun.catch(() => stream.destroy());
      return [begun, query(...first)];
    } finally {
      stream.uncork();
    }
  }

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
    const [, answer] = await Promise.all(sendBoth(waiting, [text, ...more]));
    return answer;
  };
  Object.assign(client, { query: queryLate });
}
