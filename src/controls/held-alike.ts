import { addTo } from '../shared/add-to.ts';
import { once } from '../shared/once.ts';
import { isSameList } from '../shared/same-list.ts';
import type { ContainerControls } from './container-controls.ts';
import type { Control, ControlName } from './control.ts';
import { changeables } from './may-change.ts';
import { extras } from './more-given.ts';

/** What holds a container, whichever it is and whenever that was seen. */
export interface Held
  extends Pick<
    ContainerControls,
    'given' | 'limitDoubt' | 'seccompDoubt' | 'networkDoubt' | 'moreGiven' | 'mayChange'
  > {
  find: (name: ControlName) => Omit<Control, 'at'> | undefined;
}

/** Among containers that ask for the same so many are told apart by what was seen of them. */
const KINDS_MAX = 8;

/**
 * What holds each container, by its id: one and the same for those that are held alike, so that of a thousand a few are judged.
 * Throws as `controlsOf`.
 */
export function heldAlike(
  controlsOf: (containerId: string) => ContainerControls,
): (containerId: string) => Held {
  const known = new Map<ContainerControls['given'], ContainerControls[]>();
  return once((containerId) => {
    const own = controlsOf(containerId);
    const kinds = known.get(own.given) ?? [];
    const alike = kinds.find((one) => areAlike(one, own));
    if (alike === undefined && kinds.length < KINDS_MAX) addTo(known, own.given, own);
    return alike ?? own;
  });
}

const areAlike = (a: ContainerControls, b: ContainerControls): boolean =>
  a.limitDoubt === b.limitDoubt &&
  a.seccompDoubt === b.seccompDoubt &&
  a.networkDoubt === b.networkDoubt &&
  extras.every((extra) => a.moreGiven(extra) === b.moreGiven(extra)) &&
  changeables.every((what) => a.mayChange(what) === b.mayChange(what)) &&
  isSameList(a.all, b.all, isSame);

const isSame = (a: Control, b: Control): boolean =>
  a.verdict === b.verdict &&
  a.source === b.source &&
  a.note === b.note &&
  a.evidence === b.evidence &&
  isSameValue(a.configured, b.configured) &&
  isSameValue(a.effective, b.effective);

const isSameValue = (a: Control['configured'], b: Control['configured']): boolean =>
  a === b || (Array.isArray(a) && Array.isArray(b) && isSameList(a, b));
