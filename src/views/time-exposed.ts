import type { StoredFinding } from '../ports/stored-finding.ts';
import { HOUR_MS } from '../shared/time.ts';

/** For how long something was exposed: five minutes of debugging and two years differ. */
export interface Exposure {
  /** Hours from the first to the last sighting; 0 for what was seen once. */
  openHours: number;
  /** Containers that have the finding, as last seen; null for one that is not of containers. */
  containers: number | null;
  /** Hours times containers. */
  containerHours: number | null;
}

/**
 * How long a finding was open, in hours with two decimals. What two scans saw is taken to have lasted
 * between them; how long it was there before the first is not known.
 */
export function exposureOf(
  finding: Pick<StoredFinding, 'firstSeen' | 'lastSeen' | 'subjectKind' | 'subjects'>,
): Exposure {
  const ms = Math.max(0, Date.parse(finding.lastSeen) - Date.parse(finding.firstSeen));
  const containers = finding.subjectKind === 'container' ? finding.subjects.length : null;
  return {
    openHours: rounded(ms / HOUR_MS),
    containers,
    containerHours: containers === null ? null : rounded((ms / HOUR_MS) * containers),
  };
}

const rounded = (hours: number): number => Math.round(hours * 100) / 100;

/** `open 3 d`, `open 5 min`, from the first to the last sighting; nothing for what was seen once. */
export function openText(finding: StoredFinding): string {
  const { openHours } = exposureOf(finding);
  return openHours === 0 ? '' : `open ${hoursText(openHours)}`;
}

/** `open 3 d on 4 containers, 288 container-hours`; the second half only where it says more, and as `openText`. */
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
