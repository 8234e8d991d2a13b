import type { ExecSession } from '../snapshot/facts/exec.ts';
import type { KernelProcess } from '../snapshot/facts/kernel.ts';
import {
  BY_STATUS,
  type Control,
  measured,
  protectedWhere,
  type Seen,
  unknown,
} from './control.ts';
import type { ControlFacts } from './control-facts.ts';
import { deviceControl } from './device-control.ts';
import { sizeOfMap, tasksWithPower } from './entering.ts';
import { execText, hasAllCapabilities, hasMorePower } from './exec-power.ts';
import { limitControls } from './limit-controls.ts';
import { notRunning, tasksOf } from './seen-tasks.ts';
import { isSeenAsRoot, rootId } from './user-controls.ts';

/** Limits, devices, and commands that run beside the container's own. */
export function resourceControls(facts: ControlFacts): Control[] {
  return [...limitControls(facts), deviceControl(facts), execSessions(facts)];
}

function execSessions(facts: ControlFacts): Control {
  const { container, execs, takenAt } = facts;
  const found = { control: 'exec-sessions', configured: null } as const;
  const sessions = execs.state === 'read' ? execs.value : [];
  const judged = sessions.map((session) => ({
    text: execText(session),
    hasMore: hasMorePower(session, container) ?? isSeenAsRoot(session.pid, facts),
  }));
  const effective = judged.map(({ text }) => text).sort();
  const stronger = judged.filter(({ hasMore }) => hasMore).length;
  const left = stronger === 0 ? leftBehind(facts) : null;
  if (left) return measured({ ...found, effective, note: left.note }, sidesWhere(false), left);
  if (execs.state === 'unread') return unknown(found, notRunning(facts) ?? execs.reason);
  const open = judged.filter(({ hasMore }) => hasMore === null).map(({ text }) => text);
  if (stronger === 0 && open.length > 0) {
    const note = `whether a command ${open.join(', ')} is root was not read: nobody looked the name up`;
    return unknown(found, note, effective);
  }
  const risen = stronger === 0 ? rootBeside(facts) : null;
  if (risen?.isStarted) {
    return measured({ ...found, effective, note: risen.note }, sidesWhere(false), risen);
  }
  const whyMore = risen?.note ?? (stronger === 0 ? whyMaybeLeft(facts, sessions) : null);
  if (whyMore !== null) return unknown(found, whyMore, effective);
  const note = stronger > 0 ? `${stronger} with more power than the container` : null;
  const at = { at: takenAt, evidence: 'GET /exec/{id}/json' };
  return measured({ ...found, effective, note }, sidesWhere(stronger === 0), at);
}

const MAYBE_LEFT =
  'whether a command that has ended left one of its other processes behind is not verified';

/**
 * Why a process may be there that a command with more power left behind: without its capabilities it looks like one
 * that the container's own program started. Null where there is none, or nobody can have more power.
 */
function whyMaybeLeft(facts: ControlFacts, sessions: readonly ExecSession[]): string | null {
  const { container, kernel, processes, gap } = facts;
  const hasAll = hasAllCapabilities(container) && container.user.uid === 0;
  if (kernel.state === 'read' || container.pid === null || hasAll) return null;
  if (processes.state === 'unread') return `${MAYBE_LEFT}: ${processes.reason}`;
  if (gap !== null) return `${MAYBE_LEFT}: ${gap}`;
  const known = [container.pid, ...sessions.map(({ pid }) => pid)];
  if (processes.value.every(({ pid }) => known.includes(pid))) return null;
  return facts.isKernelRead
    ? `${MAYBE_LEFT}: ${kernel.reason}`
    : `${MAYBE_LEFT} (needs evidence: kernel)`;
}

const sidesWhere = (isHeld: boolean) => ({ asked: 'full', held: protectedWhere(isHeld) }) as const;

/**
 * A process that may use capabilities that nobody is given here: a privileged command started it, which the
 * engine no longer lists once it has ended. Null for none, and where the kernel was not asked.
 */
function leftBehind(facts: ControlFacts): (Seen & { note: string }) | null {
  const { container, kernel, whyNotPredicted } = facts;
  if (kernel.state === 'unread' || container.isPrivileged || whyNotPredicted !== null) return null;
  const tasks = tasksWithPower(facts);
  // Whoever drops one from the bounding set keeps those that it has.
  const heldBy = ({ capabilities }: KernelProcess) => [
    ...capabilities.bounding,
    ...capabilities.permitted,
  ];
  const ofMain = tasks.filter(({ pid }) => pid === container.pid);
  const found = tasks.find((task) => {
    // Of one whose map is not known they may be those of a user namespace of its own.
    if (task.uidMap === null) return false;
    const size = sizeOfMap(task.uidMap);
    // The engine started the main one, which may be in a user namespace of its own making, where others follow it. Who
    // has more ids is above that.
    const followed = ofMain.filter(({ uidMap }) => uidMap === null || size <= sizeOfMap(uidMap));
    const usual = [...container.configuredCapabilities, ...followed.flatMap(heldBy)];
    return heldBy(task).some((name) => !usual.includes(name));
  });
  if (found === undefined) return null;
  const note = `its process ${found.pid} (${found.name}) has capabilities that the container does not give: a privileged command started it`;
  return { at: kernel.value.readAt, evidence: BY_STATUS, note };
}

/**
 * Root in a container of another user, whose main process never was root. Where nothing in it gains privileges a command
 * as root started it, which the engine no longer lists once it has ended; else a program may have made it root. Null for
 * none, and where the kernel was not asked.
 */
function rootBeside(facts: ControlFacts): (Seen & { note: string; isStarted: boolean }) | null {
  const { container, engine, kernel, given } = facts;
  const { uid } = container.user;
  const root = rootId(facts);
  if (kernel.state === 'unread' || uid === null || uid === 0 || root === undefined) return null;
  const tasks = tasksOf(facts);
  const isRoot = ({ uids }: KernelProcess) => Object.values(uids).includes(root);
  const isMainRoot = tasks.some((task) => task.pid === container.pid && isRoot(task));
  const found = isMainRoot ? undefined : tasks.find(isRoot);
  if (found === undefined) return null;
  // Podman hands what is added by name on to a user that is not root.
  const becomesOthers = engine.isPodman && container.addedCapabilities.includes('CAP_SETUID');
  const isStarted = given['no-new-privileges'].protection === 'full' && !becomesOthers;
  const is = `its process ${found.pid} (${found.name}) is root`;
  const note = isStarted
    ? `${is}, which no program in it can become: a command as root started it`
    : `${is}: a command as root may have left it behind, or a program in it became root`;
  return { at: kernel.value.readAt, evidence: BY_STATUS, note, isStarted };
}
