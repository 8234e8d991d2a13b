// A program that reads one hostile engine, and tells what that cost it: how long its events waited for its own work, and how
// much more memory it took than when it had read a harmless one of an ordinary size. Arguments: the url of the
// harmless engine, that of the hostile one, what to read of them.
import { readFileSync, writeFileSync } from 'node:fs';
import { openEngine } from '../../src/engine/open-engine.ts';
import { createParserPool } from '../../src/engine/parser-pool.ts';
import { collectorEndpoints } from '../../src/engine/snapshot-taker.ts';
import { OutsideError } from '../../src/shared/errors.ts';
import { engine as engineCollector } from '../../src/snapshot/collectors/engine.ts';
import { packages } from '../../src/snapshot/collectors/packages.ts';
import { runCollector } from './run-collector.ts';
import { watchStops } from './strain.ts';

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

const works: Readonly<Record<string, (url: string) => Promise<string | null>>> = {
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

const [harmless = '', hostile = '', name = ''] = process.argv.slice(2);
const work = works[name];
if (!work) throw new Error(`There is no work ${name}`);
for (let time = 0; time < 3; time += 1) await work(harmless);
// The most that it has taken is forgotten: the system counts on from here (proc(5), clear_refs).
writeFileSync('/proc/self/clear_refs', '5');
const restKilobytes = mostMemory();
const stops = watchStops();
const startedAt = performance.now();
const unread = await work(hostile);
const ms = performance.now() - startedAt;
await new Promise((resolve) => setTimeout(resolve, 20));
const told: HostileReading = {
  unread,
  stopMs: stops.longestMs(),
  peakMegabytes: (mostMemory() - restKilobytes) / 1024,
  ms,
};
process.stdout.write(JSON.stringify(told));
process.exit(0);
