import { table } from '../shared/table.ts';
import { DAY_MS } from '../shared/time.ts';

/** Until when a release gets fixes that everybody may have; days, both inclusive. */
interface ReleaseEnd {
  /** From the distribution’s own security team. */
  regular: string;
  /** From whoever goes on after that for everybody, as Debian LTS does; the same day where nobody does. */
  last: string;
}

const both = (day: string): ReleaseEnd => ({ regular: day, last: day });

/**
 * By ecosystem, as of 2026-11-27. Debian and Ubuntu: package distro-info-data 0.66 (what is sold, as ELTS and Ubuntu
 * Pro, is left out). Alpine: https://alpinelinux.org/releases/. AlmaLinux: https://wiki.almalinux.org/release-notes/.
 */
const ends = table<ReleaseEnd>({
  'Debian:7': { regular: '2016-04-25', last: '2018-05-31' },
  'Debian:8': { regular: '2018-06-17', last: '2020-06-30' },
  'Debian:9': { regular: '2020-07-18', last: '2022-06-30' },
  'Debian:10': { regular: '2022-09-10', last: '2024-06-30' },
  'Debian:11': { regular: '2024-08-14', last: '2026-08-31' },
  'Debian:12': { regular: '2026-07-11', last: '2028-06-30' },
  'Debian:13': { regular: '2028-08-09', last: '2030-06-30' },
  'Ubuntu:12.04:LTS': both('2017-04-28'),
  'Ubuntu:14.04:LTS': both('2019-04-25'),
  'Ubuntu:16.04:LTS': both('2021-04-30'),
  'Ubuntu:18.04:LTS': both('2023-05-31'),
  'Ubuntu:20.04:LTS': both('2025-05-29'),
  'Ubuntu:22.04:LTS': both('2027-06-01'),
  'Ubuntu:24.04:LTS': both('2029-05-31'),
  'Ubuntu:26.04:LTS': both('2031-05-29'),
  // Of nine months each.
  'Ubuntu:18.10': both('2019-07-18'),
  'Ubuntu:19.04': both('2020-01-23'),
  'Ubuntu:19.10': both('2020-07-17'),
  'Ubuntu:20.10': both('2021-07-22'),
  'Ubuntu:21.04': both('2022-01-20'),
  'Ubuntu:21.10': both('2022-07-14'),
  'Ubuntu:22.10': both('2023-07-20'),
  'Ubuntu:23.04': both('2024-01-25'),
  'Ubuntu:23.10': both('2024-07-11'),
  'Ubuntu:24.10': both('2025-07-10'),
  'Ubuntu:25.04': both('2026-01-15'),
  'Ubuntu:25.10': both('2026-07-09'),
  'Ubuntu:26.10': both('2027-07-15'),
  'Alpine:v3.10': both('2021-05-01'),
  'Alpine:v3.11': both('2021-11-01'),
  'Alpine:v3.12': both('2022-05-01'),
  'Alpine:v3.13': both('2022-11-01'),
  'Alpine:v3.14': both('2023-05-01'),
  'Alpine:v3.15': both('2023-11-01'),
  'Alpine:v3.16': both('2024-05-23'),
  'Alpine:v3.17': both('2024-11-22'),
  'Alpine:v3.18': both('2025-05-09'),
  'Alpine:v3.19': both('2025-11-01'),
  'Alpine:v3.20': both('2026-04-01'),
  'Alpine:v3.21': both('2026-11-01'),
  'Alpine:v3.22': both('2027-05-01'),
  'Alpine:v3.23': both('2027-11-01'),
  'AlmaLinux:8': both('2029-03-01'),
  'AlmaLinux:9': both('2032-05-31'),
  'AlmaLinux:10': both('2035-05-31'),
});

/** Whether a release gets fixes at a time. */
export interface ReleaseSupport {
  /** `long-term`: no longer from the distribution itself, and of fewer packages. */
  state: 'regular' | 'long-term' | 'ended';
  /** The last day of that; for one that has ended the day on which it did. */
  until: string;
}

/** How a release is kept at a time (epoch milliseconds); null for one of which nothing is known here. */
export function supportOf(ecosystem: string, at: number): ReleaseSupport | null {
  const known = ends.get(ecosystem);
  if (known === undefined) return null;
  const isOver = (day: string) => at >= Date.parse(day) + DAY_MS;
  if (isOver(known.last)) return { state: 'ended', until: known.last };
  return isOver(known.regular)
    ? { state: 'long-term', until: known.last }
    : { state: 'regular', until: known.regular };
}

/** The day on which a release ended; null for one that has not, or of which nothing is known. */
export function endedOn(ecosystem: string, at: number): string | null {
  const support = supportOf(ecosystem, at);
  return support?.state === 'ended' ? support.until : null;
}
