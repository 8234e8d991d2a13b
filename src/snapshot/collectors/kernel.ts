import { type Reading, unread } from '../../shared/reading.ts';
import type { KernelDoor, ProbeOutput } from '../collector.ts';
import { defineCollector } from '../define-collector.ts';
import type { ContainerKernelFacts, IdRange, KernelFacts, KernelMount } from '../facts/kernel.ts';
import {
  ALL_RUNS_MAX,
  type CompleteTarget,
  completeTargets,
  pathsOfRun,
  planRuns,
  withThreads,
} from '../kernel-runs.ts';
import {
  findTargets,
  type KernelTarget,
  problemAfterwards,
  targetEndpoints,
} from '../kernel-targets.ts';
import { kernelFormat, missingFormat } from '../probe-formats.ts';
import { readAsMany, readUnits } from '../probe-runs.ts';

type Facts = Reading<ContainerKernelFacts>;
type SelinuxMode = KernelFacts['selinuxMode'];

export const kernel = defineCollector({
  purpose:
    'What the kernel enforces for every process of running containers, and what they have mounted; at the evidence level `kernel` only.',
  reads: [...targetEndpoints],
  level: 'kernel',
  async collect({ first, kernelDoor: door }): Promise<KernelFacts> {
    const found = findTargets(first);
    const targets = found.flatMap(({ target }) => (target.state === 'read' ? target.value : []));
    const facts = new Map<string, Facts>();
    const notes = new Set<string>();
    const listed = await completeTargets(door, targets);
    for (const { id, others } of listed) if (others.state === 'unread') facts.set(id, others);
    const complete: CompleteTarget[] = [];
    for (const { id, target } of await withThreads(door, listed.filter(hasProcesses))) {
      if (target.state === 'read') complete.push(target.value);
      else facts.set(id, target);
    }
    const { runs, left } = planRuns(complete, door.pathsMax);
    for (const { id, others, threads } of left) {
      const count = others.value.length + 1;
      const more = [...threads.values()].flat().length;
      const reason = `it has ${count} processes and ${more} threads beside the first of each, more than there is room for`;
      facts.set(id, unread(reason));
    }
    let ordinaryMounts: KernelMount[] | null = null;
    let hostUidMap: IdRange[] | null = null;
    let selinuxMode: SelinuxMode = null;
    const asked = { batches: runs, pathsOf: pathsOfRun, runsMax: ALL_RUNS_MAX };
    const failed = await readUnits(door, asked, async (units, output) => {
      const { readings, ownMounts, ownUidMap, ownMode } = await readRun(door, units, output, notes);
      for (const [id, reading] of readings) facts.set(id, reading);
      ordinaryMounts ??= ownMounts;
      hostUidMap ??= ownUidMap;
      selinuxMode ??= ownMode;
    });
    for (const [{ id }, error] of failed) facts.set(id, unread(error.message));
    return {
      containers: found.map(({ containerId, target }) => ({
        containerId,
        facts: target.state === 'unread' ? target : (facts.get(containerId) ?? unread('not read')),
      })),
      ordinaryMounts,
      hostUidMap,
      selinuxMode,
      notes: [...notes],
    };
  },
});

const hasProcesses = (
  target: KernelTarget,
): target is KernelTarget & { others: { state: 'read' } } => target.others.state === 'read';

/** Every target of a run with its facts, and what the probe has mounted. Rejects with `OutsideError` when a second run did not happen. */
async function readRun(
  door: KernelDoor,
  targets: readonly CompleteTarget[],
  output: ProbeOutput,
  notes: Set<string>,
): Promise<{
  readings: [string, Facts][];
  ownMounts: KernelMount[] | null;
  ownUidMap: IdRange[] | null;
  ownMode: SelinuxMode;
}> {
  const paths = pathsOfRun(targets);
  const { nameless, wanted } = await door.parse(missingFormat, { targets, paths, output });
  const later = wanted.length === 0 ? null : await readAsMany(door, wanted);
  const { facts: told, self } = await door.parse(kernelFormat, { targets, output, later });
  for (const note of [...output.notes, ...(later?.notes ?? []), ...self.powers]) notes.add(note);
  if (nameless > 0) {
    notes.add(
      `the processes of ${nameless} containers are told apart by who started them, because no control group names them`,
    );
  }
  const readings = await Promise.all(
    targets.map(async (target, index): Promise<[string, Facts]> => {
      const facts = told[index] ?? unread('not read');
      if (facts.state === 'unread') return [target.id, facts];
      const problem = await problemAfterwards(door, target);
      return [target.id, problem === null ? facts : unread(problem)];
    }),
  );
  return { readings, ...self };
}
