import type { Message } from '../../../demo/workspace/message.ts';
import { type ChatApp, openChatApp, readable } from '../../support/chat-app.ts';
import {
  hostileName,
  longName,
  storedContainer,
  storedFinding,
} from '../../support/hostile-answers.ts';
import { press, pressable } from '../../support/pressing.ts';
import { scanRecord } from '../../support/scan-records.ts';
import { findLiveText } from '../../support/slack-text.ts';

const names = Array.from({ length: 400 }, (_, index) => `${longName.slice(0, 60)}-${index}.`);
const rules = Array.from({ length: 400 }, (_, index) => `rule-${index}.`);
let app: ChatApp;
/** Each test has one of its own. */
let channel: string;
let channels = 0;
/** Answers before the test. */
let before: number;

async function openFilled(): Promise<ChatApp> {
  const filled = await openChatApp({ rateLimits: false });
  await filled.context().store.saveScan(
    scanRecord({
      containers: [...names, hostileName].map((name, index) => ({
        ...storedContainer({ name, id: `c${index}` }),
        surface: null,
      })),
      findings: rules.map((rule) => ({
        ...storedFinding({ rule, fingerprint: rule }),
        binding: [],
      })),
    }),
  );
  return filled;
}
beforeAll(async () => {
  app = await openFilled();
});
beforeEach(() => {
  channels += 1;
  channel = app.workspace.channels.create({ name: `large-${channels}` }).id;
  before = app.answers.length;
});
afterAll(() => app.close());

const answered = (count: number) => app.answered(before + count);
const posts = () => app.workspace.messages(channel).filter(({ isFromApp }) => isFromApp);
const privately = () =>
  app.workspace.ephemerals(channel, 'alice').filter(({ isFromApp }) => isFromApp);

/** Turns pages until there is no next one; gives everything that was shown. */
async function turnPages(
  first: string,
  list: () => readonly Message[],
  turn: (message: Message) => Promise<unknown>,
): Promise<string> {
  await answered(1);
  for (let page = 2; ; page += 1) {
    const last = list().findLast(({ blocks }) => pressable(blocks).length > 0);
    const hasNext = pressable(last?.blocks ?? []).some(({ label }) => label === 'Next page');
    if (!hasNext || last === undefined) return list().map(readable).join(first);
    await turn(last);
    await answered(page);
  }
}

test('four hundred containers all arrive page by page, in valid messages', async () => {
  await app.workspace.sendCommand({ text: 'containers', channel });

  const shown = await turnPages('', privately, (message) => press(app, message, 'Next page'));

  expect(names.filter((name) => !shown.includes(name))).toEqual([]);
  expect(app.answers.slice(before)).toHaveLength(9);
  expect(app.workspace.violations).toEqual([]);
});

test('a mention has its pages as well', async () => {
  await app.workspace.sendMention({ text: 'containers', channel });
  await answered(1);
  const [first] = posts();

  await press(app, first, 'Next page');
  await answered(2);

  expect(posts().map(readable).join('\n')).toContain('1 to 50 of 401, and 351 more on the next');
  expect(privately().map(readable).join('\n')).toContain('51 to 100 of 401');
  expect(app.workspace.violations).toEqual([]);
});

test('four hundred findings all arrive page by page', async () => {
  await app.workspace.sendCommand({ text: 'findings', channel });
  await answered(1);
  expect(privately().map(readable).join('\n')).toContain('and 360 more on the next page');

  for (let page = 2; page <= 10; page += 1) {
    const last = privately().findLast(({ blocks }) => pressable(blocks).length > 0);
    await press(app, last, 'Next page');
    await answered(page);
  }

  const shown = privately().map(readable).join('\n');
  expect(rules.filter((rule) => !shown.includes(rule))).toEqual([]);
  expect(shown).toContain('361 to 400 of 400: the end of the list.');
  expect(app.workspace.violations).toEqual([]);
});

test('in a channel without the bot, why it is private comes before the details', async () => {
  // A scan takes away what the other tests look at.
  const other = await openFilled();
  const { id } = other.workspace.channels.create({ name: 'elsewhere', hasBot: false });

  await other.workspace.sendCommand({ text: 'scan', channel: id });
  await other.answered(1);

  const shown = other.workspace.ephemerals(id, 'alice').filter(({ isFromApp }) => isFromApp);
  await other.close();
  expect(shown[1] && readable(shown[1])).toContain('not_in_channel');
});

test.each(['containers', 'findings', 'inspect evil', 'explain <!channel>', 'scan on <@U1|x>'])(
  'in the answer to “%s” nothing pings, links, formats or acts',
  async (text) => {
    await app.workspace.sendMention({ text, channel });
    await app.workspace.sendCommand({ text, channel });
    await answered(2);

    const messages = [...posts(), ...privately()];
    expect(messages.length).toBeGreaterThan(1);
    expect(messages.flatMap(findLiveText)).toEqual([]);
    expect(app.workspace.violations).toEqual([]);
  },
);
