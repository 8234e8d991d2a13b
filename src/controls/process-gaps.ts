import type { Reading } from '../shared/reading.ts';
import type { ContainerFacts } from '../snapshot/facts/container.ts';
import type { ContainerKernelFacts } from '../snapshot/facts/kernel.ts';
import { type Control, unknown } from './control.ts';

/**
 * Why the processes that the engine lists, and those that the kernel shows, need not be all of a container or
 * not what they seem; null where they are.
 */
export interface ProcessGaps {
  list: string | null;
  kernel: string | null;
}

const TREE = '/sys/fs/cgroup';
const OWN_WORD =
  'Podman reads it from a place that a program in the container can write to: only the level kernel proves it';
const UNLISTED =
  'the control groups of the host are open to it, and the engine lists only who is in its own: the level kernel finds the others';
const MAIN_ALONE =
  'no control group tells which processes are its own: of these the main one alone was read';

/** The one answer to whether the processes of a container are known whole. */
export function processGaps(
  container: Pick<ContainerFacts, 'mounts'>,
  kernel: Reading<Pick<ContainerKernelFacts, 'isMainAlone'>>,
  isToldByContainer: boolean,
): ProcessGaps {
  const mayHide = kernel.state === 'unread' && hasGroupsOfHost(container);
  const isMainAlone = kernel.state === 'read' && kernel.value.isMainAlone === true;
  return {
    list: isToldByContainer ? OWN_WORD : mayHide ? UNLISTED : null,
    kernel: isMainAlone ? MAIN_ALONE : null,
  };
}

export const BY_LIST = 'GET /containers/{id}/top';
export const BY_STATUS = '/proc/PID/status';
export const BY_LABEL = '/proc/PID/attr/current';
export const BY_MOUNTS = '/proc/PID/mountinfo';

/**
 * What was seen of some processes is enforced for none of the others. A user namespace is: nobody climbs out
 * of it.
 */
export function unlessPartial({ list, kernel }: ProcessGaps, control: Control): Control {
  const { verdict, evidence, effective } = control;
  const isByKernel = [BY_STATUS, BY_LABEL, BY_MOUNTS].includes(evidence ?? '');
  const why = evidence === BY_LIST ? list : isByKernel ? kernel : null;
  if (verdict !== 'enforced' || why === null) return control;
  return { ...unknown(control, why), effective };
}

/** Whether it mounts control groups of the host by which it may leave its own. */
export const hasGroupsOfHost = ({ mounts }: Pick<ContainerFacts, 'mounts'>): boolean =>
  mounts.some(
    ({ isWritable, hostPath }) =>
      isWritable &&
      hostPath !== null &&
      (`${TREE}/`.startsWith(`${hostPath.replace(/\/$/, '')}/`) || hostPath.startsWith(`${TREE}/`)),
  );
