import type { Outbox } from '../../src/ports/outbox.ts';
import type { Store } from '../../src/store/open-store.ts';
import type { TemporaryDatabase } from './temporary-database.ts';

export interface PutRow {
  id: number;
  key: string;
  channel: string;
  /** JSON. */
  payload: string;
}

/** The outbox of a store, of which nothing is sent, and its rows. */
export function storedOutbox(
  store: Store,
  place: TemporaryDatabase,
): Outbox & { rows(): PutRow[] } {
  return {
    put: (messages) => store.outbox.put(messages, Date.now()),
    rows: () =>
      place
        .rows<Omit<PutRow, 'payload'> & { payload_json: string }>(
          'select id, key, channel, payload_json from outbox order by id',
        )
        .map(({ payload_json, ...row }) => ({
          ...row,
          payload: JSON.stringify(JSON.parse(payload_json).payload),
        })),
  };
}
