import { OutsideError } from '../../src/shared/errors.ts';
import type { ProbePath } from '../../src/snapshot/collector.ts';
import { surveyHost } from '../../src/snapshot/host-survey.ts';
import { listThreads, readUnits } from '../../src/snapshot/probe-runs.ts';
import { type HostProcess, type KernelHostOptions, kernelHost } from '../support/kernel-host.ts';
import { collect, db, fails, inGroup, pidsOf, unreadWith, web } from '../support/kernel-section.ts';

// What a probe prints is cut where it is too long: what was lost of it is asked for again.

/** As on a host of control groups of version 1, where each process prints a kilobyte of them. */
const long = (id: string): HostProcess => ({
  cgroup: `${inGroup(id).cgroup}\n9:name=elogind:/${'x'.repeat(900)}`,
});
const numbers = (count: number, from: number) =>
  Array.from({ length: count }, (_, index) => from + index);
const many = (count: number, from: number, process: HostProcess) =>
  Object.fromEntries(numbers(count, from).map((pid) => [pid, process]));
const bytesMax = 30_000;

describe('a survey of the host', () => {
  it('is read in as many runs as its outputs ask for', async () => {
    const host = kernelHost(many(100, 1000, long(web)), { bytesMax });

    const { processes } = await surveyHost(host);

    expect([...processes.keys()].toSorted((a, b) => a - b)).toEqual(numbers(100, 1000));
    expect(host.runs.length).toBe(5);
    // Both files of a process are of one run.
    expect(host.runs.every((paths) => paths.length % 2 === 0)).toBe(true);
  });

  it('takes one run where its output is whole', async () => {
    const host = kernelHost(many(100, 1000, long(web)));

    await surveyHost(host);

    expect(host.runs).toHaveLength(1);
  });

  it.each<[string, Record<number, HostProcess>]>([
    ['a process fits into no output', { 999: { cgroup: 'x'.repeat(40_000) } }],
    ['there are too many', many(1000, 1000, long(web))],
  ])('is none where %s', async (_what, processes) => {
    const host = kernelHost(processes, { bytesMax });

    await expect(surveyHost(host)).rejects.toThrow('was cut');
    expect(host.runs.length).toBeLessThanOrEqual(8);
  });

  it('ends with the first run in which the probe took too long', async () => {
    const options = { bytesMax: 5000, pathsMax: 100, isLate: true };
    const host = kernelHost(many(100, 1000, long(web)), options);

    await expect(surveyHost(host)).rejects.toThrow('did not answer in time');
    expect(host.runs).toHaveLength(1);
  });
});

it('finds the processes of containers by more control groups than one output takes', async () => {
  const { of, host } = await collect({
    answers: { [`/containers/${web}/top`]: fails(500), [`/containers/${db}/top`]: fails(500) },
    processes: { ...many(50, 1000, long(web)), ...many(10, 3000, long(db)) },
    host: { bytesMax },
  });

  expect(of(db)).toEqual(expect.objectContaining({ state: 'read' }));
  expect(pidsOf(of(db))).toEqual([200, ...numbers(10, 3000)]);
  expect(host.runs.every((paths) => paths.length > 0)).toBe(true);
});

it('looks no further for the processes of containers where a run took too long', async () => {
  const { of, host } = await collect({
    answers: { [`/containers/${web}/top`]: fails(500) },
    processes: many(50, 1000, long(web)),
    host: { bytesMax: 5000, pathsMax: 40, isLate: true },
  });

  expect(of(web)).toEqual(unreadWith('did not answer in time'));
  expect(host.runs.filter((paths) => paths.every(({ file }) => file === 'cgroup'))).toHaveLength(1);
});

describe('units', () => {
  const pathsOf = (pids: readonly number[]): ProbePath[] =>
    pids.map((pid) => ({ pid, file: 'cgroup' }));
  const giant = { cgroup: 'x'.repeat(40_000) };
  const read = async (host: KernelHostOptions, processes: Record<number, HostProcess>) => {
    const door = kernelHost(processes, host);
    const pids = Object.keys(processes).map(Number);
    const found = new Map<number, boolean>();
    await readUnits(door, { batches: [pids], pathsOf, runsMax: 4 }, async (units, { lost }) => {
      for (const pid of units) found.set(pid, lost?.has(`/proc/${pid}/cgroup`) !== true);
    });
    return { found: Object.fromEntries(found), runs: door.runs.length };
  };

  it('that fit into no output take no other along', async () => {
    const small = inGroup(web);

    expect(await read({ bytesMax }, { 1: small, 2: giant, 3: small })).toEqual({
      found: { 1: true, 2: false, 3: true },
      runs: 4,
    });
    expect(await read({ pathsMax: 2 }, { 1: small, 2: small, 3: small })).toEqual({
      found: { 1: false, 2: false, 3: false },
      runs: 0,
    });
  });

  it('for which no run is left are lost', async () => {
    expect(await read({ bytesMax }, { 1: giant, 2: giant, 3: giant, 4: giant })).toEqual({
      found: { 1: false, 2: false, 3: false, 4: false },
      runs: 4,
    });
  });
});

describe('threads', () => {
  const one = { ...inGroup(web), threads: many(3, 100, inGroup(web)) };
  const crowd = { ...inGroup(web), threads: many(50, 200, inGroup(web)) };

  it('are listed in halves where the list is too long', async () => {
    const host = kernelHost({ 1: one, 2: one, 3: one, 4: crowd }, { threadsMax: 20 });

    const { found, failed } = await listThreads(host, [1, 2, 3, 4], 8);

    expect([...found.keys()]).toEqual([1, 2, 3]);
    expect([...failed]).toEqual([[4, expect.stringContaining('were not listed')]]);
  });

  it('are not asked for again where they were not listed for another reason', async () => {
    let lists = 0;
    const host = kernelHost(
      {},
      {
        listThreads: () => {
          lists += 1;
          return Promise.reject(new OutsideError('probe-unusable', 'no list'));
        },
      },
    );

    expect((await listThreads(host, [1, 2], 8)).failed.size).toBe(2);
    expect(lists).toBe(1);
  });

  it('that are too many take those of no other container along', async () => {
    const { of } = await collect({ processes: { 100: crowd }, host: { threadsMax: 20 } });

    expect(of(web)).toEqual(unreadWith('its threads were not listed'));
    expect(of(db)).toEqual(expect.objectContaining({ state: 'read' }));
  });
});
