import { alertKey } from '../../src/ports/alert-store.ts';
import { digestKey } from '../../src/ports/digest-store.ts';
import type { Held } from '../../src/ports/lease.ts';
import type { AnswerOf } from '../../src/views/answer.ts';
import { answerDocument } from '../../src/views/answer.ts';
import { terminalText } from '../../src/views/terminal-text.ts';
import { alertSignal, cursorOf } from '../support/alert-signal.ts';
import { daily } from '../support/digest-parts.ts';
import { type Asking, askFor, type OwnCore, openOwnCore, silentHost } from '../support/own-core.ts';
import { currentFinding, morning, observedContainer, scanRecord } from '../support/scan-records.ts';

const HOUR_MS = 3_600_000;
const alice = { id: 'U1', name: 'alice', place: 'C0SEC' };
const everyMorning = { ...daily('08:00', 'UTC'), days: [...daily('08:00', 'UTC').days] };
const web = currentFinding();
let core: OwnCore;

beforeEach(async () => {
  core = await openOwnCore([silentHost('web-1', true)], {
    channels: [
      { id: 'C0SEC', hosts: ['web-1'], digest: everyMorning },
      { id: 'C0OTHER', hosts: ['web-2'], digest: everyMorning },
    ],
  });
  await scan(1);
});
afterEach(() => core.remove());

const scan = (day: number, findings = [web]) =>
  core.context.store.saveScan(
    scanRecord({
      startedAt: morning(day),
      finishedAt: morning(day),
      containers: [observedContainer('aa', { name: 'web' })],
      findings,
    }),
  );
const clock = (day: number) => Date.parse(morning(day)) + 2 * HOUR_MS;

/** The digest of a day, made two hours after its scan. */
async function digest(day: number, channel = 'C0SEC'): Promise<void> {
  const { digests, outbox } = core.store;
  const run = { channel, day: morning(day).slice(0, 10), timezone: 'UTC' };
  const at = clock(day);
  const plan = { ...run, dueAt: at, scheduledBy: null };
  const held = await digests.claimRun(plan, { owner: 'p1', leaseMs: 60_000 }, at);
  const common = { channel, what: 'digest' as const, payload: {}, dueAt: at };
  const parent = digestKey(run, 'parent');
  await outbox.put([{ ...common, key: parent, action: { kind: 'post' } }], at);
  const update = { kind: 'update' as const, of: parent };
  const messages = [{ ...common, key: digestKey(run, 'update'), action: update }];
  await digests.completeRun(run, messages, held as Held, at);
}

const why = (day: number, more: Asking = {}) =>
  askFor(core, 'why', 'why no-privileged-container web', {
    ...{ actor: alice, now: () => clock(day), ...more },
  });
const reporting = ({ traces }: AnswerOf<'why'>) => traces[0]?.reporting;
const shown = async (day: number) =>
  terminalText(answerDocument(await why(day))).replace(/\s+/g, ' ');

it('names the first digest that spoke of a finding, and whether Slack has it', async () => {
  await digest(0);
  await digest(2);
  await digest(3);

  expect(reporting(await why(4))).toEqual([
    {
      channel: 'C0SEC',
      digest: {
        day: '2026-01-03',
        at: '2026-01-03T08:00:00.000Z',
        isFirst: false,
        delivery: 'pending',
        trouble: null,
      },
      reason: null,
    },
  ]);
  await core.store.outbox.holdAll('the token was revoked');
  expect(await shown(4)).toContain(
    'Told in C0SEC by the digest of 2026-01-03 (made 2026-01-03 08:00 UTC, not sent yet: the token was revoked)',
  );
});

it('says why no digest spoke of it', async () => {
  await digest(0);

  expect(reporting(await why(4))).toMatchObject([
    { digest: null, reason: 'no digest was made since it was first seen' },
  ]);

  const at = clock(1);
  const terms = { actor: alice, at, reason: 'known', until: morning(30) };
  await core.store.acceptances.accept({ host: 'web-1', fingerprint: web.fingerprint }, terms);
  await digest(2);

  expect(reporting(await why(4))).toMatchObject([
    { digest: null, reason: 'it was accepted when each digest since was made' },
  ]);
  expect(await shown(4)).toContain('Not told in C0SEC: it was accepted');
});

it('names the alerts about it, and whether Slack has them', async () => {
  const { alerts, outbox } = core.store;
  const key = `finding:web-1:${web.fingerprint}`;
  const raise = async (channel: string) => {
    const from = await cursorOf(alerts, channel, 'web-1', clock(0));
    const to = { ...from, findingsAt: clock(1) };
    const signal = alertSignal({ key, host: 'web-1', at: clock(1) });
    const told = { kinds: ['image-changed' as const], before: 0, why: 'it was told' };
    const news = { signals: [signal], updates: [], ends: [], acceptances: [], told };
    await alerts.apply({ channel, host: 'web-1', from, to }, news, { perHour: 5 }, clock(1));
  };
  await raise('C0SEC');
  const [raised] = await alerts.listStale('C0SEC');
  const row = { channel: 'C0SEC', what: 'alert' as const, payload: {}, dueAt: clock(1) };
  const post = alertKey(raised?.id ?? 0, 'post');
  await outbox.put([{ ...row, key: post, action: { kind: 'post' } }], clock(1));
  await raise('C0OPS');

  const answer = await why(4);

  const at = '2026-01-02T08:00:00.000Z';
  const nobody = { acknowledgedBy: null, assignedTo: null };
  expect(answer.traces[0]?.alerts).toEqual([
    { channel: 'C0SEC', at, delivery: 'pending', trouble: null, ...nobody },
    { channel: 'C0OPS', at, delivery: 'unknown', trouble: null, ...nobody },
  ]);
  expect(await shown(4)).toContain('Alert in C0SEC at 2026-01-02 08:00 UTC (not sent yet)');

  // Both are stored by the id alone; the audit has the name of who acknowledged.
  const bob = { id: 'U0BOB0BOB', name: 'bob', place: 'C0SEC' };
  await alerts.acknowledge(raised?.id ?? 0, true, { actor: bob, at: clock(2) });
  await alerts.assign(raised?.id ?? 0, 'U0UNKNOWN', { actor: bob, at: clock(2) });
  expect(await shown(4)).toContain(', acknowledged by bob, assigned to @U0UNKNOWN)');
  expect((await why(4)).traces[0]?.alerts[0]).toMatchObject({ acknowledgedBy: 'U0BOB0BOB' });
});

it('tells a channel that is limited of no other', async () => {
  const { digests } = core.store;
  const by = { actor: alice, at: clock(0), before: null };
  await digests.setSchedule({ channel: 'C0ALL', schedule: daily('09:00', 'UTC'), isOff: true }, by);
  const access = () => ({ isAllowed: true, isPersonal: false, whoCanHelp: '' });

  expect(reporting(await why(4))?.map(({ channel }) => channel)).toEqual(['C0ALL', 'C0SEC']);
  const limited = await why(4, { access });
  expect(reporting(limited)?.map(({ channel }) => channel)).toEqual(['C0SEC']);
});
