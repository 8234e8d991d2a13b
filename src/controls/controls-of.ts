import type { Reading } from '../shared/reading.ts';
import { listed } from '../shared/text.ts';
import type { ImageSetUid, SetUidFiles } from '../snapshot/facts/set-uid.ts';
import { filesOfImage } from '../snapshot/known-images.ts';
import { isSetUidRoot } from '../snapshot/normalise/privileged-file.ts';
import { capabilityControls } from './capability-controls.ts';
import { type Control, NOT_MEASURED, placeOf } from './control.ts';
import type { ControlFacts } from './control-facts.ts';
import { filesystemControls } from './filesystem-controls.ts';
import { kernelControls } from './kernel-controls.ts';
import { unlessPartial } from './list-gap.ts';
import { lsmControls } from './lsm-controls.ts';
import { namespaceControls } from './namespace-controls.ts';
import { resourceControls } from './resource-controls.ts';
import { FIRST_THREADS, OF_FIRST, userControls } from './user-controls.ts';

const FILES_SHOWN = 4;

/** Every control of one container, in the order of `controlNames`. */
export function controlsOf(facts: ControlFacts): Control[] {
  const found = [
    ...userControls(facts),
    ...capabilityControls(facts),
    ...kernelControls(facts),
    ...lsmControls(facts),
    ...filesystemControls(facts),
    ...namespaceControls(facts),
    ...resourceControls(facts),
  ];
  return found
    .map((one) => withReason(facts, unlessPartial(facts.gap, one)))
    .sort((a, b) => placeOf[a.control] - placeOf[b.control]);
}

/** Where the level `kernel` looked and did not see this container, its reason stands beside what is not known. */
function withReason({ kernel, isKernelRead }: ControlFacts, control: Control): Control {
  if (!isKernelRead || kernel.state === 'read') return control;
  if (control.note === FIRST_THREADS) return { ...control, note: `${OF_FIRST}: ${kernel.reason}` };
  if (control.note !== NOT_MEASURED) return control;
  return { ...control, note: `configured; not verified: ${kernel.reason}` };
}

/** What a process could become without another hole. */
export interface Reachable {
  /** Capabilities that it has not, and gets with uid 0; null when the sets are not known. */
  capabilities: string[] | null;
  /** What it takes. */
  needs: string;
}

/**
 * Without no-new-privileges a set-uid file makes root of any user, with every capability of the
 * bounding set. Null where that is shut, or where the container is root already. Of set-uid files
 * only those of its image are known: a container may have more, from a volume.
 */
export function reachableFrom(
  controls: readonly Control[],
  image: { id: string; known: readonly ImageSetUid[] },
): Reachable | null {
  const of = (name: Control['control']) => controls.find(({ control }) => control === name);
  if (of('no-new-privileges')?.verdict === 'enforced' || of('user')?.verdict === 'off') return null;
  const bounding = of('cap-bounding')?.effective;
  const effective = of('cap-effective')?.effective;
  const needs = whatItNeeds(filesOfImage(image.known, image.id));
  if (!Array.isArray(bounding) || !Array.isArray(effective)) return { capabilities: null, needs };
  const held: readonly (string | number)[] = effective;
  return { capabilities: bounding.map(String).filter((name) => !held.includes(name)), needs };
}

function whatItNeeds(files: Reading<SetUidFiles>): string {
  const either = 'a file with set-uid root in the image or in a volume';
  if (files.state === 'unread') return `${either} (of its image it is unknown: ${files.reason})`;
  const { files: found, unsearched } = files.value;
  const paths = found.filter(isSetUidRoot).map(({ path }) => path);
  if (paths.length > 0)
    return `a file with set-uid root in its image: ${listed(paths, FILES_SHOWN)}`;
  if (unsearched.length === 0) {
    return 'a file with set-uid root in a volume; among the programs of its image there is none';
  }
  const unseen = unsearched.map(({ path }) => path);
  return `${either} (of its image ${listed(unseen, FILES_SHOWN)} was not seen whole)`;
}
