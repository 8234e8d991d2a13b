import type { OutboxMessage } from '../../src/ports/outbox.ts';
import { owed } from './outbox-rig.ts';

export const numberedChannels = ['C0SECURIT', 'C0GENERAL', 'C0THIRD00'];

/** What is put together, in the order of putting: a message with a reply and a newer state each. */
export function numberedMessages(count: number): OutboxMessage[][] {
  return Array.from({ length: count }, (_, index) =>
    numberedChannels.flatMap((channel) => {
      const key = `${channel} ${String(index).padStart(3, '0')}`;
      return [
        owed(key, { channel }),
        owed(`${key} reply`, { channel, action: { kind: 'post', threadOf: key } }),
      ];
    }),
  );
}
