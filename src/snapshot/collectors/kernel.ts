import { type Reading, unread } from '../../shared/reading.ts';
import { defineCollector, type KernelDoor, type ProbeOutput, procCalls } from '../collector.ts';
import type { ContainerKernelFacts, KernelFacts } from '../facts/kernel.ts';
import { isNameless, kernelFactsOf } from '../kernel-facts.ts';
import { type CompleteTarget, completeTargets, type KernelRun, planRuns } from '../kernel-runs.ts';
import {
  findTargets,
  type KernelTarget,
  problemAfterwards,
  targetEndpoints,
} from '../kernel-targets.ts';
import { procPath } from '../normalise/probe-output.ts';
import { processOfStatus } from '../normalise/proc-status.ts';

type Facts = Reading<ContainerKernelFacts>;

export const kernel = defineCollector({
  id: 'kernel',
  purpose:
    'What the kernel enforces for every process of running containers, and what they have mounted; at the evidence level `kernel` only.',
  reads: [...targetEndpoints],
  kernelProbes: procCalls,
  async collect(engine, _hostFileDoor, door): Promise<KernelFacts> {
    if (!door) throw new Error('run without the door that it needs');
    const found = await findTargets(engine);
    const targets = found.flatMap(({ target }) => (target.state === 'read' ? target.value : []));
    const facts = new Map<string, Facts>();
    const notes = new Set<string>();
    const complete: CompleteTarget[] = [];
    for (const target of await completeTargets(door, targets)) {
      if (isComplete(target)) complete.push(target);
      else facts.set(target.id, target.others as Facts);
    }
    const { runs, left } = planRuns(complete, door.pathsMax);
    for (const { id, others } of left) {
      const reason = `it has ${others.value.length + 1} processes, more than there is room for`;
      facts.set(id, unread(reason));
    }
    for (const run of runs) {
      for (const [id, reading] of await readRun(door, run, notes)) facts.set(id, reading);
    }
    return {
      containers: found.map(({ containerId, target }) => ({
        containerId,
        facts: target.state === 'unread' ? target : (facts.get(containerId) ?? unread('not read')),
      })),
      engineBounding: engineBounding(targets, facts),
      notes: [...notes],
    };
  },
});

const isComplete = (target: KernelTarget): target is CompleteTarget =>
  target.others.state === 'read';

/** Every target of a run with its facts. Rejects with `OutsideError` when the probe did not run. */
async function readRun(
  door: KernelDoor,
  { targets, paths }: KernelRun,
  notes: Set<string>,
): Promise<[string, Facts][]> {
  const output = await door.read(paths);
  const nameless = targets.filter((target) => isNameless(target, output));
  const later =
    nameless.length === 0
      ? null
      : await door.read(nameless.map(({ main: { pid } }) => ({ pid, file: 'stat' })));
  for (const note of [...output.notes, ...(later?.notes ?? []), ...powersOfProbe(output)]) {
    notes.add(note);
  }
  if (nameless.length > 0) {
    notes.add(
      `of ${nameless.length} containers the main process alone could be told apart, because no control group names them`,
    );
  }
  return Promise.all(
    targets.map(async (target): Promise<[string, Facts]> => {
      const facts = kernelFactsOf(target, output, later);
      if (facts.state === 'unread') return [target.id, facts];
      const problem = await problemAfterwards(door, target);
      return [target.id, problem === null ? facts : unread(problem)];
    }),
  );
}

/** The probe looks at itself as well: an engine may have given it more than was asked for. */
function powersOfProbe({ files }: ProbeOutput): string[] {
  const status = files.get(procPath('self', 'status'));
  if (status === undefined) return [];
  const self = processOfStatus('self', status);
  const powers = [
    ...(self.uids.effective === 65_534 ? [] : [`the user ${self.uids.effective}`]),
    ...new Set(Object.values(self.capabilities).flat()),
    ...(self.hasNoNewPrivileges ? [] : ['new privileges']),
    ...(self.seccompMode === 2 ? [] : ['every system call']),
  ];
  return powers.length === 0
    ? []
    : [`the engine gave the probe more than it asked for: ${powers.join(', ')}`];
}

/**
 * A privileged container is given every capability that the engine itself may have (moby
 * `oci/caps`), and its processes can only lose some of them: so the widest set among those. The
 * process of the engine proves nothing here: any program may bear its name.
 */
function engineBounding(
  targets: readonly KernelTarget[],
  facts: ReadonlyMap<string, Facts>,
): string[] | null {
  const sets = targets
    .filter(({ isPrivileged }) => isPrivileged)
    .flatMap(({ id }) => {
      const reading = facts.get(id);
      const main = reading?.state === 'read' ? reading.value.processes[0] : undefined;
      return main ? [main.capabilities.bounding] : [];
    });
  return sets.sort((a, b) => b.length - a.length)[0] ?? null;
}
