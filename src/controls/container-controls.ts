import type { ContainerFacts } from '../snapshot/facts/container.ts';
import type { EngineFacts } from '../snapshot/facts/engine.ts';
import type { BegunExec } from '../snapshot/facts/event.ts';
import type { ExecSession } from '../snapshot/facts/exec.ts';
import { type Control, type ControlName, type Given, placeOf } from './control.ts';
import { hasMorePower, uidOf } from './exec-power.ts';
import { type GivenName, givenOf } from './given.ts';
import { type Privileges, privilegesOf } from './privileges.ts';

/** Facts of a container that its controls judge. Who judges further asks them, and is not handed these. */
export type JudgedFact =
  | 'user'
  | 'addedGroups'
  | 'addedCapabilities'
  | 'droppedCapabilities'
  | 'configuredCapabilities'
  | 'noNewPrivileges'
  | 'hasWritableCgroups'
  | 'seccomp'
  | 'seccompAllows'
  | 'seccompOpens'
  | 'askedAppArmorProfile'
  | 'appArmorProfile'
  | 'askedSelinuxOptions'
  | 'processLabel'
  | 'isSelinuxLabelDisabled'
  | 'maskedPaths'
  | 'readonlyPaths'
  | 'hasUnmaskedSystemPaths'
  | 'hasReadonlyRootfs'
  | 'pidNamespace'
  | 'ipcNamespace'
  | 'utsNamespace'
  | 'userNamespace'
  | 'cgroupNamespace'
  | 'memoryLimitBytes'
  | 'pidsLimit'
  | 'nanoCpus'
  | 'cpuQuota'
  | 'cpuPeriod'
  | 'cpuShares'
  | 'cpusetCpus';

/** A container as those see it who judge further. */
export type JudgedContainer = Omit<ContainerFacts, JudgedFact>;

/** What holds one container, for rules and ways to the host: asked by the name of a control. */
export interface ContainerControls {
  /** Every control in the order of their names, configured and in force; none where the engine was not read. */
  all: readonly Control[];
  /** One of them; undefined where the engine was not read. */
  find: (name: ControlName) => Control | undefined;
  /** What the configuration gives the next process, also of a container that does not run. */
  given: (name: GivenName) => Given;
  /** What a program in it can count on. */
  privileges: Privileges;
  /** Number of a user in it, as written; null of a name that nobody looked up in its own files. */
  uidOf: (user: string) => number | null;
  /** Whether a command is root in it: by its user as written, else by its process; null where neither tells. */
  isRootExec: (exec: Pick<ExecSession, 'id' | 'user'>) => boolean | null;
  /** True for a command that is known to have what its container has not; see `hasMorePower`. */
  isStronger: (exec: BegunExec) => boolean;
}

/** Joins what is known of one container. `engine` is null where it was not read. */
export function containerControls(
  container: ContainerFacts,
  engine: EngineFacts | null,
  all: readonly Control[],
  seenExecs: ReadonlyMap<string, boolean> = new Map(),
): ContainerControls {
  return {
    all,
    find: (name) => all[placeOf[name]],
    given: (name) => givenOf(name, container, engine),
    privileges: privilegesOf(container, engine, all),
    uidOf: (user) => uidOf(user, container),
    isRootExec({ id, user }) {
      const uid = uidOf(user, container);
      return uid === null ? (seenExecs.get(id) ?? null) : uid === 0;
    },
    isStronger: (exec) => hasMorePower(exec, container) === true,
  };
}
