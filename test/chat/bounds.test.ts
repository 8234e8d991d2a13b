import { boundedReply } from '../../src/chat/reply.ts';
import { withShare } from '../../src/chat/share.ts';
import type { Uploads } from '../../src/chat/uploads.ts';
import { shareFile } from '../../src/chat/uploads.ts';
import { type Document, paragraph } from '../../src/views/document.ts';
import { plainNotice, slackReply } from '../../src/views/slack-messages.ts';

const documentOf = (paragraphs: number): Document => ({
  headline: 'An answer',
  summary: [paragraph('short')],
  details: Array.from({ length: paragraphs }, (_, index) =>
    paragraph(`${index} ${'x'.repeat(800)}`),
  ),
  next: [],
});

describe('an answer', () => {
  test('has at most twenty messages below it, and says how many more there are', () => {
    const reply = slackReply(documentOf(1_000));
    const { message, thread } = boundedReply(reply);

    expect(reply.thread.length).toBeGreaterThan(50);
    expect(message).toEqual(reply.message);
    expect(thread).toHaveLength(20);
    expect(thread.slice(0, 19)).toEqual(reply.thread.slice(0, 19));
    expect(thread[19]?.text).toContain(`and ${reply.thread.length - 19} more messages`);
  });

  test('that fits is left as it is', () => {
    const reply = {
      message: plainNotice('x'),
      thread: Array.from({ length: 20 }, () => plainNotice('y')),
    };
    expect(boundedReply(reply)).toEqual(reply);
  });

  test('is stored to be shared only while it is of a size that people read', () => {
    expect(withShare(documentOf(3), 'findings').actions).toHaveLength(1);
    expect(withShare(documentOf(1_000), 'findings').actions ?? []).toEqual([]);
  });
});

test.each([
  [20_000_000, 'is uploaded'],
  [20_000_001, 'is named with the line that gives it in a terminal'],
])('a file of %i bytes %s', async (bytes) => {
  const uploaded: string[] = [];
  const uploads: Pick<Uploads, 'share'> = {
    async share(_place, { name }) {
      uploaded.push(name);
    },
  };
  const file = {
    name: 'a.json',
    content: Buffer.alloc(bytes),
    terminalLine: 'seawall export json',
  };

  const instead = await shareFile(uploads, { channel: 'C1' }, file);

  const isTooLarge = bytes > 20_000_000;
  expect(uploaded).toEqual(isTooLarge ? [] : ['a.json']);
  expect(instead?.text ?? '').toMatch(isTooLarge ? /it has 21 MB.*seawall export json/ : /^$/);
});
