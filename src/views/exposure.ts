import { exposureOf } from '../inspections/exposure.ts';
import type { StoredFinding } from '../ports/stored-finding.ts';

/** `open 3 d`, `open 5 min`, `seen once`; from the first to the last sighting. */
export function openText(finding: StoredFinding): string {
  const { openHours } = exposureOf(finding);
  return openHours === 0 ? 'seen once' : `open ${hoursText(openHours)}`;
}

/** `open 3 d on 4 containers, 288 container-hours`; the second half only where it says more. */
export function exposureText(finding: StoredFinding): string {
  const { containers, containerHours } = exposureOf(finding);
  if (containers === null || containers < 2 || containerHours === 0) return openText(finding);
  const hours = Math.round(containerHours ?? 0).toLocaleString('en');
  return `${openText(finding)} on ${containers} containers, ${hours} container-hours`;
}

function hoursText(hours: number): string {
  if (hours < 1) return `${Math.max(1, Math.round(hours * 60))} min`;
  return hours < 48 ? `${Math.floor(hours)} h` : `${Math.floor(hours / 24)} d`;
}
