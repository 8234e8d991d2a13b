// A program that reads hostile engines one after the other, and tells what each cost it: how long its events waited for its
// own work, and how much more memory it took than when it had read nothing but harmless ones of an ordinary size. Its one
// argument is a list of `HostileRead`; it prints a list of `HostileReading`.
import { readFileSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { openEngine } from '../../src/engine/open-engine.ts';
import { createParserPool } from '../../src/engine/parser-pool.ts';
import { collectorEndpoints } from '../../src/engine/snapshot-taker.ts';
import { OutsideError } from '../../src/shared/errors.ts';
import { engine as engineCollector } from '../../src/snapshot/collectors/engine.ts';
import { packages } from '../../src/snapshot/collectors/packages.ts';
import { runCollector } from './run-collector.ts';
import { watchStops } from './strain.ts';

/** The url of a hostile engine, what to read of it, and a harmless engine of which the same can be read. */
export interface HostileRead {
  harmless: string;
  hostile: string;
  work: 'packages' | 'privileged' | 'engine';
}

/** What reading a hostile engine came to. */
export interface HostileReading {
  /** What was unread, with the reason; null where all was read. */
  unread: string | null;
  /** Longest time in which it did nothing but one thing. */
  stopMs: number;
  /** Most memory of the process above that of rest. */
  peakMegabytes: number;
  ms: number;
}

const works: Readonly<Record<HostileRead['work'], (url: string) => Promise<string | null>>> = {
  packages: (url) =>
    reading(url, async (engine) => {
      const found = await runCollector(packages, { engine });
      const reasons = found.flatMap(({ facts }) => (facts.state === 'unread' ? facts.reason : []));
      return reasons[0] ?? null;
    }),
  privileged: (url) =>
    reading(url, async (engine) => {
      await engine.privilegedFiles('/containers/id-a/archive', { path: '/usr' });
      return null;
    }),
  engine: (url) =>
    reading(url, async (engine) => {
      await runCollector(engineCollector, { engine });
      return null;
    }),
};

const parsers = createParserPool();

/** In kilobytes, whenever it was. */
const mostMemory = (): number =>
  Number(/^VmHWM:\s*(\d{1,12}) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);

async function reading(
  url: string,
  read: (engine: ReturnType<typeof openEngine>) => Promise<string | null>,
): Promise<string | null> {
  const engine = openEngine({
    url,
    allowedEndpoints: collectorEndpoints,
    callTimeoutMs: 60_000,
    parsers,
  });
  try {
    return await read(engine);
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    return error.message;
  } finally {
    engine.close();
  }
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const reads = JSON.parse(process.argv[2] ?? '') as HostileRead[];
const harmless = new Map(reads.map((read) => [read.harmless, read.work]));
for (const [url, work] of harmless) for (let time = 0; time < 3; time += 1) await works[work](url);
/** The most that it has taken is forgotten: the system counts on from here (proc(5), clear_refs). */
const countAnew = () => writeFileSync('/proc/self/clear_refs', '5');
collect();
countAnew();
const restKilobytes = mostMemory();

/** What one left that the program still has counts against the next. */
async function measured({ hostile, work }: HostileRead): Promise<HostileReading> {
  collect();
  countAnew();
  const stops = watchStops();
  const startedAt = performance.now();
  const unread = await works[work](hostile);
  const ms = performance.now() - startedAt;
  await new Promise((resolve) => setTimeout(resolve, 20));
  const peakMegabytes = (mostMemory() - restKilobytes) / 1024;
  return { unread, stopMs: stops.longestMs(), peakMegabytes, ms };
}

const told: HostileReading[] = [];
for (const read of reads) told.push(await measured(read));
process.stdout.write(JSON.stringify(told));
process.exit(0);
