import { alerts } from '../../commands/alerts.ts';
import { digest } from '../../commands/digest.ts';
import { accessOf } from '../../src/command/access.ts';
import type { Command } from '../../src/command/command.ts';
import { askedWord, decides, knownFirstWord, permissionOf } from '../../src/command/permission.ts';
import { runLine } from '../../src/command/run-line.ts';
import { type OwnCore, openOwnCore } from '../support/own-core.ts';

const CHANNEL = 'C0123456789';
const viewer = 'U0VIEWER';
const operator = 'U0OPERATE';
const asked: [Command, string, 'view' | 'operate' | 'approve'][] = [
  [digest, '', 'view'],
  [digest, 'now', 'operate'],
  [digest, 'preview', 'operate'],
  [digest, 'off', 'approve'],
  [digest, 'schedule daily 09:00 UTC', 'approve'],
  [alerts, '', 'view'],
  [alerts, 'status', 'view'],
  [alerts, 'off', 'approve'],
  [alerts, 'on low', 'approve'],
];
const cases = asked.flatMap(([command, own, needs]) =>
  [`in ${CHANNEL} ${own}`, `${own} in ${CHANNEL}`, `IN #${CHANNEL} ${own}`].map((words) => ({
    ...{ command, name: command.name, words: words.trim(), own, needs },
  })),
);
let core: OwnCore;

beforeAll(async () => {
  core = await openOwnCore([]);
});
afterAll(() => core.remove());

function ask(text: string, user: string) {
  const rules = { view: ['everyone'], operate: [operator], approve: [] };
  const asker = { user, channel: CHANNEL };
  const access = accessOf(rules, asker, () => ({
    ...{ handle: null, members: { state: 'unread' as const, reason: 'nobody asked' } },
  }));
  const actor = { id: user, name: user, place: CHANNEL };
  const context = { ...core.context, actor, onProgress: () => {} };
  return runLine(context, { text, access, reference: 'a1b2' });
}

describe.each(cases)('$name $words', ({ command, name, words, own, needs }) => {
  const typed = words.split(' ');
  const first = own.split(' ')[0] ?? '';

  test('needs what it needs without the channel', () => {
    expect(askedWord(command, typed)).toBe(first);
    expect(permissionOf(command, typed)).toBe(needs);
    expect(decides(command, typed)).toBe(needs === 'approve');
    expect(command.asksEngines?.includes(askedWord(command, typed)) ?? false).toBe(first === 'now');
  });

  test('has its first word known, and the channel at its end', () => {
    const known = knownFirstWord(command, typed, (line) => line.join(' '));

    expect(known.join(' ')).toMatch(new RegExp(`^${own} ?in #?${CHANNEL}$`, 'i'));
  });

  test('is refused to who may not', async () => {
    // Behind a channel `on` begins the name of a host, which “low” is not.
    const isHostMeant = own.startsWith('on') && words.toLowerCase().startsWith('in');
    const refused = { kind: 'problem', cause: isHostMeant ? 'mistake' : 'refused' };
    const line = `${name} ${words}`;

    if (needs === 'view') expect(await ask(line, viewer)).not.toMatchObject({ kind: 'problem' });
    else expect(await ask(line, viewer)).toMatchObject(refused);
    if (needs === 'approve') expect(await ask(line, operator)).toMatchObject(refused);
    expect(core.database.rows("select * from audit where outcome <> 'refused'")).toEqual([]);
  });
});

test('a second channel is no word that can be asked', async () => {
  const words = ['in', CHANNEL, 'in', CHANNEL, 'off'];

  expect(permissionOf(digest, words)).toBe('approve');
  expect(await ask(`digest ${words.join(' ')}`, viewer)).toMatchObject({ kind: 'problem' });
});
