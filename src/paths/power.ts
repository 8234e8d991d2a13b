import type { ContainerControls, JudgedContainer } from '../controls/container-controls.ts';
import { isSeenAsRoot } from '../controls/isolation.ts';
import type { Privileges } from '../controls/privileges.ts';
import { placeEvidence } from '../rules/control-evidence.ts';
import { FOUND_BY_READING } from '../rules/dangerous-capabilities.ts';
import type { EngineHost } from '../rules/engine-host.ts';
import { enumerate } from '../shared/text.ts';
import type { ContainerMounts } from '../snapshot/container-mounts.ts';
import type { Evidence } from '../snapshot/evidence.ts';
import { liveStates } from '../snapshot/facts/container.ts';
import type { EngineFacts } from '../snapshot/facts/engine.ts';
import type { ShownMount } from '../snapshot/shown-mounts.ts';
import {
  type Condition,
  containerNode,
  type Edge,
  edgeOf,
  type GraphNode,
  type NodeKind,
} from './graph.ts';

/** What decides how far a program in a container gets, each fact looked up once. */
export interface Power extends Privileges, ContainerMounts {
  container: JudgedContainer;
  controls: ContainerControls;
  /** Where it stands in the graph. */
  node: GraphNode;
  /** What tells whose PID namespace it is in, or what shows it the processes of the host as if it were there. */
  inNamespace: readonly Evidence[];
  /** The path that shows them so; null where none does. */
  seesBy: string | null;
  /** What tells whose network it is in, and its processes. */
  inNetwork: () => readonly Evidence[];
  /** Null when the engine could not be read: the worst is then assumed. */
  engine: EngineFacts | null;
  /** What the engine has on the host. */
  host: EngineHost | null;
  /** Who opens sockets of the engine without being root; none where nobody read that. */
  sockets: readonly SocketAccess[];
  /** Conditions on everything that it does, e.g. that it runs at all. */
  always: readonly Condition[];
}

/** Whom the kernel lets connect to a socket of the engine beside root. */
export interface SocketAccess {
  paths: readonly string[];
  /** Numbers of groups. */
  groups: readonly number[];
  isOpenToAll: boolean;
  /** What tells. */
  evidence: Evidence;
}

/** Joins what a container may do with what stands before all of it. */
export function powerOf(
  container: JudgedContainer,
  { engine, host, sockets }: Pick<Power, 'engine' | 'host' | 'sockets'>,
  controls: ContainerControls,
  { seen, shown }: ContainerMounts,
): Power {
  const { privileges, given } = controls;
  const isAsked = container.networkNamespace.resolved === 'host';
  return {
    ...privileges,
    container,
    controls,
    node: containerNode(container),
    inNamespace: given['ns-pid'].evidence,
    seesBy: null,
    inNetwork: () => [
      ...given['ns-net'].evidence,
      ...(isAsked ? [] : placeEvidence(controls, 'ns-net')),
    ],
    engine,
    host,
    sockets,
    seen,
    shown,
    always: [
      ...(isLive(container) ? [] : [weakness('somebody starts it again')]),
      ...(engine?.isRootless && !isSeenAsRoot(controls.find('user-namespace'))
        ? [weakness('a way from the user of the rootless engine to root')]
        : []),
    ],
  };
}

/** True for a container with processes. */
export const isLive = ({ state }: Pick<JudgedContainer, 'state'>): boolean =>
  liveStates.includes(state);

export const weakness = (text: string): Condition => ({ text, isMissingFact: false });
export const missing = (text: string): Condition => ({ text, isMissingFact: true });

/** Condition on a step in a namespace of which nobody knows whose it is. */
export const ifOfHost = (name: 'PID' | 'network' | 'IPC'): Condition =>
  missing(`its ${name} namespace is the host's (unknown)`);

/** Conditions on a step that needs what only root of the container can do, in the host's kernel. */
export function asRoot(power: Power): Condition[] {
  return [...power.always, ...runtimeLimit(power), ...userLimit(power), ...mappingLimit(power)];
}

/** On a step that opens files of the host for reading and no more. */
export const readingAlone = weakness(FOUND_BY_READING);

const READS_ALL = 'CAP_DAC_READ_SEARCH';
const OPENS_ALL = 'CAP_DAC_OVERRIDE';

/**
 * Conditions on a step by a capability: who has it in effect without being root may lack the files that it is used on, or
 * reads them all and owns none, unless another capability opens them all.
 */
export function asHolder(
  power: Power,
  { name, isOfCalls }: { name: string; isOfCalls: boolean },
): Condition[] {
  if (power.isRoot === true || !power.inEffect.includes(name)) return asRoot(power);
  const onFiles = missing('its user, who is not root, gets at what root owns (unknown)');
  return [
    ...[...power.always, ...runtimeLimit(power), ...mappingLimit(power)],
    ...(isOfCalls || power.inEffect.includes(OPENS_ALL)
      ? []
      : [name === READS_ALL ? readingAlone : onFiles]),
  ];
}

/**
 * Conditions on a step through files of the host: a sandboxed runtime passes files on, but the file's
 * owner and mode bind every user but root, and they were not read.
 */
export function throughFiles(power: Power, what: string): Condition[] {
  const isBound = power.isRoot !== true || power.isMapped;
  const reason = `its user may ${what} (unknown)`;
  return [...power.always, ...(isBound ? [missing(reason)] : [])];
}

/** A runtime such as runsc or kata: what it really isolates was not measured. */
export function runtimeLimit({ barrier }: Power, whose = 'its'): Condition[] {
  if (barrier === null) return [];
  const { runtime, isKnown } = barrier;
  return isKnown
    ? [weakness(`a way through ${whose} runtime ${runtime}`)]
    : [missing(`${whose} runtime ${runtime} isolates it no further (unknown)`)];
}

/** On a step by calls of an engine that asks plugins about each first: which they let through no call of it tells. */
export function pluginLimit(engine: EngineFacts | null): Condition[] {
  const names = engine?.authorizationPlugins ?? [];
  if (names.length === 0) return [];
  return [missing(`the engine's authorization by ${enumerate(names)} lets it (unknown)`)];
}

/** Conditions on a step that only root of the container can do. */
export function userLimit({ isRoot, canGainNone }: Power): Condition[] {
  if (isRoot === true) return [];
  if (isRoot === null) return [missing('its user is root (unknown)')];
  return canGainNone
    ? [weakness('a hole in the kernel, since no-new-privileges holds its user down')]
    : [weakness('a set-uid program in it that makes its user root')];
}

/** Conditions on a step by calls that a capability opens: its seccomp profile may keep them from every process. */
export function seccompLimit({ seccomp }: Power, capability: string): Condition[] {
  if (seccomp === null || seccomp.opens.includes(capability)) return [];
  return [seccomp.isWhole ? pastProfile : ifAllowed];
}

/**
 * Conditions on a step by any of these calls, which an engine's own seccomp profile opens for nobody; null where its
 * profile is known to refuse them all.
 */
export function callLimit({ seccomp }: Power, calls: readonly string[]): Condition[] | null {
  if (seccomp === null) return [];
  if (seccomp.allows === null) return [ifAllowed];
  return seccomp.allows.some((call) => calls.includes(call)) ? [] : null;
}

const pastProfile = weakness('a way past its seccomp profile, which every process of it keeps');
const ifAllowed = missing('its seccomp profile allows the calls (unknown)');

/** True where SELinux holds it, which keeps it also from files and calls of which AppArmor says nothing. */
export const isBySelinux = ({ confinement }: Power): boolean =>
  confinement !== null && confinement.levels !== null;

/** Conditions on a step of root in a user namespace of its own. */
export function mappingLimit({ isMapped, isMapKnown }: Power): Condition[] {
  if (!isMapped) return [];
  return isMapKnown
    ? [weakness('a way out of its user namespace')]
    : [missing('its root is root outside of its user namespace (unknown)')];
}

/** Something that is as good as the host, and how a container holds it. */
interface Held extends Pick<Edge, 'says' | 'conditions' | 'evidence' | 'rules' | 'cameWith'> {
  kind: NodeKind;
  /** What it is called, e.g. the path of a socket. */
  name: string;
  /** Whom its rules judge, where that is another than the container. */
  subjectId?: string;
}

/** The step from this container to what it holds. */
export function stepTo({ node: from, container: { id } }: Power, held: Held): Edge {
  const { kind, name, says, conditions, evidence, rules, subjectId = id, cameWith } = held;
  const to = { kind, id: `${kind}:${id}:${name}`, name };
  const edge = edgeOf({ evidence, rules, subjectId }, from, to, says, conditions);
  return cameWith === undefined ? edge : { ...edge, cameWith };
}

/** Whoever is to remove it looks for the mount that was asked for. */
export const broughtBy = ({ cameWith }: ShownMount): Pick<Edge, 'cameWith'> =>
  cameWith?.hostPath ? { cameWith: cameWith.hostPath } : {};

/** A step through what a container has from its next start on. */
export const afterNextStart = (step: Edge): Edge => ({
  ...step,
  conditions: [...step.conditions, weakness('a new start of it, whose mount leads there by now')],
});
