// A day of 300 engines in a minute and a half: each runs one short container an hour, some lose their
// connection and some are restarted. The real watcher hears them over HTTP and stores into SQLite. Says
// whether anything was missed that the ledger does not name, what the ledger names without a cause, and
// the memory of the watcher hour by hour. `node --expose-gc bench/day-of-fleet.ts 300 3500`.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryFile } from '../test/support/temporary-database.ts';
import { until } from '../test/support/until.ts';
import { openWatchRig } from '../test/support/watch-rig.ts';
import type { Truth } from './day-engines.ts';

const HOSTS = Number(process.argv[2] ?? 300);
const HOUR_MS = Number(process.argv[3] ?? 3_500);
const HOURS = 24;
/** A restart is told from its last event to the next contact: seconds, not hours. */
const NEAR_MS = 30_000;
/** A connection that is lost before the first event leaves nothing to prove coverage by: that is said. */
const NO_MARK = 'no event from before';

const say = (text: string) => process.stdout.write(`${text}\n`);
/** After a full collection: what is held, and what the process takes of the machine. */
const readMemory = () => {
  (globalThis as { gc?: () => void }).gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed, external, rss };
};
const inMegabytes = (values: readonly number[]) =>
  values.map((value) => (value / 1_048_576).toFixed(value < 1e8 ? 1 : 0)).join(' ');

const child = fork(join(import.meta.dirname, 'day-engines.ts'), [String(HOSTS)]);
const answer = async <T>(): Promise<T> => ((await once(child, 'message')) as [T])[0];
const { urls } = await answer<{ urls: string[] }>();
const names = urls.map((_url, index) => `host-${index}`);
const place = temporaryFile();
const store = await place.open(Date.now);
const hosts = Object.fromEntries(urls.map((url, index) => [names[index] ?? '', url]));
const readNames = () =>
  place.withConnection((connection) => {
    const rows = connection.prepare('select name from container union select name from glimpse');
    return new Set(rows.pluck().all() as string[]);
  });
/** What was heard is stored: on a busy machine that takes its time. */
async function untilCalm(): Promise<void> {
  for (let before = -1; before < readNames().size; ) {
    before = readNames().size;
    await sleep(10_000);
  }
}
const began = Date.now();
const rig = openWatchRig(store, hosts);
try {
  const watched = async () =>
    (await store.watches.listWatches(names)).filter(({ since }) => since !== null).length;
  await until(async () => (await watched()) === HOSTS);
  say(`${HOSTS} hosts watched after ${((Date.now() - began) / 1_000).toFixed(1)} s`);
  const memory = [readMemory()];
  for (let hour = 0; hour < HOURS; hour += 1) {
    child.send({ hour, spreadMs: HOUR_MS });
    await answer();
    memory.push(readMemory());
  }
  await untilCalm();
  child.send('truth');
  const { truth } = await answer<{ truth: Truth[] }>();
  const blind = await store.scans.listBlindIntervals({ hosts: names, since: began });
  const recorded = readNames();
  const own = (index: number) => blind.filter(({ host }) => host === names[index]);
  let [ran, seen, named, missed] = [0, 0, 0, 0];
  const groundless: string[] = [];
  for (const [index, { ran: containers, restarts }] of truth.entries()) {
    for (const [name, at] of Object.entries(containers)) {
      ran += 1;
      const isNamed = own(index).some(
        ({ from, to }) => Date.parse(from) <= at && (to === null || at <= Date.parse(to)),
      );
      if (recorded.has(name)) seen += 1;
      else if (isNamed) named += 1;
      else missed += 1;
    }
    const without = own(index).filter(
      ({ from, to, cause }) =>
        !cause.includes(NO_MARK) &&
        !restarts.some(
          (at) => Date.parse(from) <= at && at - NEAR_MS <= (to ? Date.parse(to) : Date.now()),
        ),
    );
    groundless.push(...without.map(({ cause }) => cause));
  }
  const unproven = blind.filter(({ cause }) => cause.includes(NO_MARK)).length;
  const restarts = truth.reduce((sum, one) => sum + one.restarts.length, 0);
  say(
    `${ran} containers: ${seen} recorded, ${named} in a time that the ledger names, ${missed} missed`,
  );
  say(
    `${restarts} restarts of engines, ${blind.length} times in the ledger, ${unproven} of them without an event before, ${groundless.length} without any ground`,
  );
  for (const cause of new Set(groundless.map((one) => one.replace(/\d{4,}/g, '…')))) say(cause);
  for (const part of ['heap', 'external', 'rss'] as const) {
    say(`${part} by hour, MB: ${inMegabytes(memory.map((one) => one[part]))}`);
  }
} finally {
  await rig.close();
  await store.close();
  child.send('end');
  child.disconnect();
  place.remove();
}
