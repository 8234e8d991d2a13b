import { TICK_MS } from '../snapshot/normalise/proc-status.ts';
import {
  BY_STATUS,
  type Control,
  measured,
  predicted,
  protectedWhere,
  unknown,
} from './control.ts';
import type { ControlFacts } from './control-facts.ts';
import { byText } from './given-kernel.ts';
import { notRunning, statusesOf, tasksOf } from './seen-tasks.ts';

/** What the kernel holds against every process and thread: no-new-privileges and seccomp. */
export function kernelControls(facts: ControlFacts): Control[] {
  return [noNewPrivileges(facts), seccomp(facts)];
}

function noNewPrivileges(facts: ControlFacts): Control {
  const { container, engine, kernel } = facts;
  const configured = container.noNewPrivileges ?? engine.hasNoNewPrivilegesDefault;
  const found = { control: 'no-new-privileges', configured } as const;
  if (kernel.state === 'read' && kernel.value.processes.length > 0) {
    const effective = tasksOf(facts).every(({ hasNoNewPrivileges }) => hasNoNewPrivileges);
    if (effective && !configured && mayBeMadeBefore(facts)) {
      return unknown(found, OWN_OR_GIVEN, effective);
    }
    const at = { at: kernel.value.readAt, evidence: BY_STATUS };
    const sides = { asked: protectedWhere(configured), held: protectedWhere(effective) };
    return measured({ ...found, effective }, sides, at);
  }
  const why = notRunning(facts) ?? facts.whyNotPredicted;
  if (why !== null) return unknown(found, why);
  // The engine's default was put into the container on the day it was made.
  const note =
    container.noNewPrivileges === null && !engine.isPodman
      ? 'follows the engine’s current default; it may differ from when it was created'
      : null;
  return predicted(
    { ...found, effective: configured, note },
    { asked: protectedWhere(configured) },
  );
}

const OWN_OR_GIVEN =
  'every process has it, by itself or since it was the engine’s default when the container was created';

/**
 * How long a container had been started when the engine that runs now was, in clock ticks; null where that is not known.
 * These count from the boot: a clock that is set moves none, but what the engine told of times before.
 */
function ticksSinceEngine({ kernel, engineStartTicks }: ControlFacts): number | null {
  const ticks = kernel.state === 'read' ? kernel.value.startTicks : undefined;
  return ticks === undefined || engineStartTicks === null ? null : ticks - engineStartTicks;
}

/**
 * Whether an engine before the one that runs now, which is told other defaults, may have made a container: by how long it
 * had been there when it was started.
 */
function mayBeMadeBefore(facts: ControlFacts): boolean {
  const { container, engine } = facts;
  if (container.noNewPrivileges !== null || engine.isPodman) return false;
  const { createdAt, startedAt } = container;
  const ticks = ticksSinceEngine(facts);
  if (ticks === null || startedAt === null) return true;
  const isMadeSince = ticks * TICK_MS > Date.parse(startedAt) - Date.parse(createdAt);
  return !isMadeSince;
}

/**
 * The same of its start. One that was started before survived the start of this engine, whatever live restore is by
 * now; where that is not known it tells whether any could.
 */
function mayBeStartedBefore(facts: ControlFacts): boolean {
  const { container, engine } = facts;
  if (container.seccomp !== 'default' || container.isPrivileged) return false;
  const ticks = ticksSinceEngine(facts);
  return ticks === null ? engine.hasLiveRestore : ticks <= 0;
}

function seccomp(facts: ControlFacts): Control {
  const { container, engine } = facts;
  const byEngine = engine.seccompProfile ?? 'none';
  const configured = container.seccomp === 'default' ? byEngine : container.seccomp;
  const isAsked = !['unconfined', 'allows-everything', 'none'].includes(configured);
  const text = byText(container, engine);
  const asked = isAsked && text.protection === 'less' ? 'less' : protectedWhere(isAsked);
  const widened = asked === 'less' ? text.says : null;
  const byConfiguration = facts.given.seccomp;
  const given = byConfiguration.protection ?? asked;
  const found = { control: 'seccomp', configured } as const;
  const seen = statusesOf(facts);
  const modes = seen?.statuses.map(({ seccompMode }) => seccompMode);
  if (seen && modes?.every((mode) => mode !== null)) {
    const weakest = Math.min(...modes);
    const isOther = mayBeStartedBefore(facts);
    if (weakest > 0 && isOther) {
      return unknown(found, `a filter is loaded, and ${otherDefault(facts)}`, 'filter');
    }
    if (weakest > 0 && isAsked && given !== 'none' && text.protection === null) {
      return unknown(found, `a filter is loaded, and ${text.says}`, 'filter');
    }
    const forbidsNothing = weakest === 2 && configured === 'allows-everything';
    const effective =
      weakest === 0 ? 'off' : forbidsNothing ? 'filter that forbids nothing' : 'filter';
    const isOwnFilter = weakest > 0 && given === 'none' && !forbidsNothing;
    const note = isOwnFilter
      ? 'its processes loaded a filter themselves; the next one that is started has none'
      : widened;
    const sides = { asked, given, held: protectedWhere(weakest > 0 && !forbidsNothing) };
    return measured({ ...found, effective, note }, sides, seen);
  }
  const untold = byConfiguration.protection === null ? byConfiguration.says : null;
  const other = mayBeStartedBefore(facts) ? otherDefault(facts) : null;
  const why = notRunning(facts) ?? facts.whyNotPredicted ?? untold ?? other;
  if (why !== null) return unknown(found, why);
  const effective = given === 'none' ? 'off' : 'filter';
  return predicted({ ...found, effective, note: widened }, { asked, given });
}

/**
 * Why a container that follows the engine's default of seccomp may have been given another one, as none, where no process
 * of it was seen to have a filter; null where it cannot.
 */
export function whyOtherSeccomp(facts: ControlFacts): string | null {
  const isSeen = statusesOf(facts)?.statuses.every(({ seccompMode }) => seccompMode !== null);
  if (isSeen || notRunning(facts) !== null) return null;
  return mayBeStartedBefore(facts) ? otherDefault(facts) : null;
}

/** The profile is set at the start. */
function otherDefault(facts: ControlFacts): string {
  if (facts.engineStartTicks === null) {
    return 'live restore is on, and the start of the engine was not seen: its default at the start of the container is not known';
  }
  return ticksSinceEngine(facts) === null
    ? 'live restore is on, and whether the engine or the container was started first is not known: the default may have been another at its start'
    : 'the container was started before the engine that runs now: the default may have been another at its start';
}
