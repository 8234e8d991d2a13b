import type { Steps } from '../shared/steps.ts';
import type { ContainerFacts } from '../snapshot/facts/container.ts';
import type { EngineFacts } from '../snapshot/facts/engine.ts';
import type { BegunExec } from '../snapshot/facts/event.ts';
import type { ExecSession } from '../snapshot/facts/exec.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { type BesideNetwork, besideNetwork } from './beside-network.ts';
import { type askedFacts, type Control, type ControlName, placeOf } from './control.ts';
import { type ControlFacts, controlFacts } from './control-facts.ts';
import { controlsOf } from './controls-of.ts';
import { rulesBeyond, rulesOfNodes, whyDevicesOpen } from './device-control.ts';
import { hasMorePower, uidOf } from './exec-power.ts';
import { type AllGiven, givenOf } from './given.ts';
import { type Isolation, isolationOf } from './isolation.ts';
import { whyOtherSeccomp } from './kernel-controls.ts';
import { whyLifted } from './limit-controls.ts';
import { type MayChange, mayChange, whyMountedAnew } from './may-change.ts';
import { type MoreGiven, moreGiven, whyMoreGiven } from './more-given.ts';
import { type Privileges, privilegesOf } from './privileges.ts';
import { isSeenAsRoot } from './user-controls.ts';

/** Facts of a container that its controls judge. Who judges further asks them, and is not handed these. */
export type JudgedFact =
  | Exclude<
      (typeof askedFacts)[number],
      'isPrivileged' | 'networkNamespace' | 'pidNamespace' | 'ulimits'
    >
  | 'addedGroups'
  | 'hasWritableCgroups'
  | 'seccompOpens'
  | 'askedSelinuxOptions'
  | 'cgroupNamespace';

/** A container as those see it who judge further. */
export type JudgedContainer = Omit<ContainerFacts, JudgedFact>;

/** What holds one container, for rules and ways to the host: asked by the name of a control. */
export interface ContainerControls extends BesideNetwork {
  /** Every control in the order of their names, configured and in force; none where the engine was not read. */
  all: readonly Control[];
  /** One of them; undefined where the engine was not read. */
  find: (name: ControlName) => Control | undefined;
  /** How far it is from the host; null where the engine was not read. */
  isolation: Isolation | null;
  /** What the configuration gives the next process, also of a container that does not run. */
  given: AllGiven;
  /** What a program in it can count on. */
  privileges: Privileges;
  /** Number of a user in it, as written; null of a name that nobody looked up in its own files. */
  uidOf: (user: string) => number | null;
  /** Whether a command is root in it: by its user as written, else by its process; null where neither tells. */
  isRootExec: (exec: Pick<ExecSession, 'id' | 'user'>) => boolean | null;
  /** Devices that its control groups were seen to open and that it did not ask for, each as a rule; see `rulesBeyond`. */
  openedRules: readonly string[];
  /** What they open of nodes that it asked for, where that was read; see `rulesOfNodes`. */
  nodeRules: readonly string[] | null;
  /** Why no limit of control groups, and no weight, is known to stay as it is; see `whyLifted`. */
  limitDoubt: string | null;
  /** Why devices that it was not given may be open to it; see `whyDevicesOpen`. */
  deviceDoubt: string | null;
  /** Why its seccomp profile may be another than the engine's default now; see `whyOtherSeccomp`. */
  seccompDoubt: string | null;
  /** Why it may have more than was asked for; see `moreGiven`. */
  moreGiven: MoreGiven;
  /** Why what it was given may be otherwise by now; see `mayChange`. */
  mayChange: MayChange;
  /** True for a command that is known to have what its container has not; see `hasMorePower`. */
  isStronger: (exec: BegunExec) => boolean;
}

/** What holds each container of a snapshot, by its id, one at a time; none where the containers were not read. */
export function* controlsOfSnapshot(
  snapshot: Snapshot,
): Steps<ReadonlyMap<string, ContainerControls>> {
  const controls = new Map<string, ContainerControls>();
  const { containers } = snapshot;
  const facts = controlFacts(snapshot);
  if (facts.state === 'read') {
    for (const one of facts.value) {
      controls.set(one.container.id, containerControls(one));
      yield;
    }
  } else if (containers.state === 'read') {
    for (const one of containers.value.read)
      controls.set(one.id, controlsByConfiguration(one, null));
  }
  return controls;
}

/** What holds a container, by everything that is known of its controls. */
export function containerControls(facts: ControlFacts): ContainerControls {
  const all = controlsOf(facts);
  const changes = mayChange(facts);
  return joined(facts, {
    all,
    isolation: isolationOf(facts, (name) => all[placeOf[name]]),
    ...besideNetwork(facts),
    openedRules: rulesBeyond(facts) ?? [],
    nodeRules: rulesOfNodes(facts),
    limitDoubt: whyLifted(facts),
    deviceDoubt: whyDevicesOpen(facts.container, facts.engine, changes('mounts') !== null),
    seccompDoubt: whyOtherSeccomp(facts),
    moreGiven: moreGiven(facts),
    mayChange: changes,
    seenExecs: seenExecs(facts),
  });
}

/** What its configuration alone tells. Where the engine was not read either, `null`, it is the worst that may be. */
export function controlsByConfiguration(
  container: ContainerFacts,
  engine: EngineFacts | null,
): ContainerControls {
  const given = givenOf(container, engine);
  const why = whyMountedAnew(container, engine, given);
  return joined(
    { container, engine, given },
    {
      ...{ all: [], isolation: null, openedRules: [], nodeRules: null },
      ...{ limitDoubt: null, seccompDoubt: null },
      deviceDoubt: whyDevicesOpen(container, engine, why !== null),
      seenExecs: new Map(),
      ...{ networkDoubt: null, networkVisit: null, networkUnlisted: null },
      moreGiven: () => whyMoreGiven(container, engine),
      mayChange: (what) => (what === 'mounts' ? why : null),
    },
  );
}

interface Configured extends Pick<ControlFacts, 'container' | 'given'> {
  engine: EngineFacts | null;
}

/** What is known of it beside that. */
interface Found
  extends Omit<
    ContainerControls,
    'find' | 'given' | 'privileges' | 'uidOf' | 'isRootExec' | 'isStronger'
  > {
  /** Ids of its execs of which it was seen whether they are root in it. */
  seenExecs: ReadonlyMap<string, boolean>;
}

function joined(configured: Configured, { seenExecs, ...found }: Found): ContainerControls {
  const { container, given } = configured;
  const find = (name: ControlName) => found.all[placeOf[name]];
  return {
    ...found,
    find,
    given,
    privileges: privilegesOf(configured, find),
    uidOf: (user) => uidOf(user, container),
    isRootExec({ id, user }) {
      const uid = uidOf(user, container);
      return uid === null ? (seenExecs.get(id) ?? null) : uid === 0;
    },
    isStronger: (exec) => hasMorePower(exec, container) === true,
  };
}

function seenExecs(facts: ControlFacts): ReadonlyMap<string, boolean> {
  const sessions = facts.execs.state === 'read' ? facts.execs.value : [];
  return new Map(
    sessions.flatMap(({ id, pid }) => {
      const isRoot = isSeenAsRoot(pid, facts);
      return isRoot === null ? [] : [[id, isRoot] as const];
    }),
  );
}
