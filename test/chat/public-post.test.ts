import type { OutboxSender } from '../../src/chat/outbox.ts';
import { postPublicly } from '../../src/chat/public-post.ts';
import type { Sender } from '../../src/chat/sender.ts';
import { OutsideError } from '../../src/shared/errors.ts';
import { silentLogger } from '../../src/shared/logger.ts';

/** Posts one answer over an outbox whose first commits fail; what Slack got in the end. */
async function post(failures: number, isStored: boolean): Promise<string[]> {
  const posted: string[] = [];
  const rows = new Set<string>();
  let puts = 0;
  const outbox = {
    async put(messages) {
      puts += 1;
      if (puts > failures || isStored) for (const { key } of messages) rows.add(key);
      if (puts <= failures) throw new OutsideError('store-failed', 'the connection ended');
    },
    outcomeOf: async () => ({ state: 'sent', ts: '1.0' }),
  } as Partial<OutboxSender> as OutboxSender;
  const sender = {
    post: async () => {
      posted.push('directly');
      return '1.0';
    },
  } as Partial<Sender> as Sender;
  const message = { text: 'the answer', blocks: [] };
  await postPublicly(
    { sender, outbox, now: () => 0, log: silentLogger },
    { key: 'a', place: { channel: 'C1' }, reply: { message, thread: [] }, hasOtherWay: false },
  );
  return [...posted, ...rows];
}

test('a commit of which nobody heard is no reason to post twice', async () => {
  expect(await post(1, true)).toEqual(['a']);
});

test('without a database the answer is posted directly', async () => {
  expect(await post(2, false)).toEqual(['directly']);
});
