import type { Reading } from '../shared/reading.ts';
import type { ContainerFacts } from '../snapshot/facts/container.ts';
import { BY_LIST, type Control, unknown } from './control.ts';

const TREE = '/sys/fs/cgroup';
const OWN_WORD =
  'Podman reads it from a place that a program in the container can write to: only the level kernel proves it';
const UNLISTED =
  'the control groups of the host are open to it, and the engine lists only who is in its own: the level kernel finds the others';

/** Why the processes that the engine lists need not be all of a container, or not what they seem; null where they are. */
export function listGap(
  container: Pick<ContainerFacts, 'mounts'>,
  kernel: Reading<unknown>,
  isToldByContainer: boolean,
): string | null {
  if (isToldByContainer) return OWN_WORD;
  return kernel.state === 'unread' && hasGroupsOfHost(container) ? UNLISTED : null;
}

/** What was seen of the processes in a list that need not be whole is enforced for none of the others. */
export function unlessPartial(gap: string | null, control: Control): Control {
  const { verdict, evidence, effective } = control;
  if (verdict !== 'enforced' || evidence !== BY_LIST || gap === null) return control;
  return { ...unknown(control, gap), effective };
}

/** Whether it mounts control groups of the host by which it may leave its own. */
export const hasGroupsOfHost = ({ mounts }: Pick<ContainerFacts, 'mounts'>): boolean =>
  mounts.some(
    ({ isWritable, hostPath }) =>
      isWritable &&
      hostPath !== null &&
      (`${TREE}/`.startsWith(`${hostPath.replace(/\/$/, '')}/`) || hostPath.startsWith(`${TREE}/`)),
  );
