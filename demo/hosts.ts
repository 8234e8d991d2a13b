import { copyFileSync } from 'node:fs';
import { sql } from 'kysely';
import type { HostSettings, Settings } from '../src/config/load-settings.ts';
import { openEngine } from '../src/engine/open-engine.ts';
import { hostStates } from '../src/inspections/host-states.ts';
import type { Clock } from '../src/ports/clock.ts';
import { assembleCore, type Core } from '../src/programs/assemble.ts';
import { DEFAULT_ENGINE } from '../src/shared/usual-sockets.ts';
import { openDatabase } from '../src/store/database.ts';
import { sqlitePath } from '../src/store/database-url.ts';
import { type Store, type StoreOptions, storeOver } from '../src/store/open-store.ts';
import { asRecorded } from './as-recorded.ts';
import { openSampleEngine, type SampleEngine, sampleEngineUrl } from './sample/sample-engine.ts';
import { type SampleHost, sampleHosts } from './sample/timeline.ts';
import { takeSampleFeed } from './sample-feed.ts';
import { liveSampleHistory } from './sample-history.ts';

/** The hosts of the demo: the local engine, if one answers, and the sample fleet. */
export interface DemoHosts {
  /** The first is the default host. */
  hosts: HostSettings[];
  /** A core over these hosts, of which the sample fleet is described as it was recorded. */
  describe(core: Core): Core;
  /**
   * Fills the database with the sample fleet's history; a line for people on how it stands. `lived`: a file of this, made
   * since the last full hour, which is copied.
   */
  liveHistory(
    settings: Pick<Settings, 'databaseUrl' | 'policy' | 'owners'>,
    lived?: string,
  ): Promise<string>;
  close(): Promise<void>;
}

export interface DemoHostsOptions {
  /** Hosts of the settings; the first is used when its engine answers. */
  declared: readonly HostSettings[];
  /** Paths of sockets at which this machine may have its engine, where none answers at the usual one. */
  elsewhere?: readonly string[];
  /** Time of the demo; the history ends where it stands now. */
  now: Clock;
  say: (text: string) => void;
}

const ENGINE_WAIT_MS = 3_000;

/** Looks for the local engine and starts those of the sample fleet. Rejects when no port is free. */
export async function openDemoHosts({
  declared,
  elsewhere = [],
  now,
  say,
}: DemoHostsOptions): Promise<DemoHosts> {
  const [first] = declared;
  const local = first === undefined ? null : await findEngine(first, elsewhere);
  if (local !== null) {
    say(`Docker Engine found at ${local.url}. Seawall only reads: GET and HEAD, nothing else.\n`);
  } else {
    const tried = first
      ? `No Docker Engine answers at ${first.url}`
      : 'No Docker Engine is declared';
    say(`${tried}; using the sample fleet alone.\n`);
  }
  const startedAt = now();
  const story = { now: startedAt, isOver: false };
  const clock = () => (story.isOver ? now() : story.now);
  const engines = await Promise.all(
    sampleHosts.map((host) => openSampleEngine({ host, startedAt, clock })),
  );
  const samples = sampleHosts.map((name, index) =>
    toSampleHost(name, engines[index] as SampleEngine, local === null && index === 0),
  );
  const describe = (core: Core) =>
    asRecorded(core, new Map(samples.map(({ name }) => [name, sampleEngineUrl])));
  return {
    // Whatever the settings say: the demo was not asked to change anything, and says so above.
    hosts: local === null ? samples : [{ ...local, isDefault: true, evidence: 'api' }, ...samples],
    describe,
    async liveHistory({ databaseUrl, policy, owners }, lived) {
      const url = databaseUrl.reveal();
      if (lived !== undefined) copyFileSync(lived, sqlitePath(url));
      const core = await assembleCore({
        hosts: samples,
        databaseUrl: url,
        policy,
        owners,
        now: clock,
        openDatabase: openUnsynced,
      });
      try {
        if (lived === undefined) {
          await liveSampleHistory(describe(core), { clock: story, startedAt });
          await takeSampleFeed(core.store, { hasNext: false });
        }
        return await fleetLine(core.context);
      } finally {
        story.isOver = true;
        await core.store.close();
      }
    },
    async close() {
      await Promise.all(engines.map((engine) => engine.close()));
    },
  };
}

/** Of hundreds of transactions none waits for the disk: nobody needs the history once the machine lost its power. */
async function openUnsynced({ url, now }: StoreOptions): Promise<Store> {
  const database = await openDatabase(url, now);
  await sql`pragma synchronous = off`.execute(database.db);
  return storeOver(database, now);
}

async function fleetLine({
  hosts,
  store,
}: Parameters<typeof liveSampleHistory>[0]['context']): Promise<string> {
  const states = await hostStates(hosts, store);
  const grades = states.map(({ name, grade }) => `${name} ${grade?.grade ?? '–'}`);
  return `Sample fleet: ${grades.join(', ')}; recorded, with 30 days of made-up history.\n`;
}

/** A recording has no events. */
function toSampleHost(name: SampleHost, { url }: SampleEngine, isDefault: boolean): HostSettings {
  const labels = { remark: 'sample: recorded, with a made-up history' };
  const common = { tls: undefined, labels, evidence: 'api' as const };
  return { name, url, isDefault, watch: false, ...common };
}

/** The declared host, or that of another socket if it is the usual one; null where no engine answers. */
async function findEngine(
  declared: HostSettings,
  elsewhere: readonly string[],
): Promise<HostSettings | null> {
  const others = declared.url === DEFAULT_ENGINE ? elsewhere : [];
  for (const url of [declared.url, ...others.map((path) => `unix://${path}`)]) {
    const host = { ...declared, url };
    if (await answers(host)) return host;
  }
  return null;
}

async function answers({ url, tls }: HostSettings): Promise<boolean> {
  const engine = openEngine({
    url,
    tls,
    allowedEndpoints: [],
    callTimeoutMs: ENGINE_WAIT_MS,
  });
  try {
    await engine.apiVersion();
    return true;
  } catch {
    return false;
  } finally {
    engine.close();
  }
}
