import type { NamespaceIds, ProcessFacts } from '../snapshot/facts/process.ts';
import { isIdentity } from '../snapshot/user-mapping.ts';
import type { Seen } from './control.ts';
import type { ControlFacts } from './control-facts.ts';
import {
  declaredOf,
  INITIAL,
  isOfEngine,
  isOfItsOwn,
  isTold,
  mayEnter,
  mayHaveEntered,
  showsOthers,
} from './entering.ts';
import type { Tellers } from './inhabitants.ts';
import type { OwnFacts } from './own-facts.ts';
import {
  hasEnded,
  mainProcess,
  processOfThreads,
  seenByTop,
  threadOnHost,
  threadsLookedAt,
} from './seen-tasks.ts';

type Place = 'host' | 'private' | 'shared';

interface Placed extends Seen {
  place: Place;
  /** By whom it is there, as a phrase that follows the place; null where the configuration tells, or there is nobody. */
  note: string | null;
  /** It is its own, and processes of another container came into it that are not the main one. */
  isEntered: boolean;
  /** Where a process of it is that is in the namespace of another container, as a sentence; null for none. */
  visit: string | null;
  /** Why another place than a private one cannot be excluded; null where it can. */
  doubt: Doubt | null;
}

interface Doubt {
  /** A sentence that stands alone. */
  why: string;
  /** It is about another process than the main one, which it may have put into what it made itself. */
  isApart: boolean;
}

/** Where a container really is, by whichever of its processes is farthest out; null when nobody looked. */
export function placeOf(facts: ControlFacts, kind: keyof NamespaceIds): Placed | null {
  const { container, processes, kernel } = facts;
  const inode = mainProcess(container, processes)?.namespaces?.[kind] ?? null;
  const common = { note: null, isEntered: false, visit: null, doubt: null };
  if (kind === 'user' && kernel.state === 'read' && kernel.value.uidMap !== null) {
    // Who joins the processes or the network of another where users are mapped has its users as well.
    const own = isIdentity(kernel.value.uidMap)
      ? { place: 'host' as const }
      : placeOfMain(facts, kind, inode);
    return { ...common, ...own, at: kernel.value.readAt, evidence: '/proc/PID/uid_map' };
  }
  const own = inode === null ? null : placeOfMain(facts, kind, inode);
  const found = { ...common, ...seenByTop(facts) };
  if (own && (own.place === 'host' || kind === 'user')) return { ...found, ...own };
  const apart = kind === 'user' ? [] : processesApart(facts, kind, inode);
  const places = apart.map((one) => ({ one, ...placeOfNumber(facts, kind, numberOf(one, kind)) }));
  const onHost = places.find(({ place }) => place === 'host');
  if (onHost && declaredOf(facts, kind).resolved !== 'host') {
    const note = [`through ${named(onHost.one)}`, ...(onHost.by ? [byNumber(onHost.by)] : [])];
    return { ...found, place: 'host', note: note.join(', ') };
  }
  const inThread = kind === 'network' ? threadOnHost(facts) : undefined;
  if (inThread) return { ...found, place: 'host', note: `through a thread of ${named(inThread)}` };
  if (inode === null || own === null) return null;
  const joined = places.find(({ place }) => place === 'shared');
  const visit = joined
    ? `${named(joined.one)} is in the ${NAMES[kind]} namespace of ${joined.by}`
    : null;
  const doubt = doubtOf(facts, kind, inode, apart);
  return joined && (own.place === 'private' || own.isEntered)
    ? { ...found, place: 'shared', note: `through ${named(joined.one)}`, visit, doubt }
    : { ...found, ...own, visit, doubt };
}

const numberOf = ({ namespaces }: ProcessFacts, kind: keyof NamespaceIds) =>
  namespaces?.[kind] ?? null;

const byNumber = (name: string): string => `by the number of ${name}, which is on the host's`;

/** Of the main process. Who was asked to share a namespace is told by whom it joined, any other by who came. */
function placeOfMain(
  facts: ControlFacts,
  kind: keyof NamespaceIds,
  inode: number | null,
): Pick<Placed, 'place' | 'note' | 'isEntered'> {
  const { resolved } = declaredOf(facts, kind);
  if (resolved === 'host' && kind !== 'user')
    return { place: 'host', note: null, isEntered: false };
  const { place, by } = placeOfNumber(facts, kind, inode);
  const isEntered = false;
  if (place === 'host') return { place, note: by === null ? null : byNumber(by), isEntered };
  const isAsked = resolved === 'shared';
  if (place === 'shared') return { place, note: isAsked ? null : `through ${by}`, isEntered };
  const visitor =
    inode === null || isOfAll(facts, kind) ? null : otherOf(facts, kind, inode, 'all');
  if (!visitor) return { place, note: null, isEntered };
  const note = isAsked ? null : `entered by ${nameOf(visitor)}`;
  return { place: 'shared', note, isEntered: !isAsked };
}

/** Users of a rootless engine all of its containers have. */
const isOfAll = ({ engine }: OwnFacts, kind: keyof NamespaceIds): boolean =>
  kind === 'user' && engine.isRootless;

/**
 * By whose main process is there too, `by`. One that is asked to be on the host shows its number, unless it may have
 * left: with other users than it was given it may have made a namespace by itself.
 */
function placeOfNumber(
  facts: ControlFacts,
  kind: keyof NamespaceIds,
  number: number | null,
): { place: Place; by: string | null } {
  if (number !== null && (number === INITIAL[kind] || isOfEngine(facts, kind, number)))
    return { place: 'host', by: null };
  if (number === null || isOfAll(facts, kind)) return { place: 'private', by: null };
  const own = usersOf(facts);
  const host = otherOf(facts, kind, number, 'onHost', (other) => {
    const users = usersOf(other);
    return users !== null && (users === INITIAL.user || users === own);
  });
  if (host) return { place: 'host', by: nameOf(host) };
  const main = otherOf(facts, kind, number, 'mains');
  return main ? { place: 'shared', by: nameOf(main) } : { place: 'private', by: null };
}

const usersOf = ({ container, processes }: OwnFacts): number | null =>
  mainProcess(container, processes)?.namespaces?.user ?? null;

const nameOf = ({ container: { name, id } }: OwnFacts): string => name || id.slice(0, 12);

/** Another container that tells so of a namespace. */
function otherOf(
  { container: { id }, tellers }: ControlFacts,
  kind: keyof NamespaceIds,
  number: number,
  tells: keyof Tellers,
  isIt: (other: OwnFacts) => boolean = () => true,
): OwnFacts | undefined {
  const all = tellers(kind, number)[tells];
  return all.find((other) => other.container.id !== id && isIt(other));
}

/** Why another place cannot be excluded than that of the number, `inode` of the main process; null where it can. */
function doubtOf(
  facts: ControlFacts,
  kind: keyof NamespaceIds,
  inode: number,
  apart: readonly ProcessFacts[],
): Doubt | null {
  const isOwn = isOfItsOwn(facts, kind) || otherOf(facts, kind, inode, 'own') !== undefined;
  const why = isOwn ? null : doubtOfOthers(facts, kind, inode);
  if (why !== null) return { why, isApart: false };
  const untold = apart.filter((one) => {
    const number = numberOf(one, kind);
    if (isOfEngine(facts, kind, number) === false) return false;
    return number === null || otherOf(facts, kind, number, 'own') === undefined;
  });
  const isUnexplained = (one: ProcessFacts) => {
    const number = numberOf(one, kind);
    const isMet = number !== null && otherOf(facts, kind, number, 'all') !== undefined;
    return isMet || isOfUsersOf(facts, one);
  };
  const [other] = mayEnter(facts) ? untold : untold.filter(isUnexplained);
  if (other) {
    const where = `is in another ${NAMES[kind]} namespace than its main process`;
    return { why: `${named(other)} ${where}, ${UNREAD}`, isApart: true };
  }
  const ofMain = mayEnter(facts) ? doubtOfMain(facts, kind, isOwn) : null;
  return ofMain === null ? null : { why: ofMain, isApart: false };
}

const UNREAD = 'and whose that is was not read';

const NAMES: Record<keyof NamespaceIds, string> = {
  ...{ pid: 'PID', network: 'network', ipc: 'IPC', uts: 'UTS' },
  ...{ cgroup: 'cgroup', user: 'user', mount: 'mount' },
};

/** By who is in it too, or by what it joined, wherever that is now. */
function doubtOfOthers(
  facts: ControlFacts,
  kind: keyof NamespaceIds,
  inode: number,
): string | null {
  const title = `${NAMES[kind]} namespace`;
  const entered = `which may have entered the host's, ${UNREAD}`;
  const entering = otherOf(facts, kind, inode, 'entering');
  if (entering) return `it shares a ${title} with ${nameOf(entering)}, ${entered}`;
  const leaving = otherOf(facts, kind, inode, 'leaving');
  if (leaving) {
    return `it shares a ${title} with ${nameOf(leaving)}, which began in the host's and may have left that, ${UNREAD}`;
  }
  const joined = declaredOf(facts, kind).via.flatMap((name) => facts.named.get(name) ?? []);
  const gone = joined.find((one) => mayHaveEntered(one, kind));
  return gone ? `it joined the ${title} of ${nameOf(gone)}, ${entered}` : null;
}

/**
 * Whether a process has the users of the main one: without CAP_SYS_ADMIN there it has made no other namespace by itself.
 * Somebody from outside put it into one, or a privileged command that has ended.
 */
function isOfUsersOf(facts: ControlFacts, { namespaces }: ProcessFacts): boolean {
  const users = usersOf(facts);
  return users !== null && namespaces?.user === users;
}

/** Of a container whose processes may enter namespaces. */
function doubtOfMain(facts: ControlFacts, kind: keyof NamespaceIds, isOwn: boolean): string | null {
  if (!showsOthers(facts)) return null;
  if (!isTold(facts, kind) && !isOwn) {
    return `its main process may have entered the ${NAMES[kind]} namespace that it is in, ${UNREAD}`;
  }
  const many = processOfThreads(facts, threadsLookedAt(facts, kind));
  return many === null
    ? null
    : `in which ${NAMES[kind]} namespace each thread of ${named(many)} is, ${UNREAD}`;
}

const named = ({ pid, name }: Pick<ProcessFacts, 'pid' | 'name'>) => `its process ${pid} (${name})`;

/** Processes that live and are not known to be where the main one is. */
function processesApart(
  { processes }: ControlFacts,
  kind: keyof NamespaceIds,
  inode: number | null,
): ProcessFacts[] {
  const all = processes.state === 'read' ? processes.value : [];
  return all.filter(
    ({ namespaces }) =>
      namespaces === null || (namespaces[kind] !== inode && !hasEnded(namespaces)),
  );
}
