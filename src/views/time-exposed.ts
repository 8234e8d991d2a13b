import type { StoredFinding } from '../ports/stored.ts';
import { HOUR_MS, MINUTE_MS } from '../shared/time.ts';

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

/** `open 3 d`, `open 5 min`, from the first to the last sighting; nothing for what was not seen for a minute. */
export function openText({ firstSeen, lastSeen }: StoredFinding): string {
  const minutes = Math.floor((Date.parse(lastSeen) - Date.parse(firstSeen)) / MINUTE_MS);
  if (minutes < 1) return '';
  const hours = Math.floor(minutes / 60);
  if (hours === 0) return `open ${minutes} min`;
  return hours < 48 ? `open ${hours} h` : `open ${Math.floor(hours / 24)} d`;
}

/** `open 3 d on 4 containers, 288 container-hours`; the second half only where it says more, and as `openText`. */
export function exposureText(finding: StoredFinding): string {
  const open = openText(finding);
  const { containers, containerHours } = exposureOf(finding);
  const hours = Math.round(containerHours ?? 0);
  if (open === '' || containers === null || containers < 2 || hours === 0) return open;
  return `${open} on ${containers} containers, ${hours.toLocaleString('en')} container-hours`;
}
