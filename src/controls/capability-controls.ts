import type { EngineFacts } from '../snapshot/facts/engine.ts';
import type { KernelProcess } from '../snapshot/facts/kernel.ts';
import {
  allCapabilities,
  configuredCapabilities,
  defaultCapabilities,
} from '../snapshot/normalise/capabilities.ts';
import {
  type Control,
  type ControlName,
  measured,
  type Protection,
  predicted,
  unknown,
  weaker,
} from './control.ts';
import type { ControlFacts } from './control-facts.ts';
import { tasksWithPower } from './entering.ts';
import { notRunning, statusesOf, whyUnread } from './seen-tasks.ts';

const sets = {
  'cap-effective': 'effective',
  'cap-permitted': 'permitted',
  'cap-bounding': 'bounding',
  'cap-ambient': 'ambient',
} as const satisfies Partial<Record<ControlName, keyof KernelProcess['capabilities']>>;

/**
 * The four sets, over all processes and threads together: one that has more than the main process is part of the
 * container. `configured` is what the two lists ask for, also beside `--privileged`, which ignores them.
 * A process may have given up what the next one gets: what is given counts beside what is seen.
 */
export function capabilityControls(facts: ControlFacts): Control[] {
  return Object.entries(sets).map(([control, set]) =>
    capabilityControl(facts, control as keyof typeof sets, set),
  );
}

function capabilityControl(
  facts: ControlFacts,
  control: keyof typeof sets,
  set: keyof KernelProcess['capabilities'],
): Control {
  const configured = control === 'cap-ambient' ? askedAmbient(facts) : askedCapabilities(facts);
  const found = { control, configured } as const;
  const asked = askedCapabilities(facts);
  const sides = sidesOf(facts, control, asked);
  const seen = statusesOf(facts);
  const statuses = facts.kernel.state === 'read' ? tasksWithPower(facts) : seen?.statuses;
  const held = statuses?.map(({ capabilities }) => capabilities);
  if (seen && held?.every((one) => one !== null)) {
    const effective = union(held.map((one) => one[set]));
    // An ambient capability is one of those that were asked for, kept by whoever has them.
    const kept = beyond(effective, asked) ? overstepped(sides.asked) : sides.asked;
    const worst = weaker(kept, protectionOf(effective));
    const isAside = held.length < seen.statuses.length;
    return measured(
      { ...found, effective, note: isAside ? ASIDE : null },
      { ...sides, held: worst },
      seen,
    );
  }
  const effective = predictedSet(facts, control);
  if (effective === null) return unknown(found, notRunning(facts) ?? whyNoSet(facts));
  return predicted({ ...found, effective }, sides);
}

/**
 * What the next process gets: a user that is not root has none of them in effect, only in the bounding
 * set, from which root in the container may take them.
 */
function sidesOf(facts: ControlFacts, control: keyof typeof sets, asked: string[]) {
  const { configuredCapabilities: given, isPrivileged, user } = facts.container;
  const isOfRoot = control === 'cap-bounding' || user.uid === 0 || user.uid === null;
  if (!isOfRoot || control === 'cap-ambient') {
    return { asked: protectionOf(askedAmbient(facts)) };
  }
  const isAll = isPrivileged && !beyond(given, asked);
  return {
    asked: isAll ? 'none' : protectionOf(asked),
    given: isPrivileged ? 'none' : protectionOf(given),
  } as const;
}

const ASIDE =
  'processes in a user namespace of their own making have others, over that namespace alone';

const beyond = (names: readonly string[], asked: readonly string[]): boolean =>
  names.some((name) => !asked.includes(name));

/** One step below what was asked for: some process has more. */
const overstepped = (asked: Protection): Protection => (asked === 'full' ? 'less' : 'none');

/** As little as an ordinary container has, more, or all that there is. */
function protectionOf(names: readonly string[]): Protection {
  if (!beyond(names, defaultCapabilities)) return 'full';
  return allCapabilities.every((name) => names.includes(name)) ? 'none' : 'less';
}

/** What `--cap-add` and `--cap-drop` ask for; beside `--privileged` too, though nobody heeds them. */
function askedCapabilities({ container }: ControlFacts): string[] {
  const { addedCapabilities: added, droppedCapabilities: dropped } = container;
  // Only a privileged container is given something else than it asks for.
  const isAsked = container.isPrivileged && (added.length > 0 || dropped.length > 0);
  return isAsked ? configuredCapabilities(false, added, dropped) : container.configuredCapabilities;
}

/** Podman alone hands what is added by name on to a user that is not root, no-new-privileges or not. */
export const askedAmbient = ({
  container,
  engine,
}: Pick<ControlFacts, 'container'> & { engine: Pick<EngineFacts, 'isPodman'> | null }): string[] =>
  engine?.isPodman && container.user.uid !== 0
    ? container.configuredCapabilities.filter((name) => container.addedCapabilities.includes(name))
    : [];

/**
 * By the engine's own arithmetic (moby `oci/caps`; Podman `specgen/generate`, which lets a user that
 * is not root keep what is added by name); null where nothing is predicted.
 */
function predictedSet(facts: ControlFacts, control: keyof typeof sets): string[] | null {
  const { container, whyNotPredicted } = facts;
  if (whyNotPredicted !== null || container.pid === null) return null;
  const bounding = container.configuredCapabilities;
  if (control === 'cap-bounding') return bounding;
  const { uid } = container.user;
  const kept = askedAmbient(facts);
  if (control === 'cap-ambient' && kept.length === 0) return [];
  if (uid === null) return null;
  if (control === 'cap-ambient' || uid !== 0) return kept;
  return bounding;
}

function whyNoSet(facts: ControlFacts): string {
  return facts.whyNotPredicted ?? facts.container.user.reason ?? whyUnread(facts);
}

const union = (lists: readonly (readonly string[])[]): string[] =>
  [...new Set(lists.flat())].sort();
