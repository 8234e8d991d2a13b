// Short-lived containers on a real engine, watched by the real watcher, while something goes wrong: is
// every container recorded, or within a time that the ledger names; how long is it from an event to its
// row; how much slower is `docker run`. Root on Linux is needed. Ends with 1 when one was silently missed.
// `node bench/watch.ts plain|killed|restarted|locked|slow-slack [100 [200]]`: so many in sequence, then so
// many with 20 at once, in the middle of which it goes wrong.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import type { BlindInterval } from '../src/ports/past.ts';
import { openStore } from '../src/store/open-store.ts';
import { openRealEngine, type RealEngine } from '../test/support/real-engine.ts';
import { openSeawall } from '../test/support/seawall.ts';
import { temporaryFile } from '../test/support/temporary-database.ts';
import { until } from '../test/support/until.ts';
import { type Ran, runMany } from './burst.ts';

const MODE = process.argv[2] ?? 'plain';
const IN_SEQUENCE = Number(process.argv[3] ?? 100);
const SIDE_BY_SIDE = Number(process.argv[4] ?? 200);
const AT_ONCE = 20;
const DEAD_MS = 5_000;
const LOCKED_MS = 3_000;
const SLACK_MS = 2_000;
/** How often the database is asked what is new in it. */
const LOOK_MS = 10;
const CHANNEL = 'C0SECURIT';
const HOST = 'bench';
const program = join(import.meta.dirname, '..', 'test', 'support', 'watch-process.ts');

const say = (text: string) => process.stdout.write(`${text}\n`);
const quantile = (values: readonly number[], part: number) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * part)] ?? 0;
const spread = (values: readonly number[]) =>
  `p50 ${quantile(values, 0.5).toFixed(0)} ms, p99 ${quantile(values, 0.99).toFixed(0)} ms`;
const tookOf = (ran: readonly Ran[]) =>
  ran.filter(({ isWhole }) => isWhole).map(({ from, to }) => to - from);
const ratio = (slow: readonly Ran[], bare: readonly Ran[]) =>
  (quantile(tookOf(slow), 0.5) / quantile(tookOf(bare), 0.5)).toFixed(2);

/** What watches, and how it is put in trouble. */
interface Watching {
  path: string;
  /** Options of the containers that are run. */
  options: readonly string[];
  trouble(): Promise<void>;
  /** More to say of the run. */
  tell(): string;
  close(): Promise<void>;
}

async function openProcess(engine: RealEngine): Promise<Watching> {
  const place = temporaryFile();
  await (await place.open(Date.now)).close();
  let child: ChildProcess;
  const start = async () => {
    const stdio = ['ignore', 'pipe', 'inherit'] as const;
    child = spawn(process.execPath, [program, place.url, HOST, engine.url], { stdio: [...stdio] });
    if (child.stdout) await once(child.stdout, 'data');
  };
  const kill = async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  const troubles: Record<string, () => Promise<void>> = {
    plain: async () => {},
    restarted: () => engine.restart(),
    async killed() {
      await kill();
      await sleep(DEAD_MS);
      await start();
    },
    async locked() {
      const lock = new Database(place.path);
      lock.exec('begin immediate');
      await sleep(LOCKED_MS);
      lock.exec('rollback');
      lock.close();
    },
  };
  const trouble = troubles[MODE];
  if (trouble === undefined) throw new Error(`there is no trouble ${MODE}`);
  await start();
  return {
    path: place.path,
    options: [],
    trouble,
    tell: () => '',
    async close() {
      await kill();
      place.remove();
    },
  };
}

/** The whole bot, in a workspace that answers each call late while each container is an alert. */
async function openBot(engine: RealEngine): Promise<Watching> {
  const bot = await openSeawall({
    hosts: [{ name: HOST, url: engine.url }],
    mode: 'http',
    channels: [{ id: CHANNEL, alerts: { severity: 'critical', perHour: 100 } }],
    workspaceOptions: { rateLimits: false },
  });
  await bot.workspace.sendCommand({ text: 'scan' });
  await until(async () => bot.answers.length > 0);
  bot.workspace.faults.add({ kind: 'latency', delayMs: SLACK_MS, count: 1e9 });
  return {
    path: bot.databasePath,
    options: ['--privileged'],
    trouble: async () => {},
    tell: () => `; ${bot.workspace.messages(CHANNEL).length} messages in Slack by then`,
    close: () => bot.close(),
  };
}

/** Looks into the database all the time; delays from the event to when its row is seen. */
function openMonitor(path: string) {
  const connection = new Database(path, { readonly: true });
  const newer = connection.prepare(
    'select id, container_id as container, first_seen as at from container where id > ? order by id',
  );
  const known = new Set<string>();
  let [last, delays] = [0, [] as number[]];
  const timer = setInterval(() => {
    const now = Date.now();
    for (const row of newer.all(last) as { id: number; container: string; at: number }[]) {
      last = row.id;
      if (!known.has(row.container)) delays.push(now - row.at);
      known.add(row.container);
    }
  }, LOOK_MS);
  return {
    isKnown: (id: string) => known.has(id),
    glimpsed: () =>
      new Set(connection.prepare('select container_id from glimpse').pluck().all() as string[]),
    takeDelays() {
      const taken = delays;
      delays = [];
      return taken;
    },
    close() {
      clearInterval(timer);
      connection.close();
    },
  };
}

const isNamed = ({ from, to }: Ran, blind: readonly BlindInterval[]) =>
  blind.some(
    (one) => Date.parse(one.from) <= to && (one.to === null || Date.parse(one.to) >= from),
  );

const engine = await openRealEngine({ options: ['--bridge=none'] });
let watching: Watching | undefined;
try {
  engine.importBaseImage();
  const options = MODE === 'slow-slack' ? ['--privileged'] : [];
  const bare = {
    alone: await runMany(engine, 20, 1, { options }),
    together: await runMany(engine, 60, AT_ONCE, { options }),
  };

  watching = await (MODE === 'slow-slack' ? openBot(engine) : openProcess(engine));
  const store = await openStore({ url: `sqlite:${watching.path}`, now: Date.now });
  const isWatched = async () => (await store.watches.listWatches([HOST]))[0]?.since != null;
  await until(isWatched);
  const monitor = openMonitor(watching.path);
  const alone = await runMany(engine, IN_SEQUENCE, 1, { options });
  await sleep(1_000);
  const delaysAlone = monitor.takeDelays();

  let [done, trouble] = [0, Promise.resolve()];
  const { trouble: begin } = watching;
  const together = await runMany(engine, SIDE_BY_SIDE, AT_ONCE, {
    options,
    onRun() {
      done += 1;
      if (done === SIDE_BY_SIDE / 2) trouble = begin();
    },
  });
  await trouble;
  await until(isWatched);
  const told = watching.tell();
  const [last] = await runMany(engine, 1, 1, { options });
  await until(async () => last !== undefined && monitor.isKnown(last.id));
  await sleep(2_000);
  const delays = monitor.takeDelays();

  const blind = await store.scans.listBlindIntervals({ hosts: [HOST], since: 0 });
  const glimpsed = monitor.glimpsed();
  const ran = [...alone, ...together];
  const unrecorded = ran.filter(({ id }) => !monitor.isKnown(id));
  const unknown = unrecorded.filter(({ id }) => !glimpsed.has(id));
  const missed = unknown.filter((one) => !isNamed(one, blind));
  say(
    `${MODE}: ${ran.length} containers: ${ran.length - unrecorded.length} recorded, ` +
      `${unrecorded.length - unknown.length} glimpses, ${unknown.length - missed.length} in a time that ` +
      `the ledger names, ${missed.length} missed${told}`,
  );
  say(`event to row: in sequence ${spread(delaysAlone)}; at once ${spread(delays)}`);
  say(
    `docker run against without Seawall: in sequence ${ratio(alone, bare.alone)}, ` +
      `at once ${ratio(together, bare.together)} (${spread(tookOf(together))})`,
  );
  for (const { from, to, cause } of blind) say(`blind from ${from} to ${to}: ${cause}`);
  if (missed.length > 0) process.exitCode = 1;
  monitor.close();
  await store.close();
} finally {
  await watching?.close();
  await engine.close();
}
