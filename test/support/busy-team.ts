import { createInlineScans } from '../../src/inspections/inline-scans.ts';
import { matchAgain } from '../../src/inspections/match-again.ts';
import { scanHosts } from '../../src/inspections/scan-hosts.ts';
import type { FeedRow } from '../../src/ports/feed-store.ts';
import type { ScanRecord } from '../../src/ports/scan-record.ts';
import type { Sighting } from '../../src/ports/watch-store.ts';
import { allRules } from '../../src/rules/all-rules.ts';
import { exampleContainer, exampleSnapshot } from '../../src/rules/example-host.ts';
import { defaultPolicy } from '../../src/rules/policy.ts';
import { OutsideError } from '../../src/shared/errors.ts';
import { createFairShares } from '../../src/shared/fair-shares.ts';
import { read } from '../../src/shared/reading.ts';
import type { Store } from '../../src/store/open-store.ts';
import { alertSignal, cursorOf } from './alert-signal.ts';
import { hostOf } from './digest-parts.ts';
import { osv, osvAffected } from './exposure-records.ts';
import { currentFinding } from './scan-records.ts';
import { documentOf, openVex, said } from './vex-documents.ts';

/** How much happens in a day. */
export interface Team {
  hosts: number;
  containers: number;
  scans: number;
  /** Containers of each host that are replaced by ones of a new image. */
  deploys: number;
  /** Commands that are begun in containers of each host. */
  execs: number;
  questions: number;
  changes: number;
  alerts: number;
  /** Messages of digests and public answers. */
  messages: number;
}

const HOUR = 3_600_000;
const CHANNEL = 'C1';
/** What an answer with a button that shares it weighs (measured on `findings`). */
const DOCUMENT_BYTES = 12_000;
const PACKAGES = 120;
const LIBRARIES = 40;
const RULES = Array.from({ length: 8 }, (_, index) => `rule-${index}-of-a-usual-length`);
const actor = { id: 'U1', name: 'alice', place: CHANNEL };
const iso = (at: number) => new Date(at).toISOString();

/** A scan as the rules and collectors of today make it, of a host with one container. */
export async function exampleScan(): Promise<ScanRecord> {
  const made: ScanRecord[] = [];
  const rules = allRules;
  const store = {
    listImages: async () => [],
    saveScan: async (record: ScanRecord) => {
      made.push(record);
      return { open: [], closed: [], isFirstScan: true };
    },
  };
  const unasked = new OutsideError('store-failed', 'the example has no database');
  const parts = {
    scanQueue: createInlineScans(),
    ...{ rules, policy: defaultPolicy, now: () => 0, newId: () => 'x' },
    inTurn: <T>(work: () => Promise<T>) => work(),
    shares: createFairShares(),
    store: store as unknown as Store['scans'],
    acceptances: { listAttestations: async () => [] },
    exposed: {
      basis: () => Promise.reject(unasked),
      listContainerImages: () => Promise.reject(unasked),
    },
    feeds: { list: async () => [] } as unknown as Store['feeds'],
    feedsStaleAfterMs: 1,
    images: {
      listWithoutSystem: async () => [],
      saveSystem: async () => {},
      listNames: async () => [],
    },
    filesystems: { seeImages: async () => [] } as unknown as Store['filesystems'],
    filesystemReader: {
      readFilesystem: () => Promise.reject(new Error('the example does not ask for it')),
      readSystem: () => Promise.reject(new Error('the example does not ask for it')),
    },
    snapshots: {
      takeSnapshot: async () => exampleSnapshot({ container: exampleContainer }),
    },
  };
  await scanHosts(parts, [hostOf('web-1')]);
  const [record] = made;
  if (record === undefined) throw new Error('nothing was scanned');
  return record;
}

export interface BusyTeam {
  /** Lives a day from this time on. */
  live(dayAt: number): Promise<void>;
}

/** A team that uses everything, over a real store. Numbers in names make each thing another one. */
export async function openBusyTeam(store: Store, team: Team): Promise<BusyTeam> {
  const example = await exampleScan();
  const [container] = example.containers ?? [];
  if (container === undefined) throw new Error('the example has no container');
  let made = 0;
  let scans = 0;
  const next = () => (made += 1);
  const inventoryOf = (version: number) => ({
    manager: 'dpkg' as const,
    operatingSystem: { id: 'debian', versionId: '13', prettyName: 'Debian GNU/Linux 13 (trixie)' },
    packages: Array.from({ length: PACKAGES }, (_, index) => ({
      name: `package-${index}`,
      // A tenth of them changes with each image.
      version: index % 10 === 0 ? `1.${version}` : '1.0',
      architecture: 'amd64',
      sourceName: `source-${index}`,
      sourceVersion: '1.0',
    })),
  });
  const newContainer = (name: string) => {
    const number = next();
    const id = number.toString(16).padStart(64, '0');
    return {
      ...container,
      facts: { ...container.facts, id, name, imageId: `sha256:${id}` },
      surface: {
        ports: read([]),
        processes: read({ count: 3, source: 'top' as const }),
        installed: read({ inventory: inventoryOf(number), isOwn: false }),
        setUid: read({ count: 9, rootCount: 7, isWhole: true }),
      },
    };
  };
  const hosts = Array.from({ length: team.hosts }, (_, index) => ({
    name: `web-${index}`,
    containers: Array.from({ length: team.containers }, (_each, at) =>
      newContainer(`service-${at}`),
    ),
  }));
  type Host = (typeof hosts)[number];
  const findingsOf = ({ containers }: Host) =>
    containers.flatMap(({ facts }, index) =>
      RULES.map((rule, at) => {
        // The first comes and goes with the container, as one of its image does.
        const subjectKey = at === 0 ? facts.id : `project/service-${index}`;
        return currentFinding({ rule, subjectKey });
      }),
    );

  /** What a scan says of each rule when the host is away. */
  const unread = RULES.map((rule) => ({
    ...{ rule, subjectKind: 'container' as const, subjectKey: null },
    reason: 'connection refused',
  }));

  const scan = (host: Host, at: number, isDown: boolean) =>
    store.scans.saveScan({
      ...example,
      ...{ id: `scan-${next()}`, host: host.name, startedAt: iso(at), finishedAt: iso(at + 5_000) },
      findings: isDown ? [] : findingsOf(host),
      containers: isDown ? null : host.containers,
      ...(isDown && { engine: null, undecided: unread }),
      posture: { ...example.posture, score: at % 100 },
    });

  /** Each image of a host has its own few libraries, and most in common with the others. */
  const inventory = async (host: Host, at: number) => {
    const images = host.containers.map(({ facts }) => ({
      ...{ id: facts.imageId, name: facts.name, layers: facts.imageId },
    }));
    const seen = await store.filesystems.seeImages(host.name, iso(at), images);
    for (const { layersKey } of seen.filter(
      ({ triedAt, isThere }) => isThere && triedAt === null,
    )) {
      const packages = Array.from({ length: LIBRARIES }, (_, index) => {
        const version = index % 10 === 0 ? `1.0.${next()}` : '1.0.0';
        const name = `library-${index}`;
        const purl = `pkg:npm/${name}@${version}`;
        return { ecosystem: 'npm' as const, name, version, path: `app/${name}`, purl };
      });
      const found = { packages, programs: [], ownedBySystem: 0, unread: [], cut: null };
      const reading = { triedAt: iso(at), readFrom: 'probe' as const, inventory: read(found) };
      await store.filesystems.save(host.name, layersKey, reading);
    }
  };

  const watch = async (host: Host, at: number) => {
    const state = await store.watches.claim(host.name, { owner: 'a', leaseMs: HOUR });
    if (state === null) throw new Error('somebody else watches');
    const { held } = state;
    const sighting = (
      kind: Sighting['kind'],
      one: Host['containers'][number],
      difference = {},
    ): Sighting => ({
      ...{ kind, containerId: one.facts.id, name: one.facts.name, image: 'shop/web:latest', at },
      labels: { composeProject: 'shop', composeService: one.facts.name, owner: null },
      ...{
        timeNano: `${at}${`${next()}`.padStart(6, '0')}`,
        observed: null,
        exitCode: null,
        exec: null,
        execId: null,
      },
      ...difference,
    });
    const sightings: Sighting[] = [];
    for (let deploy = 0; deploy < team.deploys; deploy += 1) {
      const index = next() % team.containers;
      const old = host.containers[index];
      const fresh = newContainer(`service-${index}`);
      if (old === undefined) continue;
      sightings.push(
        sighting('created', fresh, { observed: read(fresh) }),
        sighting('started', fresh, { observed: read(fresh) }),
        sighting('ended', old, { exitCode: 0 }),
        sighting('gone', old),
      );
      host.containers[index] = fresh;
    }
    const [busy] = host.containers;
    for (let exec = 0; busy && exec < team.execs; exec += 1) sightings.push(sighting('exec', busy));
    // One that nobody could look at in time.
    const short = newContainer('short');
    sightings.push(sighting('created', short), sighting('gone', short));
    sightings.push(sighting('own-probe', newContainer('probe')));
    await store.watches.apply(host.name, { sightings, mark: null, coveredUntil: at }, held);
    await store.watches.setBlind(
      host.name,
      { from: at, to: at + 60_000, cause: 'the stream broke' },
      held,
    );
    await store.watches.release('a');
  };

  const chat = async (at: number) => {
    await store.misses.count(at);
    for (let question = 0; question < team.questions; question += 1) {
      const key = `Ev${next()}`;
      const delivery = { key, body: null, answerWithinMs: 1 };
      await store.deliveries.claim(delivery, { owner: 'bot', leaseMs: 1 }, at);
      const document = { summary: ['x'.repeat(DOCUMENT_BYTES)] };
      const run = { kind: 'run' as const, line: 'findings', about: null };
      await store.tokens.issue([{ kind: 'share', document }, run, run, run], CHANNEL);
    }
    for (let change = 0; change < team.changes; change += 1) {
      const what = `change ${next()} of something with a name of a usual length`;
      const entry = { at, actor, verb: 'scan', outcome: 'done' as const, what };
      await store.audit.record({ ...entry, before: { until: iso(at) }, after: { until: iso(at) } });
    }
    await store.slack.claimIntroduction(`D${next()}`, at);
    await decide(at);
    await takeFeed(at);
    await takeStatements(at);
    await matchFeed(at);
  };

  const takeFeed = (at: number) => {
    const cve = `CVE-2026-${next()}`;
    const record = osv({
      ...{ id: `DEBIAN-${cve}`, modified: iso(at), upstream: [cve] },
      affected: [osvAffected('Debian:13', 'source-1', [{ introduced: '0' }, { fixed: '3' }])],
    });
    const known = { cve, vendor: 'v', product: 'p', dateAdded: '2026-01-01' };
    async function* rows(): AsyncGenerator<FeedRow> {
      yield { kind: 'advisory', record };
      yield { kind: 'exploited', entry: { ...known, isUsedByRansomware: false } };
      yield { kind: 'prediction', entry: { cve, probability: 0.1, percentile: 0.5 } };
    }
    return store.feeds.replace({ source: 'osv/Debian', rows: rows(), asOf: () => iso(at) });
  };

  const takeStatements = (at: number) => {
    const statements = documentOf(openVex([said()], { timestamp: iso(at) })).statements;
    async function* rows(): AsyncGenerator<FeedRow> {
      for (const statement of statements) yield { kind: 'statement', statement };
    }
    return store.feeds.replace({ source: 'vex/1', rows: rows(), asOf: () => iso(at) });
  };

  const matchFeed = async (at: number) => {
    const held = await store.exposed.claim({ owner: 'a', leaseMs: HOUR });
    if (held === null) throw new Error('somebody else matches');
    await matchAgain(store.exposed, held, at);
    const { generation, container } = await store.exposed.state();
    const [found] = await store.exposed.listPlaced({ hosts: ['web-0'], goneAfter: at });
    const { vulnerability = '' } = found ?? {};
    await store.exposed.tell(held, {
      cursor: {
        ...{ channel: CHANNEL, generation, container },
        ...{ sources: ['osv/Debian'], lookedAt: at, summaries: 0 },
      },
      told: [{ vulnerability, event: 'known', isPost: true }],
      messages: [],
    });
    await store.exposed.release(held);
    const what = { vulnerability, package: 'source-1', versions: ['1.0'] };
    const terms = { actor, at, reason: 'not reachable', until: iso(at + 30 * 24 * HOUR) };
    await store.exposed.accept(what, ['*'], terms);
    await store.exposed.unaccept(what, null, { actor, at: at + 1 });
  };

  /** Each decision is taken back or replaced by that of the next day. */
  const decide = async (at: number) => {
    const by = { actor, at };
    const terms = {
      ...by,
      reason: 'replaced in the next release',
      until: iso(at + 30 * 24 * HOUR),
    };
    const [host] = hosts;
    const [finding] = host ? findingsOf(host) : [];
    if (host === undefined || finding === undefined) return;
    const name = { host: host.name, fingerprint: finding.fingerprint };
    await store.acceptances.accept(name, terms);
    await store.acceptances.unaccept(name, { actor, at: at + 1 });
    await store.acceptances.attest('verified-packages', ['*'], terms);
    const baseline = {
      host: host.name,
      key: 'shop/web',
      container: 'web',
      fields: {},
      reason: null,
    };
    await store.baselines.approve(baseline as never, by);
    const schedule = { at: '08:30', timezone: 'UTC', days: ['mon' as const] };
    await store.digests.setSchedule(
      { channel: CHANNEL, schedule, isOff: false },
      { ...by, before: null },
    );
  };

  const send = async (at: number, keys: readonly string[], what: 'digest' | 'alert') => {
    const messages = keys.map((key) => ({
      ...{ key, channel: CHANNEL, action: { kind: 'post' as const }, what, dueAt: at },
      payload: { blocks: 'x'.repeat(6_000) },
    }));
    await store.outbox.put(messages, at);
    for (const _message of messages) {
      const owed = await store.outbox.claim({ owner: 'a', leaseMs: HOUR }, at);
      if (owed) await store.outbox.markSent(owed, `${at}.${owed.id}`);
    }
  };

  const tell = async (at: number) => {
    const plan = {
      channel: CHANNEL,
      day: iso(at).slice(0, 10),
      timezone: 'UTC',
      dueAt: at,
      scheduledBy: 'alice',
    };
    const held = await store.digests.claimRun(plan, { owner: 'a', leaseMs: HOUR }, at);
    const keys = Array.from({ length: team.messages }, () => `digest:${next()}`);
    await send(at, keys, 'digest');
    if (typeof held === 'object') await store.digests.completeRun(plan, [], held, at);
  };

  const warn = async (at: number) => {
    const from = await cursorOf(store.alerts, CHANNEL, 'web-0', at);
    const signals = Array.from({ length: team.alerts }, () =>
      alertSignal({
        ...{ key: `finding:web-0:${next()}`, host: 'web-0', at },
        ...{ title: 'service-1 runs privileged', next: ['findings on web-0'] },
      }),
    );
    const ends = signals.map(({ key }) => ({ key, at: at + 1, why: 'it is gone' }));
    const told = { kinds: [], before: 0, why: '' };
    const place = { channel: CHANNEL, host: 'web-0', from, to: { ...from, findingsAt: at } };
    const news = { signals, updates: [], ends, acceptances: [], told };
    await store.alerts.apply(place, news, { perHour: 20 }, at);
    const stale = await store.alerts.listStale(CHANNEL);
    await send(
      at,
      stale.map(({ id }) => `alert:${id}:post`),
      'alert',
    );
    for (const alert of stale) await store.alerts.show(alert, [], at);
  };

  return {
    async live(dayAt) {
      for (const host of hosts) {
        for (let one = 0; one < team.scans; one += 1) {
          const at = dayAt + one * Math.floor((20 * HOUR) / team.scans);
          // Now and then a host is away.
          scans += 1;
          await scan(host, at, scans % 7 === 0);
        }
        await inventory(host, dayAt + 20.5 * HOUR);
        await watch(host, dayAt + 21 * HOUR);
      }
      await chat(dayAt + 22 * HOUR);
      await tell(dayAt + 22.5 * HOUR);
      await warn(dayAt + 23 * HOUR);
    },
  };
}
