import type { EngineFacts } from '../snapshot/facts/engine.ts';
import { type Control, measured, predicted, protectedWhere, unknown } from './control.ts';
import { type ControlFacts, statusesOf, tasksOf } from './control-facts.ts';
import { notRunning } from './user-controls.ts';

/** Last engine known to ignore a profile beside `--privileged` (moby/moby#47500 came later). */
const LAST_MAJOR_IGNORING_PROFILE = 26;
const BY_PROBE = '/proc/PID/status';

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
    const at = { at: kernel.value.readAt, evidence: BY_PROBE };
    const sides = { asked: protectedWhere(configured), held: protectedWhere(effective) };
    return measured({ ...found, effective }, sides, at);
  }
  const why = notRunning(facts) ?? facts.whyNotPredicted;
  if (why !== null) return unknown(found, why);
  // The engine's default was put into the container on the day it was made.
  const note =
    container.noNewPrivileges === null && !engine.isPodman
      ? 'by the engine’s default of today, not of its making'
      : null;
  return predicted(
    { ...found, effective: configured, note },
    { asked: protectedWhere(configured) },
  );
}

function seccomp(facts: ControlFacts): Control {
  const { container, engine } = facts;
  const byEngine = engine.seccompProfile ?? 'none';
  const configured = container.seccomp === 'default' ? byEngine : container.seccomp;
  const asked = protectedWhere(!['unconfined', 'allows-everything', 'none'].includes(configured));
  const whyNot = whySeccompIsNotPredicted(facts);
  const isNoneGiven = engine.seccompProfile === null || (container.isPrivileged && whyNot === null);
  const given = isNoneGiven ? 'none' : asked;
  const found = { control: 'seccomp', configured } as const;
  const seen = statusesOf(facts);
  const modes = seen?.statuses.map(({ seccompMode }) => seccompMode);
  if (seen && modes?.every((mode) => mode !== null)) {
    const weakest = Math.min(...modes);
    if (weakest > 0 && isUnseenProfile(facts))
      return { ...unknown(found, UNSEEN), effective: 'filter' };
    const forbidsNothing = weakest === 2 && configured === 'allows-everything';
    const effective =
      weakest === 0 ? 'off' : forbidsNothing ? 'filter that forbids nothing' : 'filter';
    const isOwnFilter = weakest > 0 && given === 'none' && !forbidsNothing;
    const note = isOwnFilter
      ? 'its processes loaded a filter themselves; the next one that is started has none'
      : null;
    const sides = { asked, given, held: protectedWhere(weakest > 0 && !forbidsNothing) };
    return measured({ ...found, effective, note }, sides, seen);
  }
  const why = notRunning(facts) ?? whyNot;
  if (why !== null) return unknown(found, why);
  const effective = given === 'none' ? 'off' : 'filter';
  return predicted({ ...found, effective }, { asked, given });
}

/** Podman names the file of a profile, whose text is not among its answers. */
const isUnseenProfile = ({ container, engine }: ControlFacts): boolean =>
  engine.isPodman && container.seccomp === 'custom';
const UNSEEN = 'a filter is loaded, and what the file of its profile forbids was not read';

/** Why nobody knows whether a privileged container has the profile that it asks for. */
export const MAY_KEEP_PROFILE = 'not every engine of this age keeps a profile beside --privileged';

/** False of engines that are known to ignore a seccomp profile beside `--privileged`. */
export function mayKeepProfile({ version, isPodman }: Pick<EngineFacts, 'version' | 'isPodman'>) {
  const major = Number.parseInt(version, 10);
  return isPodman || Number.isNaN(major) || major > LAST_MAJOR_IGNORING_PROFILE;
}

function whySeccompIsNotPredicted(facts: ControlFacts): string | null {
  const { container, engine, whyNotPredicted } = facts;
  if (whyNotPredicted !== null) return whyNotPredicted;
  const { seccomp: own, isPrivileged } = container;
  if (isPrivileged && own === 'custom') return mayKeepProfile(engine) ? MAY_KEEP_PROFILE : null;
  // Set at the start: with live restore the engine may have had another default then.
  const isByEngine = own === 'default' && !isPrivileged;
  return isByEngine && engine.hasLiveRestore
    ? 'live restore is on: the engine’s default may have been another at the start'
    : null;
}
