import fc from 'fast-check';
import { OutsideError } from '../../../src/shared/errors.ts';
import * as collectors from '../../../src/snapshot/collectors/index.ts';
import type { Collector } from '../../../src/snapshot/define-collector.ts';
import { lookFirst } from '../../../src/snapshot/look-first.ts';
import { hostDoor } from '../../support/host-door.ts';
import { kernelHost } from '../../support/kernel-host.ts';
import { runs } from '../../support/long-run.ts';
import { recordedReader, recording } from '../../support/recorded-reader.ts';
import { runCollector } from '../../support/run-collector.ts';

type Fields = Record<string, unknown>;

const [container = {}] = recording('containers') as Fields[];
const [image = {}] = recording('images') as Fields[];

const endpoints = [
  '/info',
  '/version',
  '/networks',
  '/volumes',
  '/containers/json',
  '/images/json',
  `/containers/${String(container.Id)}/json`,
  `/images/${String(image.Id)}/json`,
  `/images/${String(image.Id)}/history`,
];

/** The answer of a collector, or the failure of the outside; anything else fails the test. */
async function orFailure<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    expect(error).toBeInstanceOf(OutsideError);
    return null;
  }
}

const given = (overrides: Fields) => ({
  ...{ engine: recordedReader(overrides), hostFiles: hostDoor({}), kernelDoor: kernelHost({}) },
});
const attempt = (collector: Collector, overrides: Fields): Promise<unknown> =>
  orFailure(runCollector(collector, given(overrides)));

/** What collectors of one snapshot answer: they share a first look. */
async function attemptAll(collectors: readonly Collector[], overrides: Fields): Promise<void> {
  const doors = given(overrides);
  const wanted = collectors.flatMap(({ reads }) => reads);
  const first = await orFailure(lookFirst({ reader: doors.engine, wanted, ownerLabel: null }));
  if (first === null) return;
  for (const collector of collectors) await orFailure(collector.collect({ first, ...doors }));
}

/** Collectors that ask for it: to the others its answer is nothing. */
async function askersOf(path: string): Promise<Collector[]> {
  const plain = recordedReader();
  const found = new Set<Collector>();
  for (const collector of Object.values(collectors)) {
    const answer = (query: Record<string, string>) => {
      found.add(collector);
      return plain.get(path, query);
    };
    await attempt(collector, { [path]: answer });
  }
  return [...found];
}

/** How many subjects a section speaks of, read and unread. */
function subjectsIn(section: unknown): number {
  if (Array.isArray(section)) return section.length;
  const { read, unread } = section as { read: unknown[]; unread: unknown[] };
  return read.length + unread.length;
}

/** Puts `junk` in the place that `steps` leads to, by index among the keys of each level. */
function spoil(value: unknown, steps: readonly number[], junk: unknown): unknown {
  const [step, ...rest] = steps;
  if (step === undefined || typeof value !== 'object' || value === null) return junk;
  const copy = structuredClone(value) as Fields;
  const keys = Object.keys(copy);
  const key = keys[step % Math.max(1, keys.length)];
  if (key === undefined) return junk;
  copy[key] = spoil(copy[key], rest, junk);
  return copy;
}

const set = (holder: unknown, name: string, value: unknown): void => {
  (holder as Fields)[name] = value;
};

describe('answers of any shape', () => {
  it.each(endpoints)('%s never make a collector fall over', async (path) => {
    const askers = await askersOf(path);
    expect(askers).not.toEqual([]);
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (answer) => {
        await attemptAll(askers, { [path]: answer });
      }),
      { numRuns: runs(15, 100) },
    );
  });

  it.each<[string, Collector]>([
    ['/networks', collectors.networks],
    ['/volumes', collectors.volumes],
    ['/containers/json', collectors.containers],
    ['/containers/json', collectors.processes],
    ['/images/json', collectors.images],
  ])('%s are no list of nothing unless they are one', async (path, collector) => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (answer) => {
        const section = await attempt(collector, { [path]: answer });
        if (section === null || subjectsIn(section) > 0) return;
        expect(answer).toEqual([]);
      }),
      { numRuns: runs(40, 300) },
    );
  });

  it.each<[string, (inspect: Fields) => void]>([
    ['no process though it runs', ({ State }) => set(State, 'Pid', 0)],
    ['nothing of its process', ({ State }) => set(State, 'Pid', undefined)],
    ['no parent of its groups', ({ HostConfig }) => set(HostConfig, 'CgroupParent', undefined)],
    [
      'no propagation of a bind',
      ({ Mounts }) => set((Mounts as unknown[])[0], 'Propagation', undefined),
    ],
    [
      'no port of the host',
      ({ HostConfig, NetworkSettings }) => {
        set(HostConfig, 'NetworkMode', 'bridge');
        set(NetworkSettings, 'Ports', { '80/tcp': [{ HostIp: '0.0.0.0', HostPort: '' }] });
      },
    ],
  ])('with %s tell nothing of their container', async (_what, spoilt) => {
    const all = recording('containers') as Fields[];
    const inspect = all.find(({ Mounts }) => (Mounts as Fields[])[0]?.Type === 'bind') ?? {};
    expect(inspect.State).toMatchObject({ Status: 'running' });
    spoilt(inspect);
    const path = `/containers/${String(inspect.Id)}/json`;
    const engine = recordedReader({ [path]: inspect });
    const section = await runCollector(collectors.containers, { engine });
    expect(section.unread.map(({ id }) => id)).toEqual([inspect.Id]);
    expect(section.unread[0]?.reason).toContain('expected');
  });

  it('with one spoilt field lose at most the subject they are about', async () => {
    const path = `/containers/${String(container.Id)}/json`;
    const steps = fc.array(fc.nat({ max: 60 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(steps, fc.jsonValue(), async (where, junk) => {
        const section = await runCollector(collectors.containers, {
          engine: recordedReader({ [path]: spoil(container, where, junk) }),
        });
        expect(subjectsIn(section)).toBe(36);
        expect(section.unread.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: runs(40, 300) },
    );
  });
});
