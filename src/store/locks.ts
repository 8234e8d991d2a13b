import { compareText } from '../shared/text.ts';
import type { Db } from './schema.ts';

// What a transaction is about, held until it ends. On PostgreSQL two that write about the same wait for one
// another here, and whoever waited begins anew with what the other wrote; without it both would go on, and
// the longer one would be undone, or each would decide by what the other is changing. So it comes first, in
// one order. Keys of rows of one host grow in the order in which they can be read, for the same reason.

/** Holds those of these hosts that are known. A scan holds its host by `ensureHost`. */
export async function lockHosts(db: Db, names: readonly string[]): Promise<void> {
  for (const name of inOrder(names)) await lockHost(db, name);
}

/** Holds a host; its key, or null where it is not known. */
export async function lockHost(db: Db, name: string): Promise<number | null> {
  const held = await db
    .updateTable('host')
    .set({ name })
    .where('name', '=', name)
    .returning('id')
    .executeTakeFirst();
  return held?.id ?? null;
}

/** Holds channels, also such as nothing was ever put for. */
export async function lockChannels(db: Db, channels: readonly string[]): Promise<void> {
  for (const channel of inOrder(channels)) {
    await db
      .insertInto('outbox_channel')
      .values({ channel })
      .onConflict((conflict) => conflict.column('channel').doUpdateSet({ channel }))
      .execute();
  }
}

const inOrder = (names: readonly string[]) => [...new Set(names)].sort(compareText);
