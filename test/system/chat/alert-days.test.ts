import { openWorkspace, type Workspace } from '../../../demo/workspace/workspace.ts';
import { createLook } from '../../../src/alerts/open-alerts.ts';
import type { Chat } from '../../../src/chat/open-chat.ts';
import { fullAccess } from '../../../src/command/access.ts';
import { runLine } from '../../../src/command/run-line.ts';
import { assembleCore, type Core } from '../../../src/programs/assemble.ts';
import { defaultPolicy } from '../../../src/rules/policy.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import type { Answer } from '../../../src/views/answer.ts';
import { createWorld, scanOf, type WorldFinding, worldHost } from '../../support/alert-world.ts';
import { readable } from '../../support/chat-app.ts';
import { runs } from '../../support/long-run.ts';
import { press, pressable } from '../../support/pressing.ts';
import { openRecordedEngine, type RecordedEngine } from '../../support/recorded-engine.ts';
import { startChat } from '../../support/start-chat.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../../support/temporary-database.ts';
import { until } from '../../support/until.ts';

/** Set it to the seed that a failure names, to see the same days again. */
const SEED: number | null = null;
const DAYS = runs(2, 30);
const EVENTS_A_DAY = runs(12, 24);
const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;
/** How old what a message says may be. */
const AGE_MAX_MS = 5 * SECOND_MS;
/** As the job of the alerts looks. */
const LOOK_EVERY_MS = 2 * SECOND_MS;

const channel = 'C0SECURIT';
const people = { alice: 'U0ALICE00', bob: 'U0BOB0000' } as const;
type Person = keyof typeof people;
const team = 'S0PLATFORM';
/** Alice owns what is found. */
const owners = { label: 'team', groups: { platform: team } };

let now: number;
let place: TemporaryDatabase;
let engine: RecordedEngine;
let workspace: Workspace;
let chat: Chat;
let core: Core;
/** The terminal, and the process that scans: over a connection of its own. */
let elsewhere: Core;
let answers: Answer[];
let look: () => Promise<void>;
let world: WorldFinding[];

beforeEach(async () => {
  now = Date.parse('2026-03-02T06:00:00.000Z');
  place = temporaryDatabase();
  engine = await openRecordedEngine();
  workspace = await openWorkspace({ delivery: { mode: 'socket' }, now: () => now });
  workspace.users.createGroup({ id: team, handle: 'platform', users: [people.alice] });
  answers = [];
  const clock = () => now;
  ({ chat, core } = await startChat({
    ...{ kind: 'socket', workspace, database: place, engineUrl: engine.url, port: 0, clock },
    ...{ log: silentLogger, snapshots: [], answers },
    access: { view: ['everyone'], operate: ['everyone'], approve: Object.values(people) },
  }));
  await workspace.waitUntil(() => workspace.sockets.count() === 2, 60_000);
  const host = { name: worldHost, url: engine.url, tls: undefined, labels: {}, isDefault: true };
  elsewhere = await assembleCore({
    hosts: [{ ...host, evidence: 'api' }],
    ...{ databaseUrl: place.url, policy: defaultPolicy, now: clock },
  });
  const { outbox, render, isInGroup } = chat;
  const context = { ...core.context, owners };
  look = createLook({
    ...{ context, alerts: core.store.alerts, outbox, render, isInGroup, log: silentLogger },
  });
  world = createWorld();
});
afterEach(async () => {
  await chat.close();
  await core.store.close();
  await elsewhere.store.close();
  await workspace.close();
  await engine.close();
  place.remove();
});

/** Repeatable randomness. */
function dice(seed: number) {
  let state = seed | 0;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state >>> 8) / 2 ** 24;
  };
  return {
    chance: (probability: number) => next() < probability,
    between: (low: number, high: number) => low + Math.floor(next() * (high - low + 1)),
    one: <T>(all: readonly T[]): T | undefined => all[Math.floor(next() * all.length)],
  };
}

interface AlertRow {
  id: number;
  key: string;
  title: string;
  resolved_at: number | null;
  snoozed_until: number | null;
  acknowledged_by: string | null;
  assigned_to: string | null;
  ts: string | null;
  /** Parts that are left, and those of them that are not accepted. */
  left: number;
  open: number;
}

const alertRows = (): AlertRow[] =>
  place.rows<AlertRow>(`select alert.*, outbox.ts,
      (select count(*) from alert_part where alert_id = alert.id and resolved_at is null) as "left",
      (select count(*) from alert_part where alert_id = alert.id and resolved_at is null
        and accepted_until is null) as "open"
    from alert left join outbox on outbox.key = 'alert:' || alert.id || ':post'
    where flood_id is null and is_silent = 0 order by alert.id`);

const messageAt = (ts: string | null) => workspace.messages(channel).find((one) => one.ts === ts);

const isIn = (json: string, user: string) => json.includes(`"user_id":"${user}"`);

/** Whatever is stored stands in the message, and whatever is not does not. */
function refuseStale(seed: number): void {
  const rows = alertRows();
  for (const row of rows) {
    const message = messageAt(row.ts);
    if (message === undefined) throw new Error(`seed ${seed}: alert ${row.id} has no message`);
    const json = JSON.stringify(message.blocks);
    const state = row.resolved_at !== null ? 'Resolved' : row.open > 0 ? 'Alert' : 'Accepted';
    const { acknowledged_by: seen, assigned_to: assigned, snoozed_until: snoozed } = row;
    const isQuiet = row.resolved_at === null && snoozed !== null && Number(snoozed) > now;
    expect({
      seed,
      heading: readable(message).includes(`${state}: ${row.title}`.slice(0, 140)),
      seen: json.includes('Acknowledged by ') && (seen === null || isIn(json, seen)),
      assigned: json.includes('Assigned to ') && (assigned === null || isIn(json, assigned)),
      quiet: json.includes('Snoozed until '),
    }).toEqual({
      ...{ seed, heading: true },
      ...{ seen: seen !== null, assigned: assigned !== null, quiet: isQuiet },
    });
  }
  refuseOtherThanTrue(seed, rows);
}

/** The newest message about each container says what is true of it, whatever the rows of alerts say. */
function refuseOtherThanTrue(seed: number, rows: readonly AlertRow[]): void {
  for (const [container, findings] of Map.groupBy(world, (one) => one.container)) {
    const there = findings.filter(({ severity }) => severity !== null);
    const open = there.filter(({ acceptedUntil }) => (acceptedUntil ?? 0) <= now);
    const row = rows.findLast(({ key }) => key === `container:${worldHost}:${container}`);
    const message = row && messageAt(row.ts);
    const text = message === undefined ? '' : readable(message);
    const told = text.startsWith('resolved')
      ? 'resolved'
      : text.startsWith('accepted')
        ? 'accepted'
        : 'open';
    const wanted = open.length > 0 ? 'open' : there.length > 0 ? 'accepted' : 'resolved';
    if (row === undefined && open.length === 0) continue;
    expect({ seed, container, told: message === undefined ? 'nothing' : told }).toEqual({
      ...{ seed, container, told: wanted },
    });
    for (const one of open) expect(text).toContain(one.message);
  }
}

const owed = () =>
  place.values<number>(`select count(*) from outbox join outbox_channel using (channel)
    where state = 'pending' and not_before <= ${now}`)[0];

/** Lets five seconds pass, in which the job looks as it does, and Slack takes what it may. */
async function passSeconds(roll: ReturnType<typeof dice>): Promise<void> {
  const start = now;
  let nextLook = start + roll.between(0, LOOK_EVERY_MS);
  for (let second = 1; second <= AGE_MAX_MS / SECOND_MS; second += 1) {
    now = start + second * SECOND_MS;
    if (now >= nextLook) {
      await look();
      nextLook += LOOK_EVERY_MS;
    }
    await chat.outbox.put([]);
    await until(() => Number(owed()) === 0);
  }
}

async function said(work: () => Promise<unknown>): Promise<void> {
  const count = answers.length + 1;
  await work();
  await until(() => answers.length >= count);
}

/** What happens once: who did it, as far as somebody did. */
async function happen(roll: ReturnType<typeof dice>): Promise<Person | null> {
  const person: Person = roll.chance(0.5) ? 'alice' : 'bob';
  const there = world.filter(({ severity }) => severity !== null);
  const isAccepted = ({ acceptedUntil }: WorldFinding) => (acceptedUntil ?? 0) > now;
  const what = roll.between(1, 10);
  if (what <= 5 || there.length === 0) return scanElsewhere(roll);
  if (what <= 8) {
    const finding = roll.one(there);
    if (finding === undefined) return null;
    const hours = roll.between(1, 30);
    const line = isAccepted(finding)
      ? `unaccept ${finding.fingerprint} on ${worldHost}`
      : `accept ${finding.fingerprint} on ${worldHost} --reason known --until ${hours}h`;
    const isInChat = roll.chance(0.6);
    if (isInChat) await said(() => workspace.sendCommand({ text: line, user: person }));
    else await inTerminal(line);
    finding.acceptedUntil = isAccepted(finding) ? null : now + hours * HOUR_MS;
    finding.acceptedAs = finding.severity;
    return isInChat ? person : null;
  }
  return (await pressSomething(roll, person)) ? person : scanElsewhere(roll);
}

async function inTerminal(text: string): Promise<void> {
  const actor = { id: 'root', name: 'root', place: 'terminal' };
  const context = { ...elsewhere.context, actor, onProgress: () => {} };
  const answer = await runLine(context, { text, access: fullAccess, reference: 'test' });
  if (answer.kind === 'problem') throw new Error(`${text}: ${answer.message}`);
}

/** Findings open, worsen, are fixed and come back; an acceptance of what is worse is void. */
async function scanElsewhere(roll: ReturnType<typeof dice>): Promise<null> {
  for (const finding of world) {
    if (!roll.chance(0.12)) continue;
    if (finding.severity === null) finding.severity = roll.chance(0.7) ? 'high' : 'critical';
    else if (finding.severity === 'high' && roll.chance(0.4)) finding.severity = 'critical';
    else finding.severity = null;
    if (finding.severity === 'critical' && finding.acceptedAs === 'high') {
      finding.acceptedUntil = null;
    }
  }
  await elsewhere.store.scans.saveScan(scanOf(world, now));
  return null;
}

const labels = ['Acknowledge', 'Assign to me', 'Unassign', 'Snooze 1 h', 'End snooze', 'Assign …'];

async function pressSomething(roll: ReturnType<typeof dice>, user: Person): Promise<boolean> {
  const row = roll.one(alertRows().filter((one) => one.resolved_at === null));
  const message = messageAt(row?.ts ?? null);
  const label = roll.one(
    pressable(message?.blocks ?? []).filter((one) => labels.includes(one.label)),
  )?.label;
  if (label === undefined) return false;
  if (label !== 'Assign …') {
    await said(() => press({ workspace }, message, label, user));
    return true;
  }
  await press({ workspace }, message, label, user);
  await until(() => workspace.modals(user).at(-1)?.content.callback_id === 'assign');
  const to = people[roll.one(['alice', 'bob'] as const) ?? 'alice'];
  const values = { assignee: { assignee: { selected_user: to } } };
  await workspace.submitView({ user, values });
  return true;
}

/** Whom the posts since then call: people, and groups with their people. */
function calledSince(count: number): string[] {
  return workspace.calls
    .slice(count)
    .filter(({ method }) => method === 'chat.postMessage')
    .flatMap(({ arguments: given }) => {
      const json = JSON.stringify(given.blocks ?? '').replaceAll('\\', '');
      const users = Object.values(people).filter((user) => isIn(json, user));
      return json.includes(team) ? [...users, people.alice] : users;
    });
}

test(
  `over ${DAYS} days no message is older than five seconds, and nobody is called for their own doing`,
  async () => {
    const seed = SEED ?? Math.ceil(Math.random() * 1e9);
    const roll = dice(seed);
    await elsewhere.store.scans.saveScan(scanOf(world, now));
    await said(() => workspace.sendCommand({ text: 'alerts on high', user: 'bob' }));
    await passSeconds(roll);
    const counts = { events: 0, called: 0, own: 0 };
    const end = now + DAYS * 24 * HOUR_MS;
    while (now < end) {
      now += roll.between(SECOND_MS, (2 * 24 * HOUR_MS) / EVENTS_A_DAY);
      const before = workspace.calls.length;
      // What time alone brought, an acceptance that ended, shows within five seconds, too.
      await passSeconds(roll);
      refuseStale(seed);
      const quiet = calledSince(before);
      const acted = workspace.calls.length;
      const actor = await happen(roll);
      await passSeconds(roll);
      refuseStale(seed);
      const called = calledSince(acted);
      counts.events += 1;
      counts.called += quiet.length + called.length;
      counts.own += called.filter((user) => actor !== null && user === people[actor]).length;
    }
    const limited = workspace.calls.filter(({ status }) => status === 429);
    const rows = alertRows();
    process.stderr.write(
      `${DAYS} days, seed ${seed}: ${JSON.stringify({ ...counts, alerts: rows.length, calls: workspace.calls.length })}\n`,
    );

    expect({ seed, own: counts.own, limited: limited.length }).toEqual({
      ...{ seed, own: 0, limited: 0 },
    });
    expect(counts.called).toBeGreaterThan(0);
    expect(rows.length).toBeGreaterThan(DAYS / 2);
    expect(workspace.violations).toEqual([]);
  },
  runs(900_000, 1_800_000),
);
