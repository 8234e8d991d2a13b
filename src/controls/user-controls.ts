import type { KernelProcess } from '../snapshot/facts/kernel.ts';
import type { ProcessFacts } from '../snapshot/facts/process.ts';
import { ascending } from '../snapshot/normalise/processes.ts';
import { asksForOwnUsers, isMapped, mappedRoot } from '../snapshot/user-mapping.ts';
import {
  BY_STATUS,
  type Control,
  measured,
  predicted,
  protectedWhere,
  type Seen,
  unknown,
  unlessDoubted,
} from './control.ts';
import type { ControlFacts } from './control-facts.ts';
import { placeOf } from './namespace-place.ts';
import { notRunning, seenByTop, tasksOf, whyUnread } from './seen-tasks.ts';

interface Ids extends Seen {
  /** Of every process, ascending, each once, as the host sees them. */
  values: number[];
}

/**
 * User, groups and user namespace. Ids are those that the host sees; "root" is uid 0 inside, which
 * on a remapping engine is another number outside.
 */
export function userControls(facts: ControlFacts): Control[] {
  return [user(facts), groups(facts), userNamespace(facts)];
}

function user(facts: ControlFacts): Control {
  const { container } = facts;
  const { declared, uid } = container.user;
  const configured = declared === '' ? 'root' : declared;
  const found = { control: 'user', configured } as const;
  const seen = uidsSeen(facts);
  const asked = protectedWhere(uid !== 0);
  if (seen === null) {
    if (container.pid === null) return unknown(found, 'the container is not running');
    if (facts.whyNotPredicted !== null || uid === null) {
      return unknown(found, container.user.reason ?? whyUnread(facts));
    }
    // Which user of the host it is then is not known.
    const effective = isMapped(facts.engine, container) ? null : [uid];
    return predicted({ ...found, effective }, { asked });
  }
  const rootOutside = rootId(facts);
  if (rootOutside === undefined) {
    const open = { ...found, effective: seen.values, note: ROOT_UNREAD };
    // Who asks for root asks for nothing, whoever its processes are.
    return asked === 'none' ? predicted(open, { asked }) : unknown(found, ROOT_UNREAD, seen.values);
  }
  const held = protectedWhere(!seen.values.includes(rootOutside));
  if (uid === null && held === 'full') {
    const note = `whether ${declared} is root was not read: ${container.user.reason ?? 'its number is not known'}`;
    return unknown(found, note, seen.values);
  }
  const control = measured({ ...found, effective: seen.values }, { asked, held }, seen);
  return unlessDoubted(control, hasUnseenThreads(facts) ? FIRST_THREADS : null);
}

/**
 * A list of the engine may know the first thread of each process alone. Another one can be root where a set-uid
 * program made the process root before.
 */
function hasUnseenThreads(facts: ControlFacts): boolean {
  const gainsNone = facts.given['no-new-privileges'].protection === 'full';
  return facts.kernel.state === 'unread' && !gainsNone && hasThreads(facts);
}

const hasThreads = ({ processes }: ControlFacts): boolean =>
  processes.state === 'read' &&
  processes.value.some(
    ({ threads, areThreadsRead = false }) => threads !== null && threads > 1 && !areThreadsRead,
  );

const ROOT_UNREAD = 'the engine remaps users, and which of them is root inside was not read';

/** What is open of users and groups where the kernel was not asked, and with what tells it. */
export const OF_FIRST = 'of its threads only the first of each process was read';
export const FIRST_THREADS = `${OF_FIRST}: the level kernel reads all`;
/** Whether a control is unknown for that. */
export const isOfFirst = ({ note }: Pick<Control, 'note'>): boolean =>
  note?.startsWith(OF_FIRST) ?? false;

function groups(facts: ControlFacts): Control {
  const { container } = facts;
  const added = container.addedGroups;
  const configured = added.length > 0 ? [...added].sort() : null;
  const found = { control: 'groups', configured } as const;
  const seen = groupsSeen(facts);
  if (seen === null) return unknown(found, notRunning(facts) ?? whyUnread(facts));
  const { declared, uid } = container.user;
  const rootOutside = rootId(facts, 'gid');
  const held = protectedWhere(rootOutside === undefined || !seen.values.includes(rootOutside));
  const [, named = ''] = declared.split(':');
  // What stands empty behind the colon names none.
  const group = named === '' ? undefined : named;
  const isRoot = (name: string) => /^([+-]?0+|root)$/.test(name);
  const isOff = added.some(isRoot) || (group === undefined ? uid === 0 : isRoot(group));
  // Who names no group gets that of the image's passwd, and 0 where it has none.
  const asked = isOff ? 'none' : group === undefined ? held : 'full';
  const control = measured({ ...found, effective: seen.values }, { asked, held }, seen);
  const why =
    rootOutside === undefined ? ROOT_UNREAD : whyMayHaveRootGroup(facts, [...added, group ?? '']);
  if (control.verdict !== 'enforced' || why === null) return control;
  // Ways tell of these numbers, and by what they were seen.
  return { ...unknown(found, why, seen.values), evidence: seen.evidence };
}

/**
 * The next process gets the groups that are named whatever the present ones did with theirs: who became another user
 * lost them. `named` are as written; what is named by no number may be another name of root's.
 */
function whyMayHaveRootGroup(facts: ControlFacts, named: readonly string[]): string | null {
  const { container, kernel } = facts;
  const names = named.filter((name) => !/^[+-]?\d+$/.test(name));
  if (names.length > 0 && !hasConfiguredUser(facts)) {
    const which = names.filter(Boolean).join(', ') || 'of its user';
    return `whether the group ${which} is root’s was not read, and its processes have become other users`;
  }
  // Root changes its groups by a capability, also where no-new-privileges holds.
  const isSingle = kernel.state === 'read' || container.user.uid !== 0 || !hasThreads(facts);
  return isSingle && !hasUnseenThreads(facts) ? null : FIRST_THREADS;
}

/** Whether each process has the user that the configuration names, so that it has kept what came with it. */
function hasConfiguredUser(facts: ControlFacts): boolean {
  const { uid } = facts.container.user;
  const root = rootId(facts);
  const seen = uidsSeen(facts)?.values ?? [];
  return uid !== null && uid !== 0 && root !== undefined && seen.every((one) => one === root + uid);
}

function userNamespace(facts: ControlFacts): Control {
  const { container, engine, kernel } = facts;
  const { mode } = container.userNamespace;
  const isAsked = isMapped(engine, container);
  const words = engine.isRootless ? 'rootless' : isAsked ? 'remapped' : 'host';
  const found = {
    control: 'user-namespace',
    configured: mode === 'host' ? 'host' : words,
  } as const;
  if (kernel.state === 'read' && kernel.value.uidMap !== null) {
    // A range of one is a namespace of its own, too, in which root stays the root of the host, or may become it where another
    // user inside is that: of a rootless engine that is who runs it.
    // One process of the host's namespace is enough, whatever the others made for themselves.
    const maps = tasksOf(facts).flatMap(({ uidMap }) => uidMap ?? []);
    const isEffective = ![...kernel.value.uidMap, ...maps].some(
      ({ inside, outside }) => outside === 0 && (inside === 0 || !engine.isRootless),
    );
    const effective = kernel.value.uidMap.map(
      ({ inside, outside, count }) => `${inside} ${outside} ${count}`,
    );
    const at = { at: kernel.value.readAt, evidence: '/proc/PID/uid_map' };
    const sides = { asked: protectedWhere(isAsked), held: protectedWhere(isEffective) };
    return measured({ ...found, effective }, sides, at);
  }
  const place = placeOf(facts, 'user');
  if (place !== null) {
    const isEffective = place.place !== 'host';
    const effective = isEffective ? words : 'host';
    const sides = { asked: protectedWhere(isAsked), held: protectedWhere(isEffective) };
    return measured({ ...found, effective }, sides, place);
  }
  const why = notRunning(facts) ?? facts.whyNotPredicted;
  if (why !== null) return unknown(found, why);
  const effective = isAsked ? words : 'host';
  return predicted({ ...found, effective }, { asked: protectedWhere(isAsked) });
}

/** The probe tells all four of each process: a saved uid of 0 comes back by one call. */
const uidsSeen = (facts: ControlFacts): Ids | null =>
  idsSeen(
    facts,
    ({ uids }) => Object.values(uids),
    ({ effectiveUid, otherUids }) => [effectiveUid, ...(otherUids ?? [])],
  );

/** Supplementary groups, and from the probe the four own ones of each process. */
const groupsSeen = (facts: ControlFacts): Ids | null =>
  idsSeen(
    facts,
    ({ gids, groups }) => [...Object.values(gids), ...groups],
    ({ groups }) => groups ?? [null],
  );

/** Ids of all processes, from the probe before `ps`; null when neither was read, or not of all. */
function idsSeen(
  facts: ControlFacts,
  ofTask: (task: KernelProcess) => number[],
  ofListed: (process: ProcessFacts) => (number | null)[],
): Ids | null {
  const { kernel, processes } = facts;
  if (kernel.state === 'read' && kernel.value.processes.length > 0) {
    const values = ascending(tasksOf(facts).flatMap(ofTask));
    return { values, at: kernel.value.readAt, evidence: BY_STATUS };
  }
  if (processes.state === 'unread' || processes.value.length === 0) return null;
  const ids = processes.value.flatMap(ofListed);
  return ids.includes(null) ? null : { values: ascending(ids as number[]), ...seenByTop(facts) };
}

/** Whether a process of the container has a uid that is root inside; null where that was not seen. */
export function isSeenAsRoot(pid: number | null, facts: ControlFacts): boolean | null {
  const { processes } = facts;
  const listed = processes.state === 'read' ? processes.value.filter((one) => one.pid === pid) : [];
  const uids = [
    ...tasksOf(facts).flatMap((task) => (task.pid === pid ? Object.values(task.uids) : [])),
    ...listed.flatMap((one) => [one.effectiveUid, ...(one.otherUids ?? [null])]),
  ];
  const root = rootId(facts);
  if (root === undefined || uids.length === 0) return null;
  if (uids.includes(root)) return true;
  return uids.includes(null) || facts.isToldByContainer || hasUnseenThreads(facts) ? null : false;
}

/**
 * The id that uid 0 inside, or group 0, has in what was read; undefined when a map is in force that was not. What
 * reads it on a rootless engine, `ps` or the probe, stands in the user namespace of the container.
 */
export function rootId(
  { container, engine, kernel }: ControlFacts,
  kind: 'uid' | 'gid' = 'uid',
): number | undefined {
  if (engine.isRootless && !asksForOwnUsers(container)) return 0;
  // A map of its main process is then one that this made for itself.
  if (!isMapped(engine, container)) return 0;
  // That of its main process may be one that this made below the map of the engine. That of groups is not read.
  const byEngine = asksForOwnUsers(container) ? null : (mappedRoot(engine)?.[kind] ?? null);
  if (
    byEngine === null &&
    kind === 'uid' &&
    kernel.state === 'read' &&
    kernel.value.uidMap !== null
  ) {
    const range = kernel.value.uidMap.find(({ inside }) => inside === 0);
    // Nothing inside is root when no range holds it.
    return range ? range.outside : -1;
  }
  // Which users a container has for itself no answer tells.
  return byEngine ?? undefined;
}
