import { setTimeout as pause } from 'node:timers/promises';
import type { DigestAnswer, FindingGroup } from '../../src/answers/digest-answer.ts';
import { matchAgain } from '../../src/inspections/match-again.ts';
import type { Sighting } from '../../src/ports/watch-store.ts';
import { read } from '../../src/shared/reading.ts';
import {
  containerOf,
  type DigestScene,
  findingOf,
  fixOf,
  openDigestScene,
  today,
  yesterday,
} from '../support/digest-scenes.ts';
import { having, packageOf } from '../support/having-packages.ts';
import { hostPosture, observedContainer } from '../support/scan-records.ts';
import { type Said, takeExploited, takeRecords } from '../support/taken-feeds.ts';

let scene: DigestScene;

beforeEach(async () => {
  scene = await openDigestScene();
});
afterEach(() => scene.close());

const noon = '2026-11-23T12:00:00.000Z';
const socket = findingOf('no-docker-socket-mount', 'ci', 'critical');
const memory = findingOf('memory-limit', 'web', 'medium');
const secret = findingOf('no-env-secret', 'web', 'high');
const boundTo = (image: string) => ({
  ...socket,
  evidence: [{ path: 'Config.Image', value: image, source: 'GET /containers/{id}/json' }],
});
const brief = (groups: readonly FindingGroup[]) =>
  groups.map(({ change, rule, places }) => [change, rule, places.length]);

it('reads what is open after what became of it: what is gone is not told as open', async () => {
  await scene.scan('web-1', yesterday, { findings: [socket] });
  await scene.accept(socket, 'web-1', '2026-11-24T00:00:00.000Z');
  const { listOpenFindings } = scene.store.scans;
  const { listFindingChanges } = scene.store.scans;
  let isOpenRead = false;
  scene.store.scans.listOpenFindings = async (asked) => {
    const open = await listOpenFindings(asked);
    isOpenRead = true;
    return open;
  };
  // A scan ends meanwhile: those that do not wait for the changes read before it.
  scene.store.scans.listFindingChanges = async (asked) => {
    for (let turn = 0; turn < 50 && !isOpenRead; turn += 1) await pause(2);
    await scene.scan('web-1', today);
    return listFindingChanges(asked);
  };

  const { news, better } = await scene.compose(['web-1']);

  expect(brief(better)).toEqual([['fixed', 'no-docker-socket-mount', 1]]);
  expect(news).toEqual([]);
});

describe('what is new', () => {
  it('groups equal findings over containers and hosts, the worst first', async () => {
    const onDb = { ...memory, subjectKey: 'db', subjects: ['db'], fingerprint: 'memory:db' };
    for (const host of ['web-1', 'web-2']) {
      await scene.scan(host, yesterday);
      await scene.scan(host, today, { findings: [memory, onDb, socket] });
    }

    const { news, better } = await scene.compose(['web-1', 'web-2']);

    expect(brief(news)).toEqual([
      ['new', 'no-docker-socket-mount', 2],
      ['new', 'memory-limit', 4],
    ]);
    expect(better).toEqual([]);
  });

  it('is counted by groups of hosts, each with what changed on its own since yesterday', async () => {
    const hosts = ['web-1', 'web-2', 'db-1', 'lost'];
    await scene.scan('web-1', yesterday);
    await scene.scan('web-2', yesterday, { findings: [memory, secret] });
    await scene.scan('db-1', yesterday, { findings: [socket] });
    await scene.scan('lost', yesterday);
    await scene.scan('web-1', today, { findings: [memory, socket] });
    await scene.scan('web-2', today, { findings: [memory] });
    await scene.scan('db-1', today);
    await scene.fail('lost', today);
    const labels = {
      'web-1': { team: 'shop' },
      'web-2': { team: 'shop' },
      'db-1': { team: 'data' },
    };

    const { groups } = await scene.compose(hosts, { groupBy: 'team', labels });
    const changes = groups.map(({ value, hosts: count, unread, news, better }) => {
      return { value, hosts: count, unread, news, better };
    });

    expect(changes).toHaveLength(3);
    expect(changes).toEqual(
      expect.arrayContaining([
        { value: 'shop', hosts: 2, unread: 0, news: 2, better: 1 },
        { value: 'data', hosts: 1, unread: 0, news: 0, better: 1 },
        { value: null, hosts: 1, unread: 1, news: 0, better: 0 },
      ]),
    );
  });

  it('holds a risen severity, and what it was', async () => {
    await scene.scan('web-1', yesterday, { findings: [memory] });
    await scene.scan('web-1', today, { findings: [{ ...memory, severity: 'high' }] });

    const { news } = await scene.compose(['web-1']);

    expect(news).toMatchObject([{ change: 'worse', was: 'medium', severity: 'high' }]);
  });

  it('holds an acceptance that ran out since then, and says so', async () => {
    await scene.scan('web-1', yesterday, { findings: [socket] });
    await scene.accept(socket, 'web-1', '2026-11-23T23:59:59.999Z');
    await scene.scan('web-1', today, { findings: [socket] });

    const { news } = await scene.compose(['web-1']);

    expect(news).toMatchObject([
      { change: 'lapsed', places: [{ why: 'its acceptance expired on 2026-11-23' }] },
    ]);
  });

  it('says of what is open why the last scan could not judge it', async () => {
    const undecided = [
      {
        ...{ rule: 'memory-limit', subjectKind: 'container' as const, subjectKey: 'web' },
        reason: 'its limits did not come in time',
      },
    ];
    await scene.scan('web-1', yesterday, { findings: [memory] });
    await scene.scan('web-1', today, { undecided });

    const { open } = await scene.compose(['web-1']);

    const unverified = 'its limits did not come in time';
    expect(open).toMatchObject([{ rule: 'memory-limit', places: [{ why: null, unverified }] }]);
  });

  it('holds an acceptance that is void, with what changed', async () => {
    await scene.scan('web-1', yesterday, { findings: [boundTo('old')] });
    await scene.accept(socket, 'web-1', '2026-12-23T23:59:59.999Z');
    await scene.scan('web-1', today, { findings: [boundTo('new')] });

    const { news } = await scene.compose(['web-1']);

    expect(brief(news)).toEqual([['lapsed', 'no-docker-socket-mount', 1]]);
    expect(news[0]?.places[0]?.why).toMatch(/^its acceptance is void: /);
  });

  it('tells once of a finding whose acceptance is void because the severity rose', async () => {
    await scene.scan('web-1', yesterday, { findings: [memory] });
    await scene.accept(memory, 'web-1', '2026-12-23T23:59:59.999Z');
    await scene.scan('web-1', today, { findings: [{ ...memory, severity: 'critical' }] });

    const { news } = await scene.compose(['web-1']);

    expect(brief(news)).toEqual([['worse', 'memory-limit', 1]]);
    expect(news[0]?.places[0]?.why).toContain('the severity rose from medium to critical');
  });

  it('leaves out what lapsed before the digest before', async () => {
    await scene.scan('web-1', '2026-11-20T06:00:00.000Z', { findings: [socket] });
    await scene.accept(socket, 'web-1', '2026-11-22T00:00:00.000Z', '2026-11-20T06:00:00.000Z');
    await scene.scan('web-1', yesterday, { findings: [socket] });
    await scene.scan('web-1', today, { findings: [socket] });

    const { news, open } = await scene.compose(['web-1']);

    expect([news, brief(open)]).toEqual([[], [['open', 'no-docker-socket-mount', 1]]]);
  });

  it('counts apart what was accepted already', async () => {
    await scene.scan('web-1', yesterday);
    await scene.scan('web-1', today, { findings: [socket] });
    await scene.accept(socket, 'web-1', '2026-12-23T23:59:59.999Z', today);

    const { news, newAccepted, open } = await scene.compose(['web-1']);

    expect([news, newAccepted, open]).toEqual([[], 1, []]);
  });

  it('is not what a first scan found: that is the baseline of the host', async () => {
    await scene.scan('new-1', today, { findings: [socket] });

    const { news, states } = await scene.compose(['new-1']);

    expect(news).toEqual([]);
    expect(states).toMatchObject([{ state: 'read', isFirstRead: true, open: { critical: 1 } }]);
  });
});

describe('what got better', () => {
  it('is fixed, less severe, or came and went', async () => {
    await scene.scan('web-1', yesterday, { findings: [socket, secret] });
    await scene.scan('web-1', noon, { findings: [socket, secret, memory] });
    await scene.scan('web-1', today, { findings: [{ ...secret, severity: 'low' }] });

    const { better } = await scene.compose(['web-1']);

    expect(brief(better)).toEqual([
      ['fixed', 'no-docker-socket-mount', 1],
      ['passing', 'memory-limit', 1],
      ['milder', 'no-env-secret', 1],
    ]);
  });

  it('is not what could not be judged again', async () => {
    await scene.scan('web-1', yesterday, { findings: [socket] });
    await scene.fail('web-1', today);

    const { better, open, states } = await scene.compose(['web-1']);

    expect([better, brief(open)]).toEqual([[], [['open', 'no-docker-socket-mount', 1]]]);
    expect(states).toMatchObject([{ state: 'down', open: { critical: 1 } }]);
  });
});

it('lists acceptances that end within two weeks, the first to end first', async () => {
  await scene.scan('web-1', yesterday, { findings: [socket, secret, memory] });
  await scene.accept(socket, 'web-1', '2026-12-05T00:00:00.000Z');
  await scene.accept(secret, 'web-1', '2026-11-28T00:00:00.000Z');
  await scene.accept(memory, 'web-1', '2027-01-28T00:00:00.000Z');

  const { expiring } = await scene.compose(['web-1']);

  expect(expiring.map(({ rule }) => rule)).toEqual(['no-env-secret', 'no-docker-socket-mount']);
});

it('names the three fixes with the greatest effect, equal ones of several hosts once', async () => {
  const fixes = [
    fixOf('no-docker-socket-mount', 'ci', 'Remove the socket mount from ci', [41, 62]),
    fixOf('memory-limit', 'web', 'Limit the memory of web', [41, 44]),
    fixOf('no-env-secret', 'web', 'Move the secrets out', [41, 50]),
  ];
  const posture = hostPosture({ bestFixes: fixes });
  await scene.scan('web-1', today, { posture, findings: [secret] });
  await scene.scan('web-2', today, { posture });
  await scene.accept(secret, 'web-1', '2026-12-23T23:59:59.999Z', today);

  const { bestFixes } = await scene.compose(['web-1', 'web-2']);

  expect(bestFixes).toMatchObject([
    {
      hosts: ['web-1', 'web-2'],
      rule: 'no-docker-socket-mount',
      gradeBefore: 'F',
      gradeAfter: 'D',
    },
    { hosts: ['web-2'], rule: 'no-env-secret' },
    { hosts: ['web-1', 'web-2'], rule: 'memory-limit' },
  ]);
});

it('names fixes that close ways to the host first, unless all of their findings are accepted', async () => {
  const memory = fixOf('memory-limit', 'web', 'Limit the memory of web', [41, 47]);
  const words = 'Recreate ci without --privileged and the mount of /';
  const group = {
    ...fixOf('no-env-secret', 'web', words, [41, 41]),
    fingerprints: [secret.fingerprint, 'no-privileged-container:ci'],
    ...{ waysBefore: 13, waysAfter: 10 },
  };
  const alone = { ...group, subject: 'b', sentence: 'alone', fingerprints: [secret.fingerprint] };
  const posture = hostPosture({ bestFixes: [alone, group, memory] });
  await scene.scan('web-1', today, { posture, findings: [secret] });
  await scene.accept(secret, 'web-1', '2026-12-23T23:59:59.999Z', today);

  const { bestFixes } = await scene.compose(['web-1']);

  expect(bestFixes.map(({ sentence }) => sentence)).toEqual([group.sentence, memory.sentence]);
});

describe('exposure', () => {
  it('adds up the hours between first and last sighting within the time', async () => {
    await scene.scan('web-1', '2026-11-01T06:00:00.000Z', { findings: [socket] });
    await scene.scan('web-1', yesterday, { findings: [socket] });
    await scene.scan('web-1', noon, { findings: [socket, secret] });
    await scene.scan('web-1', today, { findings: [socket, secret] });

    const { exposure } = await scene.compose(['web-1']);

    expect(exposure).toEqual([
      {
        rule: 'no-docker-socket-mount',
        severity: 'critical',
        hours: 24,
        findings: 1,
        hosts: ['web-1'],
        oldest: '2026-11-01T06:00:00.000Z',
      },
      {
        rule: 'no-env-secret',
        severity: 'high',
        hours: 18,
        findings: 1,
        hosts: ['web-1'],
        oldest: noon,
      },
    ]);
  });

  it('ends at the last scan that saw it, whatever hides in the time since', async () => {
    await scene.scan('web-1', yesterday, { findings: [socket] });
    await scene.scan('web-1', noon, { findings: [socket] });
    await scene.fail('web-1', today);

    const { exposure } = await scene.compose(['web-1']);

    expect(exposure).toMatchObject([{ hours: 6 }]);
  });

  it('counts what was fixed, and leaves out what was seen once, risen or is not serious', async () => {
    const risen = { ...memory, fingerprint: 'risen', severity: 'high' as const };
    await scene.scan('web-1', yesterday, { findings: [socket, { ...risen, severity: 'low' }] });
    await scene.scan('web-1', noon, { findings: [socket, memory, { ...risen, severity: 'low' }] });
    await scene.scan('web-1', today, { findings: [secret, memory, risen] });

    const { exposure } = await scene.compose(['web-1']);

    expect(exposure).toMatchObject([{ rule: 'no-docker-socket-mount', hours: 6 }]);
    expect(exposure).toHaveLength(1);
  });
});

it('tells of containers that came and went, not of those that a first scan found', async () => {
  const job = observedContainer('b'.repeat(64), { name: 'job' });
  const old = containerOf('old');
  await scene.scan('ci', yesterday, { containers: [old] });
  await scene.scan('ci', noon, { containers: [job] });
  await scene.scan('ci', today, { containers: [] });
  await scene.scan('new-1', noon, { containers: [job] });
  await scene.scan('new-1', today, { containers: [] });

  const { shortLived, states } = await scene.compose(['ci', 'new-1']);

  expect(shortLived).toMatchObject([
    { host: 'ci', name: 'job', firstSeen: noon, removedAt: today, facets: ['privileged'] },
  ]);
  expect(states.map(({ containers }) => containers)).toEqual([0, 0]);
});

it('tells of one that came after a host was read for the digest before and went after it, once', async () => {
  const seen = (kind: 'created' | 'gone', id: string, minutes: number): Sighting => ({
    ...{ kind, containerId: id, name: id, image: 'job:1', timeNano: `${id}-${kind}` },
    at: Date.parse(yesterday) + minutes * 60_000,
    labels: { composeProject: null, composeService: null, owner: null },
    observed: kind === 'created' ? read(observedContainer(id, { name: id })) : null,
    ...{ exitCode: null, exec: null, execId: null },
  });
  await scene.scan('ci', yesterday);
  const { watches } = scene.store;
  const state = await watches.claim('ci', { owner: 'p1', leaseMs: 60_000 });
  if (state === null) throw new Error('somebody else watches');
  // The digest before was composed five minutes after the scan, and told what was gone by then.
  const sightings = [
    ...[seen('created', '1', 2), seen('gone', '1', 4)],
    ...[seen('created', '2', 3), seen('gone', '2', 60)],
  ];
  await watches.apply('ci', { sightings, mark: null, coveredUntil: null }, state.held);
  await scene.scan('ci', today);

  const { shortLived } = await scene.compose(['ci']);

  expect(shortLived.map(({ name }) => name)).toEqual(['2']);
});

it('names containers of which only the existence is known, and no earlier ones', async () => {
  const { watches } = scene.store;
  const state = await watches.claim('ci', { owner: 'p1', leaseMs: 60_000 });
  if (state === null) throw new Error('somebody else watches');
  const gone = (name: string, at: string): Sighting => ({
    ...{ kind: 'gone', containerId: name, name, image: 'job:1', at: Date.parse(at) },
    labels: { composeProject: null, composeService: null, owner: null },
    ...{ timeNano: name, observed: null, exitCode: null, exec: null, execId: null },
  });
  const sightings = [gone('1', '2026-11-01T00:00:00.000Z'), gone('2', noon)];
  await watches.apply('ci', { sightings, mark: null, coveredUntil: null }, state.held);

  expect((await scene.compose(['ci'])).glimpses).toMatchObject([{ name: '2', host: 'ci' }]);
  // A first digest names those of its day.
  expect((await scene.compose(['ci'], { since: null })).glimpses).toMatchObject([
    { name: '2', host: 'ci' },
  ]);
  expect((await scene.compose(['other'])).glimpses).toEqual([]);
});

it('knows of each host whether it was read, is down, was left alone or is unknown', async () => {
  for (const host of ['read', 'down', 'stale', 'pending', 'unreported'])
    await scene.scan(host, yesterday);
  for (const host of ['read', 'unreported']) await scene.scan(host, today);
  await scene.fail('down', today);
  await scene.fail('never', today);

  const hosts = ['read', 'down', 'stale', 'pending', 'never', 'unreported', 'nowhere'];
  const unreported = ['unreported', 'nowhere'];
  const { states, blind } = await scene.compose(hosts, { pending: ['pending'], unreported });

  expect(states.map(({ name, state }) => [name, state])).toEqual([
    ...hosts.slice(0, 6).map((name) => [name, name]),
    ['nowhere', 'never'],
  ]);
  expect(states[4]).toMatchObject({ lastGoodAt: null, open: null, containers: null, grade: null });
  expect(blind.map(({ host, to }) => [host, to])).toEqual([
    ['down', null],
    ['never', null],
  ]);
});

it('knows of a host as read whose scan was stored in time, though nobody waited for it', async () => {
  for (const host of ['late', 'silent']) await scene.scan(host, yesterday);
  await scene.scan('late', today);
  const hosts = ['late', 'silent'];

  const begunAt = Date.parse(today) - 1_000;
  const { states } = await scene.compose(hosts, { unreported: hosts, begunAt });

  expect(states.map(({ name, state }) => [name, state])).toEqual([
    ['late', 'read'],
    ['silent', 'unreported'],
  ]);
});

it('compares a first digest with nothing', async () => {
  await scene.scan('web-1', yesterday, { findings: [socket] });
  await scene.scan('web-1', today, { findings: [socket, memory] });

  const answer = await scene.compose(['web-1'], { since: null });

  expect(answer).toMatchObject({
    isBaseline: true,
    since: null,
    news: [],
    better: [],
    exposure: [],
  });
  expect(brief(answer.open)).toEqual([
    ['open', 'no-docker-socket-mount', 1],
    ['open', 'memory-limit', 1],
  ]);
});

describe('owners', () => {
  const routing = { label: 'team', groups: { payments: 'S0PAYMENTS' } };
  const onEngine = findingOf('live-restore', 'engine', 'low', { subjectKind: 'engine' });
  const onImage = findingOf('image-user-set', 'pay:1', 'low', {
    subjectKind: 'image',
    subjects: ['pay:1'],
  });
  const pay = observedContainer('c'.repeat(64), {
    name: 'pay',
    imageReference: 'pay:1',
    owner: 'payments',
  });
  const onPay = findingOf('memory-limit', 'pay', 'medium');
  const ownersOf = async (containers: (typeof pay)[]) => {
    await scene.scan('web-1', yesterday);
    const findings = [onPay, onImage, onEngine, memory];
    await scene.scan('web-1', today, { containers, findings });
    const { news, owners } = await scene.compose(['web-1'], { owners: routing });
    const byRule = news.flatMap(({ places }) =>
      places.map(({ subjects, owner }) => [subjects[0], owner]),
    );
    return { owners, found: Object.fromEntries(byRule) as Record<string, string | null> };
  };

  it('are those of the containers behind a finding, when these agree', async () => {
    const { found, owners } = await ownersOf([pay]);

    expect(found).toEqual({ pay: 'payments', 'pay:1': 'payments', engine: 'payments', web: null });
    expect(owners).toEqual([{ name: 'payments', group: 'S0PAYMENTS' }]);
  });

  it('are nobody when the containers differ', async () => {
    const other = observedContainer('d'.repeat(64), { name: 'web', imageReference: 'pay:1' });

    const { found } = await ownersOf([pay, other]);

    expect(found).toEqual({ pay: 'payments', 'pay:1': null, engine: null, web: null });
  });

  it('have no user group when the settings name none, whatever the label says', async () => {
    const odd = { ...pay, facts: { ...pay.facts, owner: '__proto__' } };

    const { owners } = await ownersOf([odd]);

    expect(owners).toEqual([{ name: '__proto__', group: null }]);
  });

  it('are left out without the setting', async () => {
    await scene.scan('web-1', today, { containers: [pay], findings: [onPay] });

    expect((await scene.compose(['web-1'])).owners).toBeNull();
  });
});

describe('vulnerabilities', () => {
  const record = (cve: string, fixed?: string): Record<string, Said> => ({
    [cve]: { package: 'openssl', severity: 'high', ...(fixed && { fixed }) },
  });
  const openssl = having('web', '12', [packageOf('libssl3', '1-1', 'openssl')]);
  async function match(at: string): Promise<void> {
    const held = await scene.store.exposed.claim({ owner: 'a', leaseMs: 1_000 });
    if (held === null) throw new Error('somebody else matches');
    await matchAgain(scene.store.exposed, held, Date.parse(at));
    await scene.store.exposed.release(held);
  }
  const names = (found: DigestAnswer['vulnerabilities']) =>
    found &&
    Object.fromEntries(
      (['new', 'fixable', 'exploited'] as const).map((kind) => [
        kind,
        found[kind].worst.map(({ id }) => id),
      ]),
    );

  it('are not known before anything was matched', async () => {
    await scene.scan('web-1', yesterday, { containers: [openssl] });
    expect((await scene.compose(['web-1'])).vulnerabilities).toBeNull();
  });

  it('are new, have a fix now, or are exploited, and accepted ones are left out', async () => {
    const { store } = scene;
    await scene.scan('web-1', yesterday, { containers: [openssl] });
    const before = { ...record('CVE-2026-1'), ...record('CVE-2026-2'), ...record('CVE-2026-3') };
    await takeRecords(store, before);
    await match('2026-11-22T12:00:00.000Z');
    await takeRecords(store, {
      ...before,
      ...record('CVE-2026-1', '2-1'),
      ...record('CVE-2026-4'),
      ...record('CVE-2026-5'),
    });
    await takeExploited(store, ['CVE-2026-2', 'CVE-2026-5']);
    await match('2026-11-24T05:00:00.000Z');

    const { vulnerabilities } = await scene.compose(['web-1']);
    expect(names(vulnerabilities)).toEqual({
      new: ['CVE-2026-5', 'CVE-2026-4'],
      fixable: ['CVE-2026-1'],
      exploited: ['CVE-2026-5', 'CVE-2026-2'],
    });
    expect(vulnerabilities?.fixable.worst).toEqual([
      {
        ...{ id: 'CVE-2026-1', severity: 'high', isExploited: false, isFixable: true },
        ...{ packages: ['openssl'], hosts: ['web-1'] },
      },
    ]);
    expect(names((await scene.compose(['web-2'])).vulnerabilities)).toEqual({
      ...{ new: [], fixable: [], exploited: [] },
    });

    await store.exposed.accept(
      { vulnerability: 'CVE-2026-5', package: 'openssl', versions: ['1-1'] },
      ['*'],
      {
        actor: { id: 'U0ALICE', name: 'alice', place: 'C0SECURITY' },
        at: Date.parse(today),
        reason: 'not reachable',
        until: '2026-12-24T00:00:00.000Z',
      },
    );
    expect(names((await scene.compose(['web-1'])).vulnerabilities)).toMatchObject({
      new: ['CVE-2026-4'],
      exploited: ['CVE-2026-2'],
    });
  });
});
