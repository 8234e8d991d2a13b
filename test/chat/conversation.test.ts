import { openConversation } from '../../src/chat/conversation.ts';
import type { WaysOut } from '../../src/chat/public-post.ts';
import type { SlackMessage } from '../../src/views/slack-messages.ts';
import { until } from '../support/until.ts';

const messageOf = (text: string): SlackMessage => ({ text, blocks: [] });

/** A conversation, what was shown of it, and what its log says. */
function open() {
  const shown: string[] = [];
  const logged: string[] = [];
  const sender = {
    async post(_place: unknown, { text }: SlackMessage) {
      shown.push(text);
      return '1.1';
    },
  };
  const log = { error: (_more: unknown, text: string) => logged.push(text) };
  const ways = { sender, log } as unknown as WaysOut;
  const conversation = openConversation(ways, { channel: 'C1', user: 'U1' }, 'key', null);
  return { conversation, shown, logged };
}

test('of many states of long work only those that are shown become messages', async () => {
  const { conversation, shown } = open();
  const drawn: string[] = [];

  for (const text of ['one', 'two', 'three']) {
    conversation.showProgress(() => {
      drawn.push(text);
      return messageOf(text);
    });
  }
  await until(() => shown.length > 0);
  expect(shown).toEqual(['three']);
  expect(drawn).toEqual(['three']);
});

test('a state that cannot be drawn is logged, and the next one is shown', async () => {
  const { conversation, shown, logged } = open();

  conversation.showProgress(() => {
    throw new Error('a bug');
  });
  await until(() => logged.length > 0);
  conversation.showProgress(() => messageOf('two'));
  await until(() => shown.length > 0);
  expect(shown).toEqual(['two']);
});
