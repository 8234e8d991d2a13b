import { accessOf, fullAccess } from '../../src/command/access.ts';
import type { RequestAsked } from '../../src/command/run-line.ts';
import type { Held } from '../../src/ports/lease.ts';
import type { AnswerKind, AnswerOf } from '../../src/views/answer.ts';
import { answerDocument } from '../../src/views/answer.ts';
import { terminalText } from '../../src/views/terminal-text.ts';
import { owed } from '../support/outbox-rig.ts';
import { askLine, type OwnCore, openOwnCore, silentHost } from '../support/own-core.ts';

let core: OwnCore;
let clock = 0;

beforeEach(async () => {
  clock = Date.parse('2026-11-24T22:30:00Z');
  core = await openOwnCore([silentHost('web-1', true), silentHost('web-2')], {
    channels: [
      {
        id: 'C0SETTING',
        hosts: ['web-2'],
        digest: { at: '09:00', timezone: 'UTC', days: ['mon', 'tue'] },
      },
    ],
  });
});
afterEach(() => core.remove());

const ask = (text: string, place = 'C0DIGEST', access: RequestAsked['access'] = fullAccess) =>
  askLine(core, text, { access, now: () => clock, actor: { id: 'U1', name: 'alice', place } });
const answerOf = async <K extends AnswerKind>(kind: K, text: string, place?: string) => {
  const answer = await ask(text, place);
  if (answer.kind !== kind) throw new Error(`“${text}” gave ${JSON.stringify(answer)}`);
  return answer as AnswerOf<K>;
};
const shown = async (text: string, place?: string) =>
  terminalText(answerDocument(await ask(text, place)));
const audit = () =>
  core.database.rows('select who, place, verb, before_json, after_json from audit');

test('a schedule is confirmed with the next digest in local time', async () => {
  const text = await shown('digest schedule weekdays 08:30 Europe/Berlin');

  expect(text).toContain('next: Wed 25 Nov, 08:30 Europe/Berlin (in 9 h)');
  expect(text).toContain('Take it back with digest off');
  expect(await shown('digest')).toContain('weekdays 08:30 Europe/Berlin');
  expect(await shown('status')).toContain(
    'Next digest in #C0DIGEST: Wed 25 Nov, 08:30 Europe/Berlin (in 9 h)',
  );
});

test('the status says where digests and alerts do not arrive, and why', async () => {
  const { outbox } = core.store;
  for (const [channel, key] of [
    ['C0DIGEST', 'a digest'],
    ['D0PERSON', 'an answer'],
  ] as const) {
    await outbox.put([owed(key, { channel })], clock);
    const claimed = await outbox.claim({ owner: 'a', leaseMs: 1_000 }, clock);
    if (claimed === null) throw new Error('nothing is owed');
    await outbox.markChannelDead(claimed, { reason: 'is_archived', at: clock, notice: null });
  }
  clock += 60 * 60_000;

  expect(await shown('status')).toContain(
    'Digests and alerts do not arrive in #C0DIGEST (1 h ago): Slack said is_archived.',
  );
  expect((await answerOf('status', 'status')).undelivered).toEqual([
    { channel: 'C0DIGEST', since: '2026-11-24T22:30:00.000Z', reason: 'is_archived' },
  ]);
});

test('each change offers the line that takes it back, and that line does', async () => {
  await ask('digest schedule daily 7:00 UTC');
  const changed = await answerOf('digest-schedule', 'digest schedule mon 8:00 Asia/Tokyo');
  expect(changed.undo).toBe('digest schedule daily 07:00 UTC');
  const off = await answerOf('digest-schedule', 'digest off');
  expect([off.schedule, off.nextRun, off.next[0]]).toEqual([null, null, off.undo]);
  const back = await answerOf('digest-schedule', off.undo ?? '');

  expect(back.schedule).toEqual({ at: '08:00', timezone: 'Asia/Tokyo', days: ['mon'] });
});

test('the audit has every change with before and after', async () => {
  await ask('digest schedule daily 7:00 UTC');
  await ask('digest off');
  await ask('digest now');

  const schedule = expect.stringContaining('"at":"07:00"');
  const by = { who: 'alice (U1)', place: 'C0DIGEST' };
  expect(audit()).toEqual([
    { ...by, verb: 'digest schedule', before_json: null, after_json: schedule },
    { ...by, verb: 'digest off', before_json: schedule, after_json: null },
    { ...by, verb: 'digest now', before_json: null, after_json: null },
  ]);
});

test('a schedule of the settings is shown, and switched off by command', async () => {
  const before = await answerOf('digest-schedule', 'digest', 'C0SETTING');
  expect(before).toMatchObject({ origin: 'settings', nextRun: { day: '2026-11-30' } });
  const off = await answerOf('digest-schedule', 'digest off', 'C0SETTING');
  expect(off.undo).toBe('digest schedule mon,tue 09:00 UTC');

  expect(await answerOf('digest-schedule', 'digest', 'C0SETTING')).toMatchObject({
    schedule: null,
    nextRun: null,
  });
  expect(await ask('digest off', 'C0SETTING')).toMatchObject({
    kind: 'problem',
    cause: 'mistake',
    message: 'No digest is scheduled here, so nothing was changed.',
  });
});

test('now is the digest of the day, and there is one', async () => {
  await ask('digest schedule daily 23:45 UTC');
  expect(await answerOf('digest-now', 'digest now')).toMatchObject({
    state: 'requested',
    day: '2026-11-24',
  });
  expect(await answerOf('digest-now', 'digest now')).toMatchObject({ state: 'running' });
  const run = { channel: 'C0DIGEST', day: '2026-11-24' };
  const plan = { ...run, timezone: 'UTC', dueAt: clock, scheduledBy: null };
  const held = await core.store.digests.claimRun(plan, { owner: 'a', leaseMs: 60_000 }, clock);
  await core.store.digests.completeRun(run, [], held as Held, clock);

  const again = await answerOf('digest-now', 'digest now');
  expect(again).toMatchObject({ state: 'done', next: ['digest preview'] });
  expect(await shown('digest now')).toContain('was posted at Tue 24 Nov, 22:30 UTC');
  // The scheduled one of today is taken.
  expect((await answerOf('digest-schedule', 'digest')).nextRun?.day).toBe('2026-11-25');
});

test('a preview says that it is one, is about the hosts of the channel, and claims nothing', async () => {
  const answer = await answerOf('digest-preview', 'digest preview', 'C0SETTING');

  expect(answer.digest).toMatchObject({ hosts: ['web-2'], pending: [], isBaseline: true });
  expect(await shown('digest preview')).toContain('Preview');
  expect(await core.store.digests.listOpenRuns()).toEqual([]);
});

test.each([
  ['digest shedule weekdays 08:30 UTC', 'digest schedule weekdays 08:30 UTC'],
  ['digest NOWW', 'digest now'],
  ['digest schedule weekdays 8.30 Berlin', 'digest schedule weekdays 08:30 Europe/Berlin'],
  ['digest off please', 'digest off'],
  ['digest off', 'digest schedule weekdays 09:00 UTC'],
  ['digest now in C0SETTING', 'digest now'],
])('%s is answered with %s', async (line, correctedLine) => {
  expect(await ask(line)).toMatchObject({ kind: 'problem', cause: 'mistake', correctedLine });
});

test('a line of another channel changes nothing there', async () => {
  await ask('digest off in C0SETTING');

  expect(await answerOf('digest-schedule', 'digest', 'C0SETTING')).toMatchObject({
    origin: 'settings',
    schedule: { at: '09:00' },
  });
});

test('the terminal names the channel, and its lines do as well', async () => {
  expect(await ask('digest', 'terminal')).toMatchObject({
    cause: 'mistake',
    hint: 'Name it by its id: digest preview in C0123456789.',
  });
  const line = 'digest schedule daily 7:00 UTC in C0OTHER';
  expect(await answerOf('digest-schedule', line, 'terminal')).toMatchObject({
    channel: 'C0OTHER',
    undo: 'digest off in C0OTHER',
  });
  expect(await answerOf('digest-schedule', 'digest off in C0OTHER', 'terminal')).toMatchObject({
    undo: 'digest schedule daily 07:00 UTC in C0OTHER',
  });
  // As `digest now` offers it.
  expect(await answerOf('digest-schedule', 'digest in C0OTHER', 'terminal')).toMatchObject({
    channel: 'C0OTHER',
  });
});

test.each([
  ['digest', 'view'],
  ['digest in C0DIGEST', 'view'],
  ['digest preview', 'operate'],
  ['digest NOW', 'operate'],
  ['digest schedule daily 7:00', 'approve'],
  ['digest off', 'approve'],
])('%s needs the permission %s', async (line, permission) => {
  const rules = { view: [], operate: [], approve: [], [permission]: ['U1'] };
  const lower = {
    view: ['everyone'],
    operate: permission === 'approve' ? ['everyone'] : [],
    approve: [],
  };
  const asker = { user: 'U1', channel: 'C0DIGEST' };
  const noGroups = () => {
    throw new Error('no group is named');
  };

  const allowed = await ask(line, 'C0DIGEST', accessOf(rules, asker, noGroups));
  expect(allowed).not.toMatchObject({ cause: 'refused' });
  if (permission === 'view') return;
  expect(await ask(line, 'C0DIGEST', accessOf(lower, asker, noGroups))).toMatchObject({
    cause: 'refused',
  });
});
