import * as collectors from '../../src/snapshot/collectors/index.ts';
import type { ContainerKernelFacts, KernelFacts } from '../../src/snapshot/facts/kernel.ts';
import { hostDoor } from './host-door.ts';
import {
  type HostProcess,
  type KernelHost,
  type KernelHostOptions,
  kernelHost,
} from './kernel-host.ts';
import { engineStatus, recordedReader } from './recorded-reader.ts';
import { runCollector } from './run-collector.ts';

export type Fields = Record<string, unknown>;

export const web = 'a1'.repeat(32);
export const db = 'b2'.repeat(32);
export const startedAt = '2026-01-01T00:00:01.5Z';

export const inGroup = (id: string): HostProcess => ({
  cgroup: `3:pids:/docker/${id}\n0::/docker/${id}`,
});
export const listed = (id: string, name: string, state = 'running') => ({
  Id: id,
  Names: [`/${name}`],
  ImageID: 'sha256:1',
  State: state,
});
export const inspected = (pid: number, host: Fields = {}, started = startedAt) => ({
  State: { Pid: pid, StartedAt: started },
  HostConfig: { Runtime: 'runc', Privileged: false, ...host },
});
export const top = (...pids: number[]) => ({
  Titles: ['PID', 'PPID', 'EUID', 'COMMAND'],
  Processes: pids.map((pid) => [String(pid), '1', '0', 'sleep']),
});
export const answers: Fields = {
  '/containers/json': [listed(web, 'web'), listed(db, 'db')],
  [`/containers/${web}/json`]: inspected(100),
  [`/containers/${db}/json`]: inspected(200),
  [`/containers/${web}/top`]: top(100, 101),
  [`/containers/${db}/top`]: top(200),
};
export const fails =
  (status: number, message = 'x') =>
  () => {
    throw engineStatus('/x', status, message);
  };

/** What the section says of `web` and `db`, which run on a host like that but for what is told. */
export async function collect(
  setting: {
    processes?: Record<number, HostProcess>;
    answers?: Fields;
    host?: KernelHostOptions;
  } = {},
): Promise<{ facts: KernelFacts; host: KernelHost; of: (id: string) => unknown }> {
  const known: Fields = { ...answers, ...setting.answers };
  const host = kernelHost(
    { 100: inGroup(web), 101: inGroup(web), 200: inGroup(db), ...setting.processes },
    { inspectAgain: (id) => known[`/containers/${id}/json`], ...setting.host },
  );
  const facts = await runCollector(collectors.kernel, {
    engine: recordedReader(known),
    hostFiles: hostDoor({}),
    kernelDoor: host,
  });
  return {
    facts,
    host,
    of: (id) => facts.containers.find(({ containerId }) => containerId === id)?.facts,
  };
}

export const readOf = (facts: Partial<ContainerKernelFacts>) => ({
  state: 'read',
  value: expect.objectContaining(facts),
});
export const unreadWith = (reason: string) => ({
  state: 'unread',
  reason: expect.stringContaining(reason),
});
export const pidsOf = (facts: unknown) =>
  (facts as { value: ContainerKernelFacts }).value.processes.map(({ pid }) => pid);
