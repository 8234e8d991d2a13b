import { type Condition, certainties, type Edge, NONE, rankOf } from './graph.ts';
import { isLive, mappingLimit, missing, type Power, runtimeLimit, userLimit } from './power.ts';
import { confinementLimit } from './privilege-edges.ts';
import {
  type Alike,
  type Holders,
  mayTraceLabel,
  type Sight,
  sightOf,
  type Traced,
} from './sight.ts';

/** Neighbours that are told of one container. */
export const TAKEN_MAX = 100;

/**
 * From one container into another whose processes it sees, because they share a PID namespace or it is in
 * the host's. Who may trace a process has its files and sockets through `/proc/<pid>/root`. Holders come first, and
 * from the host's namespace, where every container is in sight, they are the only ones.
 */
export function tracingEdges(powers: readonly Power[], holders: Holders): Edge[] {
  const live = powers.filter(({ container }) => isLive(container));
  const inSight = sightOf(
    live.filter(({ node }) => holders.has(node.id)),
    holders,
  );
  const groups = new Map(
    [...sharedNamespaces(powers)].map(([owner, sharing]) => [owner, sightOf(sharing, holders)]),
  );
  return live.flatMap((tracer) => {
    const { isHost, joined } = tracer.namespaces.pid;
    if (isHost) return edgesFromHost(tracer, inSight);
    const sharing = groups.get(joined ?? tracer.container.name);
    return sharing ? edgesOf(tracer, sharing) : [];
  });
}

/** From one that sees the processes of the host into those among them that it may trace. */
export function edgesFromHost(tracer: Power, inSight: Sight): Edge[] {
  const { isRoot, isMapped, confinement } = tracer;
  // The host's root with the capability has the host's own processes, and needs no container but for what confines it.
  if (!canTraceAll(tracer) || !isRoot || isMapped) return edgesOf(tracer, inSight);
  if (confinement === null) return [];
  return edgesOf(
    tracer,
    inSight.filter(({ like }) => mayTraceLabel(tracer, like) !== false),
  );
}

const TRACING = 'CAP_SYS_PTRACE';
const canTraceAll = ({ capabilities }: Power): boolean => capabilities.includes(TRACING);

/** Who shares a PID namespace, by the name of the container that it belongs to. */
export function sharedNamespaces(powers: readonly Power[]): ReadonlyMap<string, Power[]> {
  const joinedBy = ({ namespaces }: Power) => namespaces.pid.joined;
  const groups = new Map<string, Power[]>();
  for (const power of powers) {
    const owner = joinedBy(power);
    if (owner !== null) groups.set(owner, []);
  }
  if (groups.size === 0) return groups;
  for (const power of powers) {
    groups.get(power.container.name)?.push(power);
    if (isLive(power.container)) groups.get(joinedBy(power) ?? '')?.push(power);
  }
  return groups;
}

/** The surest of them, by what stands before the step and by what it leads to: of many no more than a hundred. */
export function edgesOf(tracer: Power, others: Sight): Edge[] {
  const own: Tracing = {
    asUser: userLimit(tracer),
    asHolder: tracer.inEffect.includes(TRACING) ? NONE : null,
    asMapped: mappingLimit(tracer),
    asConfined: confinementLimit(tracer),
    always: [...tracer.always, ...runtimeLimit(tracer)],
  };
  const byRank: Edge[][] = Array.from({ length: certainties.length + 1 }, () => []);
  for (const [least, groups] of bySurest(tracer, others, own).entries()) {
    // Nothing surer comes after these.
    let count = countUpTo(byRank, least);
    for (const { rank, members } of groups) {
      for (const traced of members) {
        if (count >= TAKEN_MAX) break;
        const edge = traced.power.node === tracer.node ? null : traceEdge(tracer, traced, own);
        if (edge === null) continue;
        const whole = Math.max(rank, rankOf(edge.conditions));
        byRank[whole]?.push(edge);
        if (whole <= least) count += 1;
      }
    }
  }
  const [found = [], ...more] = byRank.filter(({ length }) => length > 0);
  return more.length === 0 && found.length <= TAKEN_MAX ? found : byRank.flat().slice(0, TAKEN_MAX);
}

/** The groups by how sure the way through them is at best. */
function bySurest(tracer: Power, others: Sight, own: Tracing): Alike[][] {
  const isByCapability = own.asHolder !== null || (canTraceAll(tracer) && tracer.isRoot !== false);
  const always = rankOf(own.always);
  const asMapped = rankOf(own.asMapped);
  const asUser = rankOf(own.asHolder ?? own.asUser);
  const asOneUser = isByCapability ? asUser : Math.min(asUser, UNPROVEN);
  const isBound = !isByCapability && !canTraceAll(tracer) && !becomesAny(tracer);
  const asUnknown = isBound ? Math.max(asUser, UNPROVEN) : asUser;
  const surest: Alike[][] = Array.from({ length: certainties.length + 1 }, () => []);
  for (const group of others) {
    const { rank, like } = group;
    const isOne = like.isRoot === false && isOneUser(tracer, like);
    const isUnknown = like.isRoot === null && !like.isMapped;
    const least = Math.max(
      ...[
        rank,
        always,
        rankOf(sandboxOf(like)),
        isOne ? asOneUser : isUnknown ? asUnknown : asUser,
      ],
      ...[like.isMapped ? 0 : asMapped, rankOf(labelLimit(tracer, like, own))],
    );
    surest[least]?.push(group);
  }
  return surest;
}

function labelLimit(tracer: Power, traced: Power, { asConfined }: Tracing): readonly Condition[] {
  const may = mayTraceLabel(tracer, traced);
  if (may === null) return [ifAbove];
  return may ? NONE : asConfined;
}

const ifAbove = missing(
  'its SELinux label may get at the other, whose level was not read (unknown)',
);

/** As sure as a step of who may be the same user in the same group. */
const UNPROVEN = certainties.indexOf('unproven');

function countUpTo(lists: readonly (readonly unknown[])[], last: number): number {
  let count = 0;
  for (let i = 0; i <= last; i++) count += lists[i]?.length ?? 0;
  return count;
}

/** Conditions that hold of a container whichever other one it traces. */
interface Tracing
  extends Record<'asUser' | 'asMapped' | 'asConfined' | 'always', readonly Condition[]> {
  /** By the capability, in effect; null for who has it not so. */
  asHolder: readonly Condition[] | null;
}

/** Both lists in one: mostly one of them is empty, and the other serves thousands of steps. */
const both = (some: readonly Condition[], more: readonly Condition[]): readonly Condition[] =>
  more.length === 0 ? some : some.length === 0 ? more : [...some, ...more];

const BY_NAMESPACE = ['no-host-pid'];
const BY_CAPABILITY = ['no-added-capabilities'];
/** Also beside the capability: privileged includes it, and then its own rule does not judge it apart. */
export const BY_MOUNT = ['no-sensitive-mount'];

function traceEdge(
  tracer: Power,
  { power: traced, ifOneGroup }: Traced,
  own: Tracing,
): Edge | null {
  const byRights = rightsLimit(tracer, traced, own.asUser, ifOneGroup);
  // The capability is root's alone, but for who was handed it.
  const isRoots = canTraceAll(tracer) && (tracer.isRoot !== false || byRights === null);
  const traces = own.asHolder !== null || isRoots;
  const limit = traces ? (own.asHolder ?? own.asUser) : byRights;
  if (limit === null) return null;
  const conditions = both(
    both(own.always, both(limit, sandboxOf(traced))),
    both(
      traced.isMapped ? sharedUsersLimit(tracer, traced, own) : own.asMapped,
      labelLimit(tracer, traced, own),
    ),
  );
  // A privileged one keeps the capability whatever its lists say.
  const isByCapability = byRights === null && !tracer.container.isPrivileged;
  const byOwn = isByCapability ? BY_CAPABILITY : NONE;
  const byPlace = tracer.seesBy === null ? BY_NAMESPACE : BY_MOUNT;
  const rules = tracer.namespaces.pid.isHost ? byPlace : byOwn;
  return new Trace(tracer, traced, { traces, conditions, rules });
}

/** Who joins a PID namespace joins its user namespace as well, and of other ones the last (moby `daemon/oci_linux.go`). */
function sharedUsersLimit(tracer: Power, traced: Power, own: Tracing): readonly Condition[] {
  if (!tracer.isMapped || !tracer.namespaces.pid.isHost) return NONE;
  return mayShareUsers(tracer, traced) ? [ifOneNamespace] : own.asMapped;
}

const ifOneNamespace = missing('both are in one user namespace (unknown)');

/** True for two of which one joined a namespace of the other, or both one of a third, and where nobody knows. */
export function mayShareUsers(a: Power, b: Power): boolean {
  if ([a, b].some(({ namespaces }) => namespaces.user.isHost === null)) return true;
  const owners = ({ namespaces: { user, network, ipc }, container: { name } }: Power) =>
    [user, network, ipc].map(({ joined }) => joined ?? name);
  const ofOther = owners(b);
  return owners(a).some((owner, kind) => owner === ofOther[kind]);
}

/** In a sandbox the processes are none of the kernel that both see. */
const sandboxOf = (traced: Power): readonly Condition[] =>
  traced.barrier === null ? NONE : runtimeLimit(traced, `${traced.container.name}'s`);

/** A step whose words are made when it is told: of thousands few are. */
class Trace implements Edge {
  readonly from: Edge['from'];
  readonly to: Edge['to'];
  readonly conditions: readonly Condition[];
  readonly rules: readonly string[];
  private readonly tracer: Power;
  private readonly traced: Power;
  /** By the capability, and not by rights alone. */
  private readonly traces: boolean;

  constructor(
    tracer: Power,
    traced: Power,
    how: Pick<Edge, 'conditions' | 'rules'> & { traces: boolean },
  ) {
    this.from = tracer.node;
    this.to = traced.node;
    this.conditions = how.conditions;
    this.rules = how.rules;
    this.tracer = tracer;
    this.traced = traced;
    this.traces = how.traces;
  }

  get subjectId(): string {
    return this.tracer.container.id;
  }

  get says(): string {
    const { name } = this.traced.container;
    const { seesBy } = this.tracer;
    if (seesBy !== null) {
      return `mounts ${seesBy}, which shows the processes of ${this.to.name} and opens their files and sockets`;
    }
    const may = this.traces
      ? 'and has CAP_SYS_PTRACE, which takes them over'
      : 'and has their user and capabilities, which opens their files and sockets';
    return this.tracer.namespaces.pid.isHost
      ? `shares the host's processes, those of ${name} among them, ${may}`
      : `shares the processes of ${name} ${may}`;
  }

  get evidence(): Edge['evidence'] {
    const { tracer, traced, traces } = this;
    return () => [
      ...tracer.inNamespace,
      ...(tracer.namespaces.pid.joined === null ? traced.inNamespace : []),
      ...tracer.controls.given['cap-bounding'].evidence,
      ...(traces ? [] : [tracer, traced].flatMap(({ controls }) => controls.given.user.evidence)),
    ];
  }
}

/**
 * What it takes to open the files of another's process without CAP_SYS_PTRACE: its user and group, and every
 * capability that it has, in its user namespace (Linux `__ptrace_may_access`, `cap_ptrace_access_check`). Null
 * where that lacks. Yama's setting limits attaching alone.
 */
function rightsLimit(
  tracer: Power,
  traced: Power,
  asUser: readonly Condition[],
  ifOneGroup: readonly Condition[],
): readonly Condition[] | null {
  // No other user than root has capabilities.
  if (tracer.isRoot === false && traced.isRoot === false && isOneUser(tracer, traced)) {
    return ifOneGroup;
  }
  if (tracer.isRoot === false && tracer.canGainNone) return null;
  // The host's root made the other's user namespace, which gives it every capability there.
  if (traced.isMapped && !tracer.isMapped) return asUser;
  if (traced.isRoot === false) return becomesAny(tracer) ? asUser : null;
  const isAbove = hasAll(tracer, traced.capabilities);
  if (traced.isRoot === true) return isAbove ? asUser : null;
  if (isAbove && becomesAny(tracer)) return asUser;
  const { name } = traced.container;
  return [...asUser, missing(`the user of ${name} is one that it may become (unknown)`)];
}

const hasAll = ({ capabilities }: Power, wanted: readonly string[]): boolean =>
  wanted.every((name) => capabilities.includes(name));

const becomesAny = (power: Power): boolean => hasAll(power, ['CAP_SETUID', 'CAP_SETGID']);

/** A number inside of a user namespace is another user than the same number outside. */
const isOneUser = ({ uids: a }: Power, { uids: b }: Power): boolean =>
  haveCommon(a.outside, b.outside) || haveCommon(a.inside, b.inside);

/** Written out, since it is asked of each two that see each other. */
function haveCommon<T>(some: readonly T[], others: readonly T[]): boolean {
  for (const one of some) if (others.includes(one)) return true;
  return false;
}
