import { silentLogger } from '../../../src/shared/logger.ts';
import { runInTerminal } from '../../../src/terminal/run-in-terminal.ts';
import { answerDocument } from '../../../src/views/answer.ts';
import { terminalText } from '../../../src/views/terminal-text.ts';
import { askFor, typeLine } from '../../support/asking.ts';
import { type ChatApp, openChatApp, readable } from '../../support/chat-app.ts';
import { press } from '../../support/pressing.ts';

let app: ChatApp;
/** Read at the start of the app. */
let keepsMisses = false;

beforeAll(async () => {
  app = await openChatApp({ rateLimits: false, change: () => ({ keepsMisses }) });
  await app.workspace.sendCommand({ text: 'scan on all' });
  await app.answered(1);
});
afterAll(() => app.close());

/** Questions, each with the line that it means. */
const questions: readonly (readonly [string, string])[] = [
  ['which containers run as root?', 'containers root'],
  ['who has the docker socket on web-1', 'containers docker-socket on web-1'],
  ['are we affected by CVE-2024-3094?', 'exposure CVE-2024-3094'],
  ['what changed since yesterday', 'diff since 1d'],
  ['why is a privileged container bad?', 'explain no-privileged-container'],
  ['how secure are we?', 'posture'],
  ['are you ok', 'status'],
];
/** Four of the ways to ask; each gives the line that was understood. */
const ways = {
  async slash(question: string) {
    return (await typeLine(app, question)).understood?.line;
  },
  async mention(question: string) {
    const asked = app.answers.length;
    await app.workspace.sendMention({ text: `<@${app.workspace.botUserId}> ${question}` });
    await app.answered(asked + 1);
    return app.answers[asked]?.understood?.line;
  },
  async message(question: string) {
    const asked = app.answers.length;
    await app.workspace.sendDirectMessage({ text: question });
    await app.answered(asked + 1);
    return app.answers[asked]?.understood?.line;
  },
  async terminal(question: string) {
    const data = JSON.parse((await inTerminal(['ask', question], true)).said);
    return data.understood?.line;
  },
};

async function inTerminal(words: readonly string[], isJson = false) {
  let said = '';
  const say = (text: string) => {
    said += text;
  };
  const code = await runInTerminal(app.context(), {
    ...{ words, isJson, failOn: null, reference: 'a1b2', stdout: say, stderr: say },
    openLog: async () => silentLogger,
  });
  return { code, said };
}

describe.each(Object.entries(ways))('by %s', (_way, understood) => {
  test.each(questions)('“%s” is “%s”', async (question, line) => {
    expect(await understood(question)).toBe(line);
  });
});

const lastPrivate = () => app.workspace.ephemerals('security', 'alice').at(-1);
const lastPosts = () => app.workspace.messages('security').filter(({ isFromApp }) => isFromApp);

test('a message in a thread, or below another in a direct one, says only what is other than before', async () => {
  const answerTo = async (send: () => Promise<unknown>) => {
    const asked = app.answers.length;
    await send();
    await app.answered(asked + 1);
    return app.answers[asked];
  };
  const mention = (question: string, threadTs?: string) =>
    answerTo(() =>
      app.workspace.sendMention({
        text: `<@${app.workspace.botUserId}> ${question}`,
        ...(threadTs && { threadTs }),
      }),
    );
  const direct = (text: string) => answerTo(() => app.workspace.sendDirectMessage({ text }));
  const { ts } = app.workspace.postAsUser({ text: 'how bad is it?' });

  expect(await mention('findings critical on web-1', ts)).not.toHaveProperty('understood');
  expect(await mention('and high?', ts)).toMatchObject({
    ...{ kind: 'findings', filter: { severities: ['high'] } },
    understood: { line: 'findings high on web-1', ignored: [] },
  });
  expect(await mention('findings critcal', ts)).toMatchObject({ kind: 'problem' });
  expect(await mention('only medium ones', ts)).toMatchObject({
    understood: { line: 'findings medium on web-1' },
  });
  // In no thread it is a question of its own.
  expect(await mention('and high?')).toMatchObject({ understood: { line: 'findings high' } });

  expect(await direct('which containers run as root?')).toMatchObject({ kind: 'containers' });
  expect(await direct('what about web-1?')).toMatchObject({
    understood: { line: 'containers root on web-1' },
  });
  expect(await typeLine(app, 'and high?')).toMatchObject({
    understood: { line: 'findings high' },
  });
});

test('the answer says what was understood and what was ignored', async () => {
  const answer = await askFor(app, 'containers', 'which containers run as root upstairs?');
  const shown = [lastPrivate(), ...lastPosts().slice(-3)].flatMap((one) =>
    one ? [readable(one)] : [],
  );

  expect(answer.facets).toEqual(['root']);
  expect(answer.understood).toEqual({ line: 'containers root', ignored: ['upstairs'] });
  expect(shown.join('\n')).toMatch(/I understood:.*containers root.*ignored: upstairs/s);
  expect(terminalText(answerDocument(answer))).toContain('I understood: containers root');
});

test('whether that was right is said by two small buttons, or by ordinary ones where Slack has no others', async () => {
  const lastAnswer = () => app.workspace.ephemerals('C0SECURIT', 'alice').at(-1);
  const types = () => lastAnswer()?.blocks.map(({ type }) => type) ?? [];
  await typeLine(app, 'are you ok');
  expect(types()).toContain('context_actions');

  const asked = app.answers.length;
  await press(app, lastAnswer(), 'Understood');
  await app.answered(asked + 1);
  expect(app.answers.at(-1)).toMatchObject({ kind: 'feedback', isGood: true, question: null });
  const { entries } = await app.context().audit.list({ verb: 'feedback' }, 1);
  expect(entries).toMatchObject([{ what: 'right: status', outcome: 'done' }]);

  app.workspace.faults.add({ kind: 'refuse-block', blockType: 'context_actions' });
  await typeLine(app, 'are you ok');
  expect(types()).not.toContain('context_actions');
  await press(app, lastAnswer(), 'Not what I asked');
  await app.answered(asked + 3);
  expect(app.answers.at(-1)).toMatchObject({ kind: 'feedback', isGood: false, question: null });
});

test('a command is run as it is typed, and one with a slip is still corrected', async () => {
  expect(await typeLine(app, 'containers root')).not.toHaveProperty('understood');
  expect(await typeLine(app, 'containrs root')).toMatchObject({
    ...{ kind: 'problem', correctedLine: 'containers root' },
  });
  expect(await typeLine(app, 'scan web-1')).toMatchObject({
    ...{ kind: 'problem', correctedLine: 'scan on web-1' },
  });
  expect(await typeLine(app, 'nonsense')).toMatchObject({ kind: 'problem', cause: 'mistake' });
});

test('what it is not sure of is asked back, to the one who asked alone, and a button answers', async () => {
  const asked = app.answers.length;
  await app.workspace.sendMention({
    text: `<@${app.workspace.botUserId}> critical vulnerabilities`,
  });
  await app.answered(asked + 1);

  expect(app.answers[asked]).toMatchObject({ kind: 'ask', asks: 'choose' });
  const shown = lastPrivate();
  expect(readable(shown ?? { text: '', blocks: [] })).toContain('I am not sure what you mean');

  await press(app, shown, 'findings critical');
  await app.answered(asked + 2);
  expect(app.answers[asked + 1]).toMatchObject({
    ...{ kind: 'findings', filter: { severities: ['critical'] } },
  });
});

test('a name that nobody knows is asked for, with those that there are', async () => {
  const host = await askFor(app, 'ask', 'which containers are privileged on web9?');
  const container = await askFor(app, 'ask', 'inspect the foobar container please');

  expect(host).toMatchObject({
    ...{ asks: 'name', missing: { what: 'host', typed: 'web9' } },
    next: expect.arrayContaining(['containers privileged on web-1']),
  });
  expect(container).toMatchObject({
    asks: 'name',
    missing: { what: 'container', typed: 'foobar' },
  });
  expect(container.next[0]).toMatch(/^inspect /);
});

test('nothing of Seawall’s is said to be so, and nothing runs', async () => {
  const before = app.snapshots.length;
  for (const question of [
    'what is the weather like?',
    'restart redis for me please',
    'tell me a joke',
  ]) {
    expect(await askFor(app, 'ask', question)).toMatchObject({ asks: 'none', lines: [] });
  }
  expect(app.snapshots).toHaveLength(before);
});

test.each(['thanks', 'Hello', 'thanks!', 'Thanks.', 'hi!', 'thank you very much!'])(
  '%s is no mistake',
  async (text) => {
    const { counted } = await app.context().misses.list();
    const before = app.answers.length;
    await app.workspace.sendMention({ text: `<@${app.workspace.botUserId}> ${text}` });
    await app.answered(before + 1);

    expect(app.answers[before]).toMatchObject({ kind: 'ask', asks: 'nothing', next: ['help'] });
    expect(await app.context().misses.list()).toMatchObject({ counted });
  },
);

test('a decision is never made by a question: its line is given', async () => {
  const off = await askFor(app, 'ask', 'please switch the daily digest off');
  const accept = await askFor(app, 'ask', 'please accept the risk of CVE-2024-13176 for 30 days');

  expect(off).toMatchObject({ asks: 'confirm', next: ['digest off'] });
  expect(accept.lines[0]?.line).toBe('accept CVE-2024-13176 --until 30d --reason "…"');
  expect(accept.next).toEqual([]);
});

test('a reason that is written in the question is that of the decision, and nothing is made up', async () => {
  const question =
    'please accept CVE-2024-13176 in openssl, reason "no private key: 5 < 6, see #12"';
  const line = 'accept CVE-2024-13176 openssl --reason "no private key: 5 < 6, see #12"';
  const forever = await askFor(app, 'ask', question);
  const whole = await askFor(app, 'ask', `${question} for 30 days`);

  expect(forever.lines.map((one) => one.line)).toEqual([`${line} --until "…"`]);
  expect(forever.next).toEqual([]);
  expect(whole).toMatchObject({ asks: 'confirm', next: [`${line} --until 30d`] });

  const flags = 'please accept CVE-2024-13176 in openssl, reason "as said --until then --withdraw"';
  const [offered] = (await askFor(app, 'ask', flags)).lines;
  expect(offered?.line).toMatch(/ --reason "as said --until then --withdraw" --until "…"$/);
});

test('who may not run the line is refused as by the line itself', async () => {
  expect(await typeLine(app, 'who accepted risks recently?')).toMatchObject({
    ...{ kind: 'problem', cause: 'refused', understood: { line: 'audit accept' } },
  });
});

test('a question that was not understood is counted alone, and nobody is asked to keep it', async () => {
  const { counted } = await app.context().misses.list();
  const answer = await askFor(app, 'ask', 'which kangaroo sings about my containers?');

  expect(answer).toMatchObject({ asks: 'none', keep: null });
  expect(await app.context().misses.list()).toEqual({ kept: [], counted: counted + 1 });
  expect(readable(lastPrivate() ?? { text: '', blocks: [] })).not.toContain('Keep this question');
});

describe('where the settings let people keep questions', () => {
  const question = 'which kangaroo sings about & my *containers*?';
  const misses = () => app.context().misses;
  const answerTo = async (act: () => Promise<unknown>) => {
    const asked = app.answers.length;
    await act();
    await app.answered(asked + 1);
    return lastPrivate();
  };

  beforeAll(async () => {
    keepsMisses = true;
    await app.restart();
  });
  afterAll(async () => {
    keepsMisses = false;
    await app.restart();
  });

  test('an answer to another question is told apart, counted, and kept only by one more press', async () => {
    const asked = await answerTo(() =>
      app.workspace.sendCommand({ text: 'which containers run as root?' }),
    );
    const { counted } = await misses().list();

    const told = await answerTo(() => press(app, asked, 'Not what I asked'));
    expect((await misses().list()).counted).toBe(counted + 1);
    expect((await misses().list()).kept).toEqual([]);
    const { entries } = await app.context().audit.list({ verb: 'feedback' }, 2);
    expect(entries[0]).toMatchObject({ what: 'wrong: containers root' });
    expect(JSON.stringify(entries)).not.toContain('which');

    const kept = await answerTo(() => press(app, told, 'Keep this question'));
    expect((await misses().list()).kept).toMatchObject([
      { question: expect.stringContaining('run as root') },
    ]);
    await answerTo(() => press(app, kept, 'Erase it'));
  });

  test('its text is kept when its asker presses the button, shown to nobody else, and erased again', async () => {
    const asked = await answerTo(() => app.workspace.sendCommand({ text: question }));
    expect((await misses().list()).kept).toEqual([]);

    const kept = await answerTo(() => press(app, asked, 'Keep this question'));
    expect((await misses().list()).kept).toMatchObject([{ question }]);
    expect(readable(kept ?? { text: '', blocks: [] })).toContain(question);

    await answerTo(() => press(app, kept, 'Erase it'));
    expect((await misses().list()).kept).toEqual([]);
    const { entries } = await app.context().audit.list({}, 2);
    expect(entries.map(({ verb }) => verb)).toEqual(['ask forget', 'ask keep']);
    expect(JSON.stringify(entries)).not.toContain('kangaroo');
  });
});

test('the terminal ends with 2 for what is asked back', async () => {
  expect((await inTerminal(['ask', 'what is the weather like?'])).code).toBe(2);
  expect((await inTerminal(['which containers run as root?'])).code).toBe(0);
});
