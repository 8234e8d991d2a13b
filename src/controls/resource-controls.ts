import { shownMounts } from '../snapshot/shown-mounts.ts';
import { type Control, measured, predicted, protectedWhere, unknown } from './control.ts';
import type { ControlFacts } from './control-facts.ts';
import { execText, hasMorePower } from './exec-power.ts';
import { limitControls } from './limit-controls.ts';
import { isSeenAsRoot, notRunning } from './user-controls.ts';

/** Limits, devices, and commands that run beside the container's own. */
export function resourceControls(facts: ControlFacts): Control[] {
  return [...limitControls(facts), devices(facts), execSessions(facts)];
}

/** "On" means that nothing was handed in beside what every container has. */
function devices(facts: ControlFacts): Control {
  const { container, kernel, seenMounts } = facts;
  const asked = [
    ...container.devices,
    ...container.deviceRequests,
    ...container.deviceCgroupRules.map((rule) => `rule ${rule}`),
    ...devicesMounted(facts, { ...seenMounts, kernel: null }),
  ].sort();
  const configured = container.isPrivileged ? ['all'] : asked;
  const found = { control: 'devices', configured } as const;
  const sides = { asked: protectedWhere(configured.length === 0) };
  const more = devicesMounted(facts, seenMounts).filter((path) => !asked.includes(path));
  if (kernel.state === 'read' && more.length > 0 && !container.isPrivileged) {
    const at = { at: kernel.value.readAt, evidence: '/proc/PID/mountinfo' };
    const effective = [...asked, ...more].sort();
    return measured({ ...found, effective }, { ...sides, held: 'none' }, at);
  }
  const why = notRunning(facts) ?? facts.whyNotPredicted;
  if (why !== null) return unknown(found, why);
  return predicted({ ...found, effective: configured }, sides);
}

/** Devices come along with their folder, by whatever name it is mounted. */
function devicesMounted(
  { container, engine }: ControlFacts,
  seenMounts: ControlFacts['seenMounts'],
): string[] {
  const shown = shownMounts(container, seenMounts, engine.dataRoot);
  const paths = shown.flatMap(({ things }) =>
    things.flatMap((thing) => (thing.kind === 'path' ? thing.path : [])),
  );
  return [...new Set(paths.filter((path) => /^\/dev(\/|$)/.test(path)))];
}

function execSessions(facts: ControlFacts): Control {
  const { container, execs, takenAt } = facts;
  const found = { control: 'exec-sessions', configured: null } as const;
  if (execs.state === 'unread') return unknown(found, notRunning(facts) ?? execs.reason);
  const sessions = execs.value.map((session) => ({
    text: execText(session),
    hasMore: hasMorePower(session, container) ?? isSeenAsRoot(session.pid, facts),
  }));
  const effective = sessions.map(({ text }) => text).sort();
  const stronger = sessions.filter(({ hasMore }) => hasMore).length;
  const open = sessions.filter(({ hasMore }) => hasMore === null).map(({ text }) => text);
  if (stronger === 0 && open.length > 0) {
    const note = `whether a command ${open.join(', ')} is root was not read: nobody looked the name up`;
    return { ...unknown(found, note), effective };
  }
  const note = stronger > 0 ? `${stronger} with more power than the container` : null;
  const sides = { asked: 'full', held: protectedWhere(stronger === 0) } as const;
  const at = { at: takenAt, evidence: 'GET /exec/{id}/json' };
  return measured({ ...found, effective, note }, sides, at);
}
