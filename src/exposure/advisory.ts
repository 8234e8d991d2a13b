/** How versions of a package are ordered. */
export const versionSchemes = [
  'deb',
  'rpm',
  'apk',
  'pep440',
  'rubygems',
  'maven',
  'semver',
  'go',
  'packagist',
] as const;
export type VersionScheme = (typeof versionSchemes)[number];

/** What an advisory is about. Malware is a package that is an attack itself. */
export type AdvisoryKind = 'vulnerability' | 'malware' | 'bug-fix';

/** One severity as a record has it; most records of distributions have none. */
export interface AdvisorySeverity {
  /** E.g. `CVSS_V3`, `CVSS_V4`, `Ubuntu`. */
  type: string;
  /** E.g. `CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H`, or a vendor's word. */
  score: string;
}

/** Each severity once, where several say the same; the last of those who say it. */
export const distinctSeverities = <T extends AdvisorySeverity>(all: readonly T[]): T[] => [
  ...new Map(all.map((one) => [`${one.type} ${one.score}`, one])).values(),
];

/** What somebody published about one or several vulnerabilities. Times are ISO 8601. */
export interface Advisory {
  /** E.g. `GHSA-jfh8-c2jp-5v3q`, `DEBIAN-CVE-2024-3094`, `ALSA-2024:1234`. */
  id: string;
  /** Ids of the same vulnerability. */
  aliases: string[];
  /** Ids of vulnerabilities that this record was made for, as distributions name them. */
  upstream: string[];
  /** Ids that have to do with it; AlmaLinux names the vulnerabilities here. */
  related: string[];
  kind: AdvisoryKind;
  /** At most 1,000 characters, from outside; empty where there is none. */
  summary: string;
  published: string | null;
  modified: string | null;
  /** Since when it is taken back: kept, and not matched. Null while it stands. */
  withdrawn: string | null;
  severities: AdvisorySeverity[];
  /** The feed it came from, e.g. `osv/AlmaLinux`, `debian-tracker`, `alpine-secdb/v3.20/main`. */
  source: string;
  /** The licence of its text, e.g. `CC-BY-4.0`; empty where the feed says none. */
  licence: string;
}

/** Whose name a record gives: what others are built from, what is installed, or of a language. */
export type PackageNameKind = 'source' | 'binary' | 'package';

/** Versions from one that is affected up to one that is not. */
export interface AffectedInterval {
  /** The first affected version. Null: from the beginning, which is often only a default. */
  introduced: string | null;
  /** The first version that is no longer affected. Null: none is known. */
  fixed: string | null;
  /** The last affected version, where a record names that one; never beside `fixed`. */
  lastAffected: string | null;
  /** The first version of which it no longer speaks, whatever stands above; left out for none. */
  limit?: string;
}

/**
 * What a vendor says of a package beside versions. `affected` is the plain case: its intervals decide.
 * `open`, `no-dsa`, `postponed` and `ignored` are affected without a fix, `undetermined` is not judged.
 */
export const vendorStatuses = [
  'affected',
  'open',
  'no-dsa',
  'postponed',
  'ignored',
  'undetermined',
  'not-affected',
] as const;
export type VendorStatus = (typeof vendorStatuses)[number];

/** The part of a Go module that has the vulnerability. */
export interface AffectedImport {
  /** E.g. `golang.org/x/net/http2`. */
  path: string;
  /** Functions and methods; empty where the whole package is named. */
  symbols: string[];
}

/** One package of one ecosystem that a record names. */
export interface Affected {
  /** With its release, as OSV writes it: `Debian:12`, `Ubuntu:24.04:LTS`, `Alpine:v3.20`, `npm`. */
  ecosystem: string;
  name: string;
  nameKind: PackageNameKind;
  scheme: VersionScheme;
  /** Any of them makes a version affected. Empty with empty `versions`: no version is named at all. */
  intervals: AffectedInterval[];
  /** Exact affected versions, beside the intervals. */
  versions: string[];
  status: VendorStatus;
  /** The vendor's own words for the status, at most 500 characters; empty without any. */
  statusNote: string;
  /** The module stream that its fixed versions belong to, e.g. `postgresql:12`; null for none. */
  stream: string | null;
  /**
   * True where only `fixed` and what is newer is spoken of: the record has no first affected version,
   * and nothing says that anything was ever repaired. Older versions may never have been affected.
   */
  isOlderUnclear: boolean;
  /** Go only: empty where the record names no part of the module. */
  imports: AffectedImport[];
}

/** An advisory with all that it says of packages. */
export interface AdvisoryRecord {
  advisory: Advisory;
  affected: Affected[];
  /** Ecosystems of packages that it names and Seawall does not look for, e.g. `NuGet`; left out without any. */
  unseen?: string[];
}

/** Known to be exploited, as CISA's catalogue says. */
export interface KnownExploited {
  cve: string;
  vendor: string;
  product: string;
  /** A day, e.g. `2021-12-10`; empty where the catalogue says none. */
  dateAdded: string;
  /** True where the catalogue knows of ransomware; false where it says that it does not know. */
  isUsedByRansomware: boolean;
}

/** Since when the catalogue has it, for people. */
export const exploitedSince = ({ dateAdded }: Pick<KnownExploited, 'dateAdded'>): string =>
  dateAdded === '' ? 'an unknown day' : dateAdded;

/** The probability of exploitation within 30 days. A CVE without a row has no score, which is not 0. */
export interface ExploitPrediction {
  cve: string;
  /** 0 to 1. */
  probability: number;
  /** 0 to 1: the share of scored CVEs with the same probability or less. */
  percentile: number;
}

/** What records of one vulnerability call it beside its id; an advisory of a distribution may be about several. */
export const otherNames = (advisories: readonly Advisory[]): string[] =>
  advisories.flatMap((one) => (isOfOne(one) ? [one.id, ...one.aliases] : []));

/**
 * True for a record about one vulnerability, whatever that is called: its severity is of this one, and its names are
 * the same. One of several was made for several, or names several CVEs as related and none as its own.
 */
export function isOfOne(advisory: Advisory): boolean {
  const { id, aliases, upstream } = advisory;
  const isMadeForOne = upstream.length <= 1 || upstream.filter(isCve).length === 1;
  const hasOwn = [id, ...aliases, ...upstream].some(isCve);
  return isMadeForOne && (hasOwn || relatedIn(advisory).filter(isCve).length <= 1);
}

/**
 * Severities of one vulnerability, each with the record that gives it, of those that stand. A record about several has that of
 * the worst of them, which counts where no record about this one alone has a severity that `isSaid`, and they have one.
 */
export function severitiesIn(
  advisories: readonly Advisory[],
  isSaid: (severity: AdvisorySeverity) => boolean,
): (AdvisorySeverity & { by: string })[] {
  const given = advisories.filter((one) => one.withdrawn === null && one.severities.length > 0);
  const own = given.filter(isOfOne);
  const says = (some: readonly Advisory[]) => some.some((one) => one.severities.some(isSaid));
  const isOwn = own.length > 0 && (says(own) || !says(given));
  return (isOwn ? own : given).flatMap(({ id: by, severities }) =>
    severities.map((one) => ({ ...one, by })),
  );
}

/** What a record is called and was made for, in upper case, without what has to do with it. */
export const ownNamesOf = ({ id, aliases, upstream }: Advisory): string[] =>
  inUpperCase([id, ...aliases, ...upstream]);

/**
 * The names that a record is about, in upper case: its own, those that it calls the same and those that it was made for.
 * What it calls related is something else, unless no CVE is among these: AlmaLinux names its CVEs there.
 */
export const namesOf = (advisory: Advisory): string[] => inUpperCase(idsOf(advisory));

/** The CVEs that a record is about, in upper case; its own id where it names none. */
export function vulnerabilitiesOf(advisory: Advisory): string[] {
  const named = idsOf(advisory).filter(isCve);
  return inUpperCase(named.length > 0 ? named : [advisory.id]);
}

function idsOf(advisory: Advisory): string[] {
  const { id, aliases, upstream } = advisory;
  const same = [id, ...aliases, ...upstream];
  return same.some(isCve) ? same : [...same, ...relatedIn(advisory)];
}

/** Databases of libraries write what is the same as such: what has to do with it is something else. */
const OF_LIBRARIES = /^(?:GHSA|GO|PYSEC|PSF|RUSTSEC|MAL|BIT)-/;

/** Ids by which a record may mean what it is about. */
const relatedIn = ({ id, related }: Advisory): string[] => (OF_LIBRARIES.test(id) ? [] : related);

const isCve = (id: string): boolean => /^CVE-/i.test(id);
/** Most have one or two, for which a set takes longer than all the rest. */
function inUpperCase(ids: readonly string[]): string[] {
  const upper = ids.map((id) => id.toUpperCase());
  return upper.length > 8
    ? [...new Set(upper)]
    : upper.filter((id, at) => upper.indexOf(id) === at);
}
