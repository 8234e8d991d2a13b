const ZONES_EAST_MAX = 12;

/**
 * A time zone in which it is between one and two at night: a demo there starts without the digest of the
 * morning, after which its channel would take nothing else for seconds.
 */
export function nightZone(at = Date.now()): string {
  const hoursEast = 1 - new Date(at).getUTCHours();
  const east = hoursEast < ZONES_EAST_MAX - 23 ? hoursEast + 24 : hoursEast;
  // These names count westwards.
  return `Etc/GMT${east > 0 ? '-' : '+'}${Math.abs(east)}`;
}
