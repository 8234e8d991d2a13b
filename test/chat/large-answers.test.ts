import { type ChatApp, openChatApp, readable } from '../support/chat-app.ts';
import {
  hostileName,
  longName,
  storedContainer,
  storedFinding,
} from '../support/hostile-answers.ts';
import { findLiveText } from '../support/slack-text.ts';

const names = Array.from({ length: 400 }, (_, index) => `${longName.slice(0, 60)}-${index}.`);
const rules = Array.from({ length: 2_000 }, (_, index) => `rule-${index}.`);
let app: ChatApp;

beforeEach(async () => {
  app = await openChatApp({
    rateLimits: false,
    change: ({ store }) => ({
      store: {
        ...store,
        listContainers: async () =>
          [...names, hostileName].map((name) => storedContainer({ name })),
        listOpenFindings: async () => rules.map((rule) => storedFinding({ rule })),
      },
    }),
  });
});
afterEach(() => app.close());

const posts = () => app.workspace.messages('security').filter(({ isFromApp }) => isFromApp);
const privately = () =>
  app.workspace.ephemerals('security', 'alice').filter(({ isFromApp }) => isFromApp);

test('four hundred containers all arrive in a thread, in valid messages', async () => {
  await app.workspace.sendMention({ text: 'containers' });
  await app.answered(1);

  const shown = posts().map(readable).join('\n');
  expect(names.filter((name) => !shown.includes(name))).toEqual([]);
  expect(posts().length).toBeGreaterThan(3);
  expect(app.workspace.violations).toEqual([]);
});

test('privately they are cut with a word on how to see the rest', async () => {
  await app.workspace.sendCommand({ text: 'containers' });
  await app.answered(1);

  expect(privately()).toHaveLength(5);
  const last = privately().at(-1);
  expect(last && readable(last)).toMatch(/… and \d+ more pages\. Mention me/);
  expect(app.workspace.violations).toEqual([]);
});

test('two thousand findings say how many are not spelled out', async () => {
  await app.workspace.sendCommand({ text: 'scan' });
  await app.answered(1);

  await app.workspace.sendCommand({ text: 'findings' });
  await app.answered(2);

  expect(privately().map(readable).join('\n')).toContain('and 1960 more findings');
  expect(app.workspace.violations).toEqual([]);
});

test('in a channel without the bot, why it is private comes before the details', async () => {
  const { id } = app.workspace.channels.create({ name: 'elsewhere', hasBot: false });

  await app.workspace.sendCommand({ text: 'scan', channel: id });
  await app.answered(1);

  const shown = app.workspace.ephemerals(id, 'alice').filter(({ isFromApp }) => isFromApp);
  expect(shown[1] && readable(shown[1])).toContain('not_in_channel');
});

test.each(['containers', 'findings', 'inspect evil', 'explain <!channel>', 'scan on <@U1|x>'])(
  'in the answer to “%s” nothing pings, links, formats or acts',
  async (text) => {
    await app.workspace.sendMention({ text });
    await app.workspace.sendCommand({ text });
    await app.answered(2);

    const messages = [...posts(), ...privately()];
    expect(messages.length).toBeGreaterThan(1);
    expect(messages.flatMap(findLiveText)).toEqual([]);
    expect(app.workspace.violations).toEqual([]);
  },
);
