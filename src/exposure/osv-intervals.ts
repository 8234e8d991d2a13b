import { entriesOrEmpty, type Foreign, field } from '../snapshot/foreign.ts';
import type { AffectedInterval, VersionScheme } from './advisory.ts';
import { atMost, word } from './read-foreign.ts';
import { VERSION_CHARACTERS_MAX } from './versions/order.ts';
import { compareVersions } from './versions/version-order.ts';

/** Of one record, several times of what the largest published ones have. */
export const EVENTS_MAX = 2_000;

/** Those that begin or end what is affected, in the order in which they count at one version. */
const ENDS = ['fixed', 'introduced', 'last_affected'];
const NO_LIMIT = '*';

interface Event {
  kind: string;
  version: string;
}

/** The affected intervals of a range of OSV, whose events may stand in any order. Throws for what is no range. */
export function intervalsIn(scheme: VersionScheme, range: Foreign): AffectedInterval[] {
  const events = atMost(EVENTS_MAX, field(range, 'events')).flatMap((event) =>
    entriesOrEmpty(event)
      .filter(([kind]) => kind === 'limit' || ENDS.includes(kind))
      .map(([kind, value]) => ({ kind, version: word(value, VERSION_CHARACTERS_MAX) })),
  );
  const limit = limitOf(scheme, events);
  const intervals = intervalsOf(
    scheme,
    events.filter(({ kind }) => kind !== 'limit'),
  );
  return limit === null ? intervals : intervals.map((one) => ({ ...one, limit }));
}

/** The last of several limits, or one that is no version: behind it nothing is known. Null for none. */
function limitOf(scheme: VersionScheme, events: readonly Event[]): string | null {
  const limits = events.filter(({ kind }) => kind === 'limit').map((one) => one.version);
  if (limits.includes(NO_LIMIT)) return null;
  const improper = limits.find((one) => compareVersions(scheme, one, one) === null);
  if (improper !== undefined) return improper;
  return limits.sort((a, b) => compareVersions(scheme, a, b) ?? 0).at(-1) ?? null;
}

/**
 * What cannot be compared stays where it is. Where one ends with a version at which another begins, the other goes on
 * behind it.
 */
function intervalsOf(scheme: VersionScheme, events: readonly Event[]): AffectedInterval[] {
  const sorted = [...events].sort(orderOf(scheme, events));
  const intervals: AffectedInterval[] = [];
  let isOpen = false;
  let introduced: string | null = null;
  let next: string | null = null;
  const isAt = (one: string | null, at: string) =>
    one !== null && compareVersions(scheme, one, at) === 0;
  for (const { kind, version: at } of sorted) {
    if (kind === 'introduced') {
      if (!isOpen) introduced = at === '0' ? null : at;
      else if (at !== '0' && !isAt(introduced, at)) next = at;
      isOpen = true;
      continue;
    }
    if (!isOpen && intervals.length > 0) continue;
    const goesOn = kind === 'last_affected' && isAt(next, at);
    if (goesOn && introduced === next) continue;
    const ends =
      kind === 'fixed' ? { fixed: at, lastAffected: null } : { fixed: null, lastAffected: at };
    intervals.push({ introduced, ...ends });
    isOpen = goesOn;
    introduced = goesOn ? next : null;
  }
  if (isOpen) intervals.push({ introduced, fixed: null, lastAffected: null });
  return intervals;
}

/** What began before ends before something else begins at the same version. */
function orderOf(scheme: VersionScheme, events: readonly Event[]) {
  const isStart = ({ kind, version }: Event) => kind === 'introduced' && version === '0';
  const versions = (a: Event, b: Event) =>
    Number(isStart(b)) - Number(isStart(a)) || compareVersions(scheme, a.version, b.version) || 0;
  const begun = events.filter(({ kind }) => kind === 'introduced');
  const [any] = begun;
  const first = any && begun.reduce((least, one) => (versions(one, least) < 0 ? one : least), any);
  const hasBegun = (at: Event) => first !== undefined && versions(first, at) < 0;
  const placeOf = (one: Event) =>
    one.kind === 'fixed' && !hasBegun(one) ? ENDS.length : ENDS.indexOf(one.kind);
  return (a: Event, b: Event): number => versions(a, b) || placeOf(a) - placeOf(b);
}
