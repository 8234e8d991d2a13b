import type { Message } from '../../../demo/workspace/message.ts';
import {
  type ChatApp,
  type ChatAppOptions,
  openChatApp,
  readable,
  refuseSecretsInLog,
} from '../../support/chat-app.ts';
import { type SeedOptions, seedHistory } from '../../support/seed-history.ts';

let app: ChatApp;
const open = async (options: ChatAppOptions & Partial<SeedOptions> = {}) => {
  const { days = 14, down = [], ...ofApp } = options;
  app = await openChatApp({ rateLimits: false, ...ofApp });
  await seedHistory(app.database, { now: Date.now(), days, down });
};
afterEach(async () => {
  refuseSecretsInLog(app);
  await app.close();
});

const security = 'C0SECURIT';
const words = 'Score of web-1, of 100.';
const withoutFiles = ['commands', 'chat:write', 'app_mentions:read', 'im:history'];

const blocksOf = (type: string, message: Message | undefined) =>
  (message?.blocks ?? []).filter((block) => block.type === type);
const uploads = () => app.workspace.calls.filter(({ method }) => method === 'upload');
const fromApp = (messages: Message[]) => messages.filter(({ isFromApp }) => isFromApp);
/** The first message of the answer to a mention, which everyone sees. */
const answerInChannel = async (line: string): Promise<Message | undefined> => {
  const answersBefore = app.answers.length;
  const messagesBefore = app.workspace.messages(security).length;
  await app.workspace.sendMention({ text: line });
  await app.answered(answersBefore + 1);
  return fromApp(app.workspace.messages(security).slice(messagesBefore))[0];
};
const answerPrivately = async (line: string): Promise<Message | undefined> => {
  await app.workspace.sendCommand({ text: line });
  await app.answered(1);
  return fromApp(app.workspace.ephemerals(security, 'alice'))[0];
};
/** The picture as whoever may read files gets it. */
async function pictureOf(image: Record<string, unknown> | undefined): Promise<Buffer> {
  const { id } = (image?.slack_file ?? { id: 'none' }) as { id: string };
  const { origin } = new URL(app.workspace.apiUrl);
  const headers = { authorization: `Bearer ${app.workspace.botToken}` };
  const answer = await fetch(`${origin}/files/${id}/chart.png`, { headers });
  return Buffer.from(await answer.arrayBuffer());
}
const refuseCharts = () =>
  app.workspace.faults.add({
    kind: 'refuse-block',
    blockType: 'data_visualization',
    count: 100,
  });

test('a history in a thread has Slack’s own charts, with words below them', async () => {
  await open();
  const message = await answerInChannel('history on web-1');

  expect(blocksOf('data_visualization', message)).toMatchObject([
    { title: words.slice(0, -1), chart: { type: 'line', series: [{ name: 'web-1' }] } },
    {
      chart: {
        series: [{ name: 'critical' }, { name: 'high' }, { name: 'medium' }, { name: 'low' }],
      },
    },
  ]);
  expect(readable(message ?? { text: '', blocks: [] })).toContain(words);
  expect(uploads()).toEqual([]);
  expect(app.workspace.violations).toEqual([]);
});

test('whoever asks by command alone gets them too', async () => {
  await open();
  const message = await answerPrivately('history on web-1');

  expect(blocksOf('data_visualization', message)).toHaveLength(2);
  expect(app.workspace.violations).toEqual([]);
});

test('days that were not read make it a picture, with its words for who cannot see it', async () => {
  await open({ down: [3, 4] });
  const message = await answerInChannel('history on web-1');
  const [image, second] = blocksOf('image', message);

  expect(blocksOf('data_visualization', message)).toEqual([]);
  expect(image?.alt_text).toContain(words);
  expect(image?.alt_text).toContain('Not read, so not drawn');
  expect(second?.alt_text).toContain('Open findings on web-1.');
  expect((await pictureOf(image)).subarray(1, 4).toString()).toBe('PNG');
  expect(app.workspace.violations).toEqual([]);
});

test('where Slack refuses charts a picture stands in, and charts are not tried again', async () => {
  await open();
  refuseCharts();
  const first = await answerInChannel('history on web-1');
  expect(blocksOf('image', first)).toHaveLength(2);
  const refused = () =>
    app.workspace.calls.filter(({ answer }) => JSON.stringify(answer).includes('invalid_blocks'));
  expect(refused()).toHaveLength(1);

  const second = await answerInChannel('history on web-1');
  expect(blocksOf('image', second)).toHaveLength(2);
  expect(refused()).toHaveLength(1);
  // The same picture is not uploaded twice.
  expect(uploads()).toHaveLength(2);
  expect(app.workspace.violations).toEqual([]);
});

test('a private answer gives way to a picture as well', async () => {
  await open();
  refuseCharts();
  const message = await answerPrivately('history on web-1');

  expect(blocksOf('image', message)).toHaveLength(2);
  expect(readable(message ?? { text: '', blocks: [] })).toContain(words);
});

test('in a channel without the bot the words arrive when the chart is refused', async () => {
  await open();
  refuseCharts();
  const { id } = app.workspace.channels.create({ name: 'elsewhere', hasBot: false });
  await app.workspace.sendCommand({ text: 'history on web-1', channel: id });
  await app.answered(1);
  const [message] = app.workspace.ephemerals(id, 'alice').filter(({ isFromApp }) => isFromApp);

  expect(message?.blocks.map(({ type }) => type)).not.toContain('data_visualization');
  expect(readable(message ?? { text: '', blocks: [] })).toContain(words);
});

test('a picture that Slack has not digested yet is tried again', async () => {
  await open({ down: [3] });
  const method = 'chat.postMessage';
  app.workspace.faults.add({ kind: 'error', error: 'invalid_blocks', method, count: 2 });
  const message = await answerInChannel('history on web-1');

  expect(blocksOf('image', message)).toHaveLength(2);
  expect(uploads()).toHaveLength(2);
});

test('a picture that no message may hold stands in the thread as a file', async () => {
  await open({ down: [3] });
  app.workspace.faults.add({ kind: 'refuse-block', blockType: 'image', count: 100 });
  const message = await answerInChannel('history on web-1');
  const files = fromApp(app.workspace.messages(security)).filter((one) => one.files.length > 0);

  expect(blocksOf('image', message)).toEqual([]);
  expect(readable(message ?? { text: '', blocks: [] })).toContain(words);
  expect(files.map(({ thread_ts: thread }) => thread)).toEqual([
    message?.thread_ts,
    message?.thread_ts,
  ]);
  expect(files[0]?.text).toContain(words);
});

test('without the scope the words stand, and say what is missing', async () => {
  await open({ down: [3], scopes: withoutFiles });
  const message = await answerInChannel('history on web-1');
  const shown = readable(message ?? { text: '', blocks: [] });

  expect(blocksOf('image', message)).toEqual([]);
  expect(shown).toContain(words);
  expect(shown).toContain('No picture here: the Slack app lacks the scope files:write.');
  expect(app.log.filter((line) => line.includes('"level":50'))).toEqual([]);
});

test('a long time is sampled in the chart and whole in the thread', async () => {
  await open({ days: 30 });
  const message = await answerInChannel('history on web-1');
  const [chart] = blocksOf('data_visualization', message);

  expect(JSON.stringify(chart)).toContain('20 of 30 points drawn');
  const thread = fromApp(app.workspace.messages(security)).flatMap(({ blocks }) => blocks);
  const rows = (thread as { elements?: { type: string; elements?: unknown[] }[] }[])
    .flatMap(({ elements = [] }) => elements)
    .map(({ type, elements = [] }) => (type === 'rich_text_list' ? elements.length : 0));
  expect(Math.max(...rows)).toBe(30);
});
