import { openConversation } from '../../src/chat/conversation.ts';
import type { WaysOut } from '../../src/chat/public-post.ts';
import type { SlackMessage } from '../../src/views/slack-messages.ts';

const messageOf = (text: string): SlackMessage => ({ text, blocks: [] });

test('of many states of long work only those that are shown become messages', async () => {
  const { promise: shown, resolve } = Promise.withResolvers<string>();
  const sender = {
    async post(_place: unknown, { text }: SlackMessage) {
      resolve(text);
      return '1.1';
    },
  };
  const ways = { sender } as unknown as WaysOut;
  const asked = { channel: 'C1', user: 'U1' };
  const conversation = openConversation(ways, asked, 'key', null);
  const drawn: string[] = [];

  for (const text of ['one', 'two', 'three']) {
    conversation.showProgress(() => {
      drawn.push(text);
      return messageOf(text);
    });
  }
  expect(await shown).toBe('three');
  expect(drawn).toEqual(['three']);
});
