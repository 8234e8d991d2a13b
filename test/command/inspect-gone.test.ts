import type { ObservedContainer } from '../../src/ports/scan-record.ts';
import type { Sighting } from '../../src/ports/watch-store.ts';
import { read } from '../../src/shared/reading.ts';
import { answerDocument } from '../../src/views/answer.ts';
import type { InspectAnswer } from '../../src/views/inspect.ts';
import { terminalText } from '../../src/views/terminal-text.ts';
import { alertSignal, cursorOf } from '../support/alert-signal.ts';
import { askLine, type OwnCore, openOwnCore, silentHost } from '../support/own-core.ts';
import { currentFinding, morning, observedContainer, scanRecord } from '../support/scan-records.ts';

const HOUR = 3_600_000;
let core: OwnCore;

beforeEach(async () => {
  core = await openOwnCore([silentHost('web-1', true), silentHost('web-2')]);
});
afterEach(() => core.remove());

const id = 'aa'.padEnd(64, '0');
function shell(): ObservedContainer {
  const facts = { name: 'web', createdAt: morning(0), startedAt: morning(0), isPrivileged: true };
  return { ...observedContainer(id, facts), facets: ['privileged', 'host-pid'] };
}
const scan = (day: number, difference: Parameters<typeof scanRecord>[0]) =>
  core.context.store.saveScan(
    scanRecord({ startedAt: morning(day), finishedAt: morning(day), ...difference }),
  );

/** Seen by its events an hour after the morning of a day, for a minute. */
async function watch(day: number, kinds: readonly [Sighting['kind'], Partial<Sighting>][]) {
  const at = Date.parse(morning(day)) + HOUR;
  const state = await core.store.watches.claim('web-1', { owner: 'a', leaseMs: 60_000 });
  if (state === null) throw new Error('somebody else watches');
  const sightings = kinds.map(
    ([kind, difference], index): Sighting => ({
      ...{ kind, containerId: id, name: 'web', image: 'debian:13', observed: null, exitCode: null },
      labels: { composeProject: null, composeService: null, owner: null },
      ...{ at: at + index * 10_000, timeNano: `${at + index * 10_000}000001` },
      ...{ exec: null, execId: null, ...difference },
    }),
  );
  const batch = { sightings, mark: null, coveredUntil: null };
  await core.store.watches.apply('web-1', batch, state.held);
}

const ask = (text: string) => askLine(core, text, { now: () => Date.parse(morning(4)) });

async function inspect(): Promise<{ answer: InspectAnswer; headline: string; text: string }> {
  const answer = await ask('inspect web');
  if (answer.kind !== 'inspect') throw new Error(JSON.stringify(answer));
  const document = answerDocument(answer);
  const text = terminalText(document).replace(/\s+/g, ' ');
  return { answer, headline: document.headline, text };
}

test('one that scans saw tells its end, its power and what it had open', async () => {
  await scan(0, { containers: [shell()], findings: [currentFinding({ severity: 'critical' })] });
  await scan(2, { containers: [] });

  const { answer, headline, text } = await inspect();

  expect(answer.lastSight).toEqual({ endedAt: null, exitCode: null, judgedAt: morning(0) });
  expect(headline).toMatch(
    /^web on web-1: gone since 2026-01-03 06:00 UTC, ran for an unknown time, privileged, host-pid; 1 critical when last seen/,
  );
  expect(text).toContain('Power when last seen: privileged, host-pid');
  expect(text).toContain('ended at an unknown time, exit code unknown');
  expect(text).not.toContain('Findings: none');
});

test('one that only events saw tells its times and exit code, and that no scan judged it', async () => {
  await scan(0, { containers: [] });
  await watch(1, [
    ['created', { observed: read(shell()) }],
    ['started', {}],
    ['ended', { exitCode: 137 }],
    ['gone', {}],
  ]);
  await scan(2, { containers: [] });

  const { answer, headline, text } = await inspect();

  expect(answer.lastSight).toEqual({
    ...{ endedAt: '2026-01-02T07:00:20.000Z', exitCode: 137, judgedAt: null },
  });
  expect(text).toContain('ended 2026-01-02 07:00:20 UTC, exit code 137');
  expect(headline).toContain('ran 10 s, privileged, host-pid; never judged by a scan');
  expect(text).toContain('it failed critical no-privileged-container, ');
});

test('one that is there lists the gravest finding first, not the oldest', async () => {
  const old = currentFinding({ rule: 'healthcheck', severity: 'low' });
  await scan(1, { containers: [shell()], findings: [old] });
  await scan(2, {
    containers: [shell()],
    findings: [old, currentFinding({ severity: 'critical' })],
  });

  const { answer } = await inspect();
  expect(answer.findings.map(({ severity }) => severity)).toEqual(['critical', 'low']);
});

test.each(['controls', 'isolation'])(
  '%s, which are of now, lead to what is known of one',
  async (verb) => {
    await scan(1, { containers: [shell()] });
    await scan(2, { containers: [] });

    expect(await ask(`${verb} web`)).toMatchObject({
      message: `“web” is gone, and \`${verb}\` needs a container that exists.`,
      correctedLine: 'inspect web on web-1',
    });
  },
);

test.each(['controls', 'isolation'])('%s of one on another host says where it is', async (verb) => {
  await scan(1, { host: 'web-2', containers: [shell()] });

  expect(await ask(`${verb} web`)).toMatchObject({
    message: '“web” is on web-2.',
    correctedLine: `${verb} web on web-2`,
  });
});

test('one message that spoke of several findings of it is named once', async () => {
  const { alerts } = core.store;
  const finding = currentFinding({ rule: 'no-privileged-container' });
  const other = currentFinding({ rule: 'no-host-pid' });
  await scan(0, { containers: [shell()], findings: [finding, other] });
  await scan(2, { containers: [] });
  const at = Date.parse(morning(0));
  const from = await cursorOf(alerts, 'C0SEC', 'web-1', at);
  const signals = [finding, other].map(({ fingerprint }) =>
    alertSignal({ key: `finding:web-1:${fingerprint}`, host: 'web-1', at, group: 'web' }),
  );
  const told = { kinds: [], before: 0, why: 'it was told' };
  const news = { signals, updates: [], ends: [], acceptances: [], told };
  const to = { ...from, findingsAt: at };
  await alerts.apply({ channel: 'C0SEC', host: 'web-1', from, to }, news, { perHour: 5 }, at);

  const { answer } = await inspect();

  expect(answer.told.alerts).toMatchObject([{ channel: 'C0SEC' }]);
  const why = await ask('why web');
  expect(why).toMatchObject({ kind: 'why', told: answer.told });
  expect(terminalText(answerDocument(why))).toMatch(/C0SEC, .*, high alert/);
});
