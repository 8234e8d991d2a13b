import { type Reading, unread } from '../../shared/reading.ts';
import { type KernelDoor, type ProbeOutput, type ProbePath, procCalls } from '../collector.ts';
import { defineCollector } from '../define-collector.ts';
import type { ContainerKernelFacts, IdRange, KernelFacts, KernelMount } from '../facts/kernel.ts';
import { groupsIn, isNameless, kernelFactsOf } from '../kernel-facts.ts';
import {
  type CompleteTarget,
  completeTargets,
  type KernelRun,
  planRuns,
  withThreads,
} from '../kernel-runs.ts';
import {
  findTargets,
  type KernelTarget,
  problemAfterwards,
  targetEndpoints,
} from '../kernel-targets.ts';
import { filesOfGroup } from '../normalise/group-folders.ts';
import { mountsOfMountinfo } from '../normalise/mountinfo.ts';
import { groupPath, procPath } from '../normalise/probe-output.ts';
import { processOfStatus } from '../normalise/proc-status.ts';
import { rangesOfUidMap } from '../normalise/uid-map.ts';

type Facts = Reading<ContainerKernelFacts>;
type SelinuxMode = KernelFacts['selinuxMode'];

export const kernel = defineCollector({
  id: 'kernel',
  purpose:
    'What the kernel enforces for every process of running containers, and what they have mounted; at the evidence level `kernel` only.',
  reads: [...targetEndpoints],
  kernelProbes: procCalls,
  async collect({ first, kernelDoor: door }): Promise<KernelFacts> {
    if (!door) throw new Error('run without the door that it needs');
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
    for (const run of runs) {
      const { readings, ownMounts, ownUidMap, ownMode } = await readRun(door, run, notes);
      for (const [id, reading] of readings) facts.set(id, reading);
      ordinaryMounts ??= ownMounts;
      hostUidMap ??= ownUidMap;
      selinuxMode ??= ownMode;
    }
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

/** Every target of a run with its facts, and what the probe has mounted. Rejects with `OutsideError` when the probe did not run. */
async function readRun(
  door: KernelDoor,
  { targets, paths }: KernelRun,
  notes: Set<string>,
): Promise<{
  readings: [string, Facts][];
  ownMounts: KernelMount[] | null;
  ownUidMap: IdRange[] | null;
  ownMode: SelinuxMode;
}> {
  const output = await door.read(paths);
  const nameless = targets.filter((target) => isNameless(target, output));
  const wanted: ProbePath[] = [
    ...nameless.map(({ main: { pid } }): ProbePath => ({ pid, file: 'stat' })),
    ...groupsElsewhere(targets, paths, output),
  ];
  const later = wanted.length === 0 ? null : await door.read(wanted.slice(0, door.pathsMax));
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
  const uidMap = output.files.get(procPath('self', 'uid_map'));
  return {
    readings,
    ownMounts: mountsOfProbe(output),
    ownUidMap: uidMap === undefined ? null : rangesOfUidMap('self', uidMap),
    ownMode: selinuxModeIn(output),
  };
}

/** Files of the groups that containers are really in, where they were expected in others. */
function groupsElsewhere(
  targets: readonly CompleteTarget[],
  paths: readonly ProbePath[],
  output: ProbeOutput,
): ProbePath[] {
  const asked = new Set(
    paths.flatMap((path) => ('group' in path ? groupPath(path.group, path.file) : [])),
  );
  const missing = new Map<string, ProbePath>();
  for (const target of targets) {
    const folders = groupsIn(target, output);
    for (const path of folders === null ? [] : filesOfGroup(target.groups, folders)) {
      const name = groupPath(path.group, path.file);
      if (!asked.has(name)) missing.set(name, path);
    }
  }
  return [...missing.values()];
}

function selinuxModeIn({ files }: ProbeOutput): SelinuxMode {
  const text = files.get('/sys/fs/selinux/enforce');
  if (text === undefined) return null;
  return text === '1' ? 'enforcing' : 'permissive';
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
