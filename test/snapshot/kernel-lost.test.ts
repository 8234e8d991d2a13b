import type { ContainerKernelFacts } from '../../src/snapshot/facts/kernel.ts';
import { readAsMany } from '../../src/snapshot/probe-runs.ts';
import { kernelHost } from '../support/kernel-host.ts';
import { collect, inGroup, unreadWith, web } from '../support/kernel-section.ts';

const limitsOf = (found: unknown) => (found as { value: ContainerKernelFacts }).value.limits;

it('takes files above what a probe takes for lost', async () => {
  const host = kernelHost({ 1: inGroup(web), 2: inGroup(web) }, { pathsMax: 1 });
  const output = await readAsMany(host, [
    { pid: 1, file: 'cgroup' },
    { pid: 2, file: 'cgroup' },
  ]);

  expect([...(output.lost ?? [])]).toEqual(['/proc/2/cgroup']);
});

it('knows no limits where files of groups above did not fit into the second run', async () => {
  const above = '/a/b/c/d/e/f/g/h/i/j/k/l';
  const cgroup = ['memory', 'pids', 'cpu,cpuacct', 'cpuset']
    .map((names, index) => `${index + 1}:${names}:${above}/${web}`)
    .join('\n');
  const memory = '/sys/fs/cgroup/memory';
  const files = {
    [`${memory}${above}/${web}/memory.limit_in_bytes`]: '2000',
    [`${memory}/a/memory.limit_in_bytes`]: '1000',
  };
  const read = (pathsMax: number) =>
    collect({ host: { files, pathsMax }, processes: { 100: { cgroup } } });

  expect(limitsOf((await read(100)).of(web))).toMatchObject({ value: { memoryBytes: 1000 } });
  expect(limitsOf((await read(40)).of(web))).toEqual(unreadWith('was cut'));
});
