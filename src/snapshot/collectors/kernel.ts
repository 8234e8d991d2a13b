import { type Reading, unread } from '../../shared/reading.ts';
import { defineCollector, type KernelDoor, type ProbeOutput, procCalls } from '../collector.ts';
import type { ContainerKernelFacts, KernelFacts, KernelMount } from '../facts/kernel.ts';
import { isNameless, kernelFactsOf } from '../kernel-facts.ts';
import { type CompleteTarget, completeTargets, type KernelRun, planRuns } from '../kernel-runs.ts';
import {
  findTargets,
  type KernelTarget,
  problemAfterwards,
  targetEndpoints,
} from '../kernel-targets.ts';
import { mountsOfMountinfo } from '../normalise/mountinfo.ts';
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
    let ordinaryMounts: KernelMount[] | null = null;
    for (const run of runs) {
      const { readings, ownMounts } = await readRun(door, run, notes);
      for (const [id, reading] of readings) facts.set(id, reading);
      ordinaryMounts ??= ownMounts;
    }
    return {
      containers: found.map(({ containerId, target }) => ({
        containerId,
        facts: target.state === 'unread' ? target : (facts.get(containerId) ?? unread('not read')),
      })),
      ordinaryMounts,
      notes: [...notes],
    };
  },
});

const isComplete = (target: KernelTarget): target is CompleteTarget =>
  target.others.state === 'read';

/** Every target of a run with its facts, and what the probe has mounted. Rejects with `OutsideError` when the probe did not run. */
async function readRun(
  door: KernelDoor,
  { targets, paths }: KernelRun,
  notes: Set<string>,
): Promise<{ readings: [string, Facts][]; ownMounts: KernelMount[] | null }> {
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
  const readings = await Promise.all(
    targets.map(async (target): Promise<[string, Facts]> => {
      const facts = kernelFactsOf(target, output, later);
      if (facts.state === 'unread') return [target.id, facts];
      const problem = await problemAfterwards(door, target);
      return [target.id, problem === null ? facts : unread(problem)];
    }),
  );
  return { readings, ownMounts: mountsOfProbe(output) };
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

function mountsOfProbe({ files }: ProbeOutput): KernelMount[] | null {
  const mountinfo = files.get(procPath('self', 'mountinfo'));
  return mountinfo === undefined ? null : mountsOfMountinfo('self', mountinfo);
}
