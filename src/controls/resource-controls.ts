import { shownMounts } from '../snapshot/shown-mounts.ts';
import { type Control, measured, predicted, protectedWhere, unknown } from './control.ts';
import type { ControlFacts } from './control-facts.ts';
import { execText, hasMorePower } from './exec-power.ts';
import { notRunning } from './user-controls.ts';

const BY_STATS = 'GET /containers/{id}/stats';
/** The most that `kernel.pid_max` can be on 64 bits (Linux `include/linux/threads.h`). */
const PID_MAX_LIMIT = 4_194_304;
const BILLION = 1_000_000_000;
const CPU_PERIOD_MICROSECONDS = 100_000;

/** Limits of memory, processes and CPU, devices, and commands that run beside the container's own. */
export function resourceControls(facts: ControlFacts): Control[] {
  return [memory(facts), pids(facts), cpu(facts), devices(facts), execSessions(facts)];
}

function memory(facts: ControlFacts): Control {
  const { container, engine, limits, takenAt } = facts;
  const configured = container.memoryLimitBytes || null;
  const found = { control: 'memory-limit', configured } as const;
  if (limits.state === 'unread') return unknown(found, notRunning(facts) ?? limits.reason);
  const { memoryBytes } = limits.value;
  const isAll = (bytes: number) => engine.memoryBytes > 0 && bytes >= engine.memoryBytes;
  // Without a limit the engine reports all memory of the host.
  const effective = memoryBytes === null || isAll(memoryBytes) ? null : memoryBytes;
  const isIdle = configured !== null && isAll(configured);
  const note = isIdle ? 'the host has no more memory than that: it limits nothing' : null;
  const at = { at: takenAt, evidence: BY_STATS };
  return measured({ ...found, effective, note }, limitSides(configured, effective, isIdle), at);
}

/**
 * A limit of a control group binds whatever is started in it, so that one that nobody asked for counts
 * as well; `isIdle` when the one that was asked for cannot be reached.
 */
function limitSides(asked: number | null, effective: number | null, isIdle: boolean) {
  const held = protectedWhere(effective !== null && (asked === null || effective <= asked));
  if (isIdle) return { asked: 'none', held } as const;
  return { asked: asked === null ? held : 'full', held } as const;
}

function pids(facts: ControlFacts): Control {
  const { container, limits, takenAt } = facts;
  const configured = container.pidsLimit;
  const found = { control: 'pids-limit', configured } as const;
  if (limits.state === 'unread') return unknown(found, notRunning(facts) ?? limits.reason);
  if (limits.value.pids.state === 'unread') return unknown(found, limits.value.pids.reason);
  const effective = limits.value.pids.value;
  const isIdle = configured !== null && configured >= PID_MAX_LIMIT;
  const note = isIdle ? 'no kernel has so many processes: it limits nothing' : null;
  const at = { at: takenAt, evidence: BY_STATS };
  return measured({ ...found, effective, note }, limitSides(configured, effective, isIdle), at);
}

/** No call and no file that the probe reads shows it. */
function cpu(facts: ControlFacts): Control {
  const { container, engine } = facts;
  const cpus = container.nanoCpus / BILLION || container.cpuQuota / CPU_PERIOD_MICROSECONDS;
  const configured = cpus > 0 ? cpus : null;
  const found = { control: 'cpu-limit', configured } as const;
  const why = notRunning(facts) ?? facts.whyNotPredicted;
  if (why !== null) return unknown(found, why);
  const isConfigured = configured !== null;
  const hasGroups = engine.cgroupDriver !== 'none';
  const effective = hasGroups ? configured : null;
  const note = hasGroups ? null : 'the engine has no control groups to set it in';
  return predicted(
    { ...found, effective, note },
    { asked: protectedWhere(isConfigured), given: protectedWhere(effective !== null) },
  );
}

/** "On" means that nothing was handed in beside what every container has. */
function devices(facts: ControlFacts): Control {
  const { container } = facts;
  const asked = [
    ...container.devices,
    ...container.deviceRequests,
    ...container.deviceCgroupRules.map((rule) => `rule ${rule}`),
    ...devicesMounted(facts),
  ].sort();
  const found = {
    control: 'devices',
    configured: container.isPrivileged ? ['all'] : asked,
  } as const;
  const why = notRunning(facts) ?? facts.whyNotPredicted;
  if (why !== null) return unknown(found, why);
  const isConfigured = !container.isPrivileged && asked.length === 0;
  const effective = found.configured;
  return predicted({ ...found, effective }, { asked: protectedWhere(isConfigured) });
}

/** Devices come along with their folder, by whatever name it is mounted. */
function devicesMounted({ container, engine, kernel }: ControlFacts): string[] {
  const shown = shownMounts(
    container,
    kernel.state === 'read' ? kernel.value : null,
    engine.dataRoot,
  );
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
    hasMore: hasMorePower(session, container),
  }));
  const effective = sessions.map(({ text }) => text).sort();
  const stronger = sessions.filter(({ hasMore }) => hasMore).length;
  const note = stronger > 0 ? `${stronger} with more power than the container` : null;
  const sides = { asked: 'full', held: protectedWhere(stronger === 0) } as const;
  const at = { at: takenAt, evidence: 'GET /exec/{id}/json' };
  return measured({ ...found, effective, note }, sides, at);
}
