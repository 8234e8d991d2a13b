import type { Reading } from '../shared/reading.ts';
import {
  entriesOrEmpty,
  type Foreign,
  field,
  fieldWithin,
  isAbsent,
  text,
} from '../snapshot/foreign.ts';
import {
  type Advisory,
  type AdvisoryKind,
  type AdvisoryRecord,
  type AdvisorySeverity,
  type Affected,
  type AffectedImport,
  type AffectedInterval,
  distinctSeverities,
  type VersionScheme,
} from './advisory.ts';
import { NO_VERSIONS } from './gather-records.ts';
import {
  ecosystemKey,
  licenceOf,
  osvEcosystem,
  packageKey,
  unseenEcosystem,
} from './osv-ecosystems.ts';
import { atMost, beginning, readForeign, timeOrNull, understood, word } from './read-foreign.ts';
import { VERSION_CHARACTERS_MAX } from './versions/order.ts';
import { compareVersions } from './versions/version-order.ts';

/** What one record may hold: several times of what the largest published ones do. */
const AFFECTED_MAX = 20_000;
const VERSIONS_MAX = 20_000;
const IDS_MAX = 5_000;
const UNSEEN_MAX = 10;

/**
 * One record of OSV, as `JSON.parse` gives it. Of ecosystems that Seawall does not match only the names
 * are kept; ranges of commits are left out. Unread with what is wrong where the record has another shape.
 */
export const parseOsv = (source: string, value: unknown): Reading<AdvisoryRecord> =>
  readForeign(source, value, (record) => {
    const advisory = advisoryOf(source, record);
    const about = { isNoticed: hasNotice(advisory, record), stream: streamOf(advisory.summary) };
    const affected = atMost(AFFECTED_MAX, field(record, 'affected'));
    const unseen = unseenIn(affected);
    return {
      advisory,
      affected: withPro(affected.flatMap((one) => affectedOf(one, about) ?? [])),
      ...(unseen.length > 0 && { unseen }),
    };
  });

const PRO = /^Ubuntu:Pro:(?=\d{2}\.\d{2}(?::LTS)?$)/;

/**
 * What Ubuntu repairs for who pays is affected below that version for everybody, unless the release itself has
 * another word on the package than that it is open. What is not repaired there counts where the release is silent.
 */
function withPro(all: Affected[]): Affected[] {
  const isOpen = ({ status, intervals }: Affected) =>
    status === 'affected' && intervals.every(({ fixed }) => fixed === null);
  const isRepair = (one: Affected) =>
    one.status === 'affected' && !one.isOlderUnclear && !isOpen(one);
  const keyOf = ({ ecosystem, name }: Affected) => `${ecosystem} ${name}`;
  const named = new Set(all.map(keyOf));
  const decided = new Set(all.filter((one) => !isOpen(one)).map(keyOf));
  const ofPro = all
    .filter(({ ecosystem }) => PRO.test(ecosystem))
    .map((one) => ({ ...one, ecosystem: one.ecosystem.replace(PRO, 'Ubuntu:') }))
    .filter((one) => !(isRepair(one) ? decided : named).has(keyOf(one)));
  const taken = new Set(ofPro.map(keyOf));
  return [...all.filter((one) => !PRO.test(one.ecosystem) && !taken.has(keyOf(one))), ...ofPro];
}

/** Whose packages nobody looks for; commits alone are of what was built from source. */
function unseenIn(affected: readonly Foreign[]): string[] {
  const named = affected
    .filter((one) => !isAbsent(field(one, 'package')))
    .map((one) => word(field(one, 'package', 'ecosystem'), 128));
  if (named.length === 0) return affected.length > 0 ? ['GIT'] : [];
  const unseen = named.flatMap((one) => unseenEcosystem(one) ?? []);
  return [...new Set(unseen)].slice(0, UNSEEN_MAX);
}

function advisoryOf(source: string, record: Foreign): Advisory {
  const id = word(field(record, 'id'), 128);
  const ids = (name: string) =>
    atMost(IDS_MAX, field(record, name)).flatMap((one) => understood(one, (id) => word(id, 128)));
  const ofPackages = atMost(AFFECTED_MAX, field(record, 'affected')).flatMap(severitiesOf);
  const ownSeverities = severitiesOf(record);
  return {
    id,
    aliases: ids('aliases'),
    upstream: ids('upstream'),
    related: ids('related'),
    kind: kindOf(id),
    summary: understood(field(record, 'summary'), (one) => beginning(one, 1_000))[0] ?? '',
    published: understood(field(record, 'published'), timeOrNull)[0] ?? null,
    modified: timeOrNull(field(record, 'modified')),
    withdrawn: timeOrNull(field(record, 'withdrawn')),
    severities: distinctSeverities(ownSeverities.length > 0 ? ownSeverities : ofPackages),
    source,
    licence: licenceOf(id),
  };
}

/** Advisories of the kinds "bug" and "enhancement" of AlmaLinux, Rocky Linux and Red Hat. */
const BUG_FIX = /^(?:AL|RL|RH)[BE]A-/;

const kindOf = (id: string): AdvisoryKind =>
  id.startsWith('MAL-') ? 'malware' : BUG_FIX.test(id) ? 'bug-fix' : 'vulnerability';

const severitiesOf = (holder: Foreign): AdvisorySeverity[] =>
  understood(field(holder, 'severity'), (all) => atMost(20, all))
    .flat()
    .flatMap((one) =>
      understood(one, (said) => ({
        type: word(field(said, 'type'), 40),
        score: word(field(said, 'score')),
      })),
    );

/**
 * Ubuntu writes "not affected, looked at in version X" as `introduced: 0, fixed: X`, like a fix. What
 * it repaired has a notice: its record for CVE-2024-3094 has none, and no release had that backdoor.
 */
function hasNotice({ id, related }: Advisory, record: Foreign): boolean {
  if (!id.startsWith('UBUNTU-CVE-')) return true;
  if (related.some((one) => one.startsWith('USN-'))) return true;
  const references = atMost(IDS_MAX, field(record, 'references'));
  return references.some((one) => text(field(one, 'url')).includes('/notices/USN-'));
}

/** E.g. `postgresql:12` of "Important: postgresql:12 security update". */
const streamOf = (summary: string): string | null =>
  /(?:^|\s)([\w.+-]{1,60}:[\w.+-]{1,30})\s/.exec(summary.slice(0, 200))?.[1] ?? null;

interface About {
  isNoticed: boolean;
  stream: string | null;
}

/** Of a package whose versions are not understood it is kept that it is named. */
function affectedOf(found: Foreign, about: About): Affected | null {
  // A record may be about commits alone.
  if (isAbsent(field(found, 'package'))) return null;
  const written = word(field(found, 'package', 'ecosystem'), 128);
  const kind = osvEcosystem(written);
  if (kind === null) return null;
  const ecosystem = ecosystemKey(written);
  const [said = NO_VERSIONS] = understood(found, (one) => versionsOf(one, kind.scheme, about));
  const name = packageKey(ecosystem, word(field(found, 'package', 'name')));
  return { ecosystem, name, nameKind: kind.nameKind, scheme: kind.scheme, ...said };
}

function versionsOf(
  found: Foreign,
  scheme: VersionScheme,
  { isNoticed, stream }: About,
): typeof NO_VERSIONS {
  const { commits = [], versions: ranges = [] } = Object.groupBy(
    atMost(EVENTS_MAX, field(found, 'ranges')),
    (range) => (text(field(range, 'type')) === 'GIT' ? 'commits' : 'versions'),
  );
  const intervals = ranges.flatMap((range) => intervalsIn(scheme, range));
  const kept = intervals.filter(({ fixed, introduced }) => fixed !== '0' || introduced !== null);
  const isOlderUnclear = !isNoticed && kept.some((one) => one.fixed !== null);
  const listed = atMost(VERSIONS_MAX, field(found, 'versions')).map((one) =>
    word(one, VERSION_CHARACTERS_MAX),
  );
  const isNever = intervals.length > 0 && kept.length + listed.length === 0;
  const isUntold = ranges.length === 0 && listed.length > 0 && commits.some(isOpen);
  return {
    intervals: isUntold ? [OF_COMMITS] : kept,
    // What is listed is what the range holds, and says no more than it does.
    versions: isOlderUnclear ? [] : listed,
    status: isNever ? 'not-affected' : 'affected',
    statusNote: '',
    stream: kept.some(({ fixed }) => fixed?.includes('.module')) ? (stream ?? '') : null,
    isOlderUnclear,
    imports: importsOf(found),
  };
}

/** Where commits have no end, versions are listed as of some day: of others nothing is known. */
const OF_COMMITS = { introduced: null, fixed: null, lastAffected: null, limit: '(of commits)' };

const isOpen = (range: Foreign): boolean =>
  !atMost(EVENTS_MAX, field(range, 'events'))
    .flatMap((event) => entriesOrEmpty(event))
    .some(([kind]) => ['fixed', 'last_affected', 'limit'].includes(kind));

const importsOf = (found: Foreign): AffectedImport[] =>
  atMost(EVENTS_MAX, fieldWithin(found, 'ecosystem_specific', 'imports')).map((one) => ({
    path: word(field(one, 'path')),
    symbols: atMost(EVENTS_MAX, field(one, 'symbols')).map((symbol) => word(symbol)),
  }));

/** Of one record, several times of what the largest published ones have. */
const EVENTS_MAX = 2_000;

/** Those that begin or end what is affected, in the order in which they count at one version. */
const ENDS = ['fixed', 'introduced', 'last_affected'];
const NO_LIMIT = '*';

interface Event {
  kind: string;
  version: string;
}

/** The affected intervals of a range of OSV, whose events may stand in any order. Throws for what is no range. */
function intervalsIn(scheme: VersionScheme, range: Foreign): AffectedInterval[] {
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
