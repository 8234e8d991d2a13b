import type { VersionScheme } from './advisory.ts';
import { compareVersions } from './versions/version-order.ts';

interface Constraint {
  comparator: '=' | '!=' | '<' | '<=' | '>' | '>=';
  version: string;
}

/** A range of versions as VERS writes it, https://github.com/package-url/vers-spec. */
export interface VersRange {
  /** As package URLs have it, e.g. `npm`. */
  type: string;
  /** None: every version. */
  constraints: Constraint[];
}

const CHARACTERS_MAX = 2_000;
const CONSTRAINTS_MAX = 100;
const RANGE = /^vers:([a-z][a-z0-9.-]{0,30})\/(.+)$/i;
const CONSTRAINT = /^(!=|<=|>=|<|>|=)?([^<>=!*|]+)$/;

/** Reads a range, e.g. `vers:npm/>=4.17.21|<5.0.0`; null for what is none. */
export function parseVers(text: string): VersRange | null {
  if (text.length > CHARACTERS_MAX) return null;
  const [, type = '', list = ''] = RANGE.exec(text.replaceAll(' ', '')) ?? [];
  if (list === '*') return { type: type.toLowerCase(), constraints: [] };
  const constraints = list.split('|', CONSTRAINTS_MAX + 1).map(constraintOf);
  const read = constraints.filter((one) => one !== null);
  if (read.length !== constraints.length || read.length > CONSTRAINTS_MAX) return null;
  return { type: type.toLowerCase(), constraints: read };
}

function constraintOf(text: string): Constraint | null {
  const [, comparator = '=', written = ''] = CONSTRAINT.exec(text) ?? [];
  try {
    const version = decodeURIComponent(written);
    return version === '' ? null : { comparator: comparator as Constraint['comparator'], version };
  } catch {
    return null;
  }
}

/** Whether a version is in the range; null where it, or one of the range, cannot be compared. */
export function isInVers(
  { constraints }: VersRange,
  scheme: VersionScheme,
  version: string,
): boolean | null {
  if (constraints.length === 0) return true;
  const places = constraints.map(({ comparator, version: bound }) => ({
    comparator,
    bound,
    order: compareVersions(scheme, version, bound),
  }));
  if (places.some(({ order }) => order === null)) return null;
  const same = places.filter(({ order }) => order === 0);
  if (same.length > 0)
    return same.every(({ comparator }) => comparator.endsWith('=') && comparator !== '!=');
  const bounds = places
    .filter(({ comparator }) => comparator.startsWith('<') || comparator.startsWith('>'))
    .sort((a, b) => compareVersions(scheme, a.bound, b.bound) ?? 0);
  // Between two bounds the nearest on each side decide, where there is one.
  const below = bounds.filter(({ order }) => (order ?? 0) > 0).at(-1);
  const above = bounds.find(({ order }) => (order ?? 0) < 0);
  if (bounds.length === 0) return constraints.every(({ comparator }) => comparator === '!=');
  const isFromBelow = below === undefined || below.comparator.startsWith('>');
  const isFromAbove = above === undefined || above.comparator.startsWith('<');
  return isFromBelow && isFromAbove;
}
