// A program that scans hostile hosts whole, one after the other, verdicts and store included, and tells what each cost it: how
// much more memory it took than at rest, before all of them, and how long its events waited. Arguments: the url of a
// harmless engine, those of the hostile ones. Prints one JSON line, a list of `HostileScan`.
import { readFileSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { scanHosts } from '../../src/inspections/scan-hosts.ts';
import { assembleCore } from '../../src/programs/assemble.ts';
import { boundGarbage } from '../../src/programs/bound-garbage.ts';
import { defaultPolicy } from '../../src/rules/policy.ts';
import { watchStops } from './strain.ts';
import { temporaryDatabase } from './temporary-database.ts';

/** What the scan of a hostile host came to. */
export interface HostileScan {
  containers: number | null;
  /** What was unread, with the reason. */
  unread: string[];
  /** Most memory of the process above that of rest, and what is left of it, in megabytes. */
  peakMegabytes: number;
  keptMegabytes: number;
  /** Longest time in which it did nothing but one thing. */
  stopMs: number;
  cpuMs: number;
  ms: number;
}

/** In kilobytes. */
const memory = (field: 'VmHWM' | 'VmRSS'): number =>
  Number(
    new RegExp(`^${field}:\\s*(\\d{1,12}) kB$`, 'm').exec(
      readFileSync('/proc/self/status', 'utf8'),
    )?.[1],
  );

boundGarbage();
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const heldBytes = (): number => {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

const [harmless = '', ...hostile] = process.argv.slice(2);
const urls = [harmless, ...hostile];
const nameOf = (index: number) => (index === 0 ? 'harmless' : `hostile-${index}`);
const place = temporaryDatabase();
const { context, store } = await assembleCore({
  hosts: urls.map((url, index) => ({
    ...{
      name: nameOf(index),
      url,
      tls: undefined,
      labels: {},
      isDefault: false,
      evidence: 'api' as const,
    },
    ...{ scanSeconds: 600, callSeconds: 120 },
  })),
  databaseUrl: place.url,
  policy: defaultPolicy,
});
const scan = async (wanted: string) => {
  const hosts = context.hosts.filter(({ name }) => name === wanted);
  const [found] = (await scanHosts(context, hosts)).scans;
  if (!found) throw new Error(`There is no host ${wanted}`);
  const { containers, unreadSections } = found;
  return { containers, unread: unreadSections.map(({ reason }) => reason) };
};

for (let time = 0; time < 2; time += 1) await scan('harmless');
const heldAtRest = heldBytes();
/** The most that it has taken is forgotten: the system counts on from here (proc(5), clear_refs). */
const countAnew = () => writeFileSync('/proc/self/clear_refs', '5');
const restKilobytes = memory('VmRSS');

/** What one left that the program still has counts against the next. */
async function measured(name: string): Promise<HostileScan> {
  collect();
  countAnew();
  const stops = watchStops();
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  const told = await scan(name);
  const ms = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpu);
  const stopMs = stops.longestMs();
  const peak = memory('VmHWM');
  return {
    ...told,
    peakMegabytes: (peak - restKilobytes) / 1024,
    keptMegabytes: (heldBytes() - heldAtRest) / 1024 / 1024,
    stopMs,
    cpuMs: (user + system) / 1000,
    ms,
  };
}

const results: HostileScan[] = [];
for (const index of hostile.keys()) results.push(await measured(nameOf(index + 1)));
process.stdout.write(JSON.stringify(results));
await store.close();
place.remove();
process.exit(0);
