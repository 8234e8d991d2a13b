import type { Affected, AffectedInterval, VersionScheme } from './advisory.ts';
import { type InstalledPackage, makerOf } from './installed.ts';
import type { Bounds, NamedPackage } from './record-index.ts';
import type { UnknownReason, Verdict, VerdictRecord } from './verdict.ts';
import { isOfStream } from './versions/module-stream.ts';
import { boundsOfSource, isBySource, mayHaveRaisedEpoch } from './versions/rpm-source.ts';
import {
  compareSurely,
  compareVersions,
  compareWithNamed,
  type ReadVersion,
  readVersion,
} from './versions/version-order.ts';

/**
 * What a record says of one package: the vendor’s word first, then versions. What holds of the package by whatever
 * record is looked at once, since thousands may name it.
 */
export function judgeOf(installed: InstalledPackage): (named: NamedPackage) => Verdict {
  const maker = makerOf(installed);
  if (isOfKernel(installed)) return (named) => unknownBy(named.record, 'not-a-kernel');
  if (maker !== null) return (named) => unknownBy(named.record, 'other-maker', maker);
  const reading = rememberingVersion();
  const other = installed.found ? null : otherReleaseIn(installed.ecosystem, installed.version);
  if (other === null) return (named) => judgeOwn(installed, named, reading);
  return (named) => {
    const verdict = judgeOwn(installed, named, reading);
    const isNo = verdict.state === 'vendor-says-not-affected';
    return isNo && !isAlsoHere(other, named)
      ? unknownBy(named.record, 'other-maker', other)
      : verdict;
  };
}

/** Some repair a release by the version of the one before: what its record names is of this release all the same. */
const isAlsoHere = (other: string, { affected: { ecosystem, intervals } }: NamedPackage): boolean =>
  intervals.some(({ fixed }) => fixed !== null && otherReleaseIn(ecosystem, fixed) === other);

type Reading = (scheme: VersionScheme, version: string) => ReadVersion;

/** What is asked again and again about one version looks at it once. */
function rememberingVersion(): Reading {
  let last: ReadVersion | null = null;
  return (scheme, version) => {
    if (last?.scheme !== scheme || last.text !== version) last = readVersion(scheme, version);
    return last;
  };
}

const unknownBy = (record: VerdictRecord, reason: UnknownReason, note = ''): Verdict => ({
  state: 'unknown',
  reason,
  record,
  note,
});

/** The same of a package that the distribution built, and that is no kernel. */
function judgeOwn(
  installed: InstalledPackage,
  { affected, bounds, record }: NamedPackage,
  reading: Reading,
): Verdict {
  const unknown = (reason: UnknownReason, note?: string) => unknownBy(record, reason, note);
  if (isOfStream(affected, installed) !== true) {
    return unknown('module-stream', affected.stream ?? '');
  }
  const { status, statusNote: note } = affected;
  // What is said of a package in words, and not by versions, is not said of others of its source.
  if (status !== 'affected' && record.through === 'sibling')
    return unknown('sibling', affected.name);
  if (status === 'not-affected') {
    const because = 'never-affected';
    return { state: 'vendor-says-not-affected', because, fixed: null, note, record };
  }
  if (status === 'undetermined') return unknown('undetermined', note);
  const isSource = isBySource(affected, installed);
  const version = isSource ? installed.sourceVersion : installed.version;
  if (status !== 'affected') {
    return { state: 'affected-no-fix', status, note, introduced: null, record };
  }
  const isOfRpm = isSource && affected.scheme === 'rpm';
  const compared = isOfRpm ? boundsOfSource(bounds, version) : bounds;
  const place = placeOf(affected, compared, reading(affected.scheme, version));
  if (isOfRpm && place.kind === 'outside' && mayHaveRaisedEpoch(place.fixed, installed)) {
    return unknown('unparsable-version', version);
  }
  if (place.kind === 'unclear') return unknown(place.reason, version);
  if (place.kind === 'outside') {
    const { fixed } = place;
    // Who says why it is not affected does not say that anything was repaired.
    const because = affected.isOlderUnclear && note !== '' ? 'never-affected' : place.because;
    return { state: 'vendor-says-not-affected', because, fixed, note, record };
  }
  const { introduced, fixed } = place.interval;
  if (introduced === null && affected.isOlderUnclear) return unknown('older-unclear', fixed ?? '');
  if (mayBeUnused(affected, installed)) return unknown('part-of-package');
  return fixed === null
    ? { state: 'affected-no-fix', status, note, introduced, record }
    : { state: 'affected-fix-available', fixed, introduced, record };
}

const KERNEL_SOURCES =
  /^(?:linux|kernel)(?:-(?:signed|hwe|lts|headers|aws|azure|gcp|oracle|raspi|kvm|meta|rt|edge|virt|rpi|uek)\b.*)?$/;

/** Headers and tools of the system’s kernel: whatever an image holds, it runs on that of its host. */
export const isOfKernel = ({ sourceName, found }: InstalledPackage): boolean =>
  found === undefined && KERNEL_SOURCES.test(sourceName);

/**
 * A record of Go that names no package of a module is mostly about the program in it, and one that
 * names only what nobody can import always is. Whoever has the module as a library may not have that.
 */
function mayBeUnused({ ecosystem, name, imports }: Affected, { isMainModule }: InstalledPackage) {
  if (ecosystem !== 'Go' || isMainModule || name === 'stdlib') return false;
  return imports.every(({ path }) => /(?:^|\/)(?:internal|cmd|main)(?:\/|$)/.test(path));
}

type Place =
  | { kind: 'inside'; interval: AffectedInterval }
  | { kind: 'outside'; because: 'fixed' | 'outside-of-range'; fixed: string | null }
  | { kind: 'unclear'; reason: 'unparsable-version' | 'no-version' | 'candidate' };

function placeOf(affected: Affected, bounds: readonly Bounds[], version: ReadVersion): Place {
  if (bounds.length === 0 && affected.versions.length === 0)
    return { kind: 'unclear', reason: 'no-version' };
  let fixed: string | null = null;
  let isUnclear = false;
  let isCandidate = false;
  for (const one of bounds) {
    const beyond = beyondOf(one, version);
    if (beyond === 'inside') return { kind: 'inside', interval: one.interval };
    if (beyond === 'unclear') isUnclear = true;
    if (beyond === 'fixed') fixed = one.interval.fixed;
    if (beyond === 'before') isCandidate ||= isCandidateOf(one, version);
  }
  if (isListed(affected, version)) {
    return { kind: 'inside', interval: { introduced: null, fixed: null, lastAffected: null } };
  }
  // What is no version is in no list, and may still be one of its versions.
  if (isUnclear || !version.isProper) return { kind: 'unclear', reason: 'unparsable-version' };
  if (isCandidate) return { kind: 'unclear', reason: 'candidate' };
  return { kind: 'outside', because: fixed === null ? 'outside-of-range' : 'fixed', fixed };
}

const OF_SYSTEMS: readonly VersionScheme[] = ['deb', 'rpm', 'apk'];
const NUMBERS = /^(?:v?(?:\d{1,9}!)?|go)\d{1,100}(?:\.\d{1,100}){0,10}/;

/** What a commit without a tag is called: `v0.0.0-20250301120000-0123456789ab`, `0.1.dev1+g0123456`, `0+unknown`. */
const ofCommits: Readonly<Partial<Record<VersionScheme, RegExp>>> = {
  go: /[-.]\d{14}-[\da-f]{12}(?:\+|$)/,
  pep440: /\+(?:(?:\d{1,9}\.)?g[\da-f]{7,40}\b|unknown|untagged)/i,
};
const isOfCommit = ({ scheme, text }: ReadVersion): boolean =>
  ofCommits[scheme]?.test(text) === true;

/**
 * True for `5.0.0-beta.1` where 5.0.0 is the first affected one: that stands before it, and mostly has what is wrong with
 * it. So may any commit have it: its number is that of a tag before it, or none where no tag was at hand.
 */
function isCandidateOf({ introduced }: Bounds, version: ReadVersion): boolean {
  const { scheme, text } = version;
  if (introduced === null || OF_SYSTEMS.includes(scheme)) return false;
  if (isOfCommit(version)) return !isOfCommit(introduced);
  const numbers = NUMBERS.exec(text)?.[0] ?? '';
  return compareVersions(scheme, numbers, introduced.text) === 0;
}

/**
 * One version may be written in several ways, `1.0` and `1.0.0`. Distributions write one version in one way, and list
 * hundreds beside the interval that they are in.
 */
function isListed({ intervals, versions, nameKind }: Affected, version: ReadVersion): boolean {
  const { scheme, text } = version;
  if (versions.includes(text)) return true;
  if (nameKind !== 'package' && intervals.length > 0) return false;
  return versions.some((one) => compareWithNamed(scheme, text, one) === 0);
}

/** Where a version stands to an interval. */
function beyondOf(
  { introduced, fixed, interval: { lastAffected, limit } }: Bounds,
  version: ReadVersion,
): 'inside' | 'before' | 'fixed' | 'after' | 'unclear' {
  const { scheme, text } = version;
  const fromStart = introduced === null ? 1 : compareSurely(version, introduced);
  const toLast = lastAffected === null ? -1 : compareWithNamed(scheme, text, lastAffected);
  const toEnd = fixed === null ? toLast : compareSurely(version, fixed);
  const toLimit = limit === undefined ? -1 : compareVersions(scheme, text, limit);
  if (fromStart === null || toEnd === null || toLimit === null) return 'unclear';
  if (fromStart < 0) return 'before';
  if (toLimit >= 0 && !(fixed !== null && toEnd >= 0)) return 'after';
  if (fixed !== null) return toEnd >= 0 ? 'fixed' : 'inside';
  if (toEnd <= 0) return 'inside';
  return isBuildOf(lastAffected, version) || isOfCommit(version) ? 'unclear' : 'after';
}

/** True for `31.1-jre` and `1.0.post1` where 31.1 or 1.0 is the last affected one: they stand behind it, and are the same. */
const isBuildOf = (named: string | null, { scheme, text }: ReadVersion): boolean =>
  named !== null &&
  !OF_SYSTEMS.includes(scheme) &&
  text.startsWith(named) &&
  /^[-._]?[a-z]/i.test(text.slice(named.length));

/** A release of Debian writes its number into what it repairs: `1.1.1w-0+deb11u1`. */
const OF_DEBIAN = /[+~]deb(\d{1,2})u\d/;
/**
 * One of Ubuntu does so since 18.04: `0ubuntu0.22.04.1`, `1~24.04.1`. Before the revision, and before a day, stands what it
 * was first made for: `16.04.1+18.10.20180917-0ubuntu8` is of every release since.
 */
const OF_UBUNTU = /(?:ubuntu\d{0,3}\.|[~+])(\d{2}\.(?:04|10))(?=[.~+]|ubuntu|$)(?!\.\d{8})/g;
/** What Ubuntu certifies comes from archives of its own: `1ubuntu2.fips.2.8`, `0ubuntu0.1+Fips2.1`, `2fips3`. */
const OF_UBUNTU_FIPS = /[.+~\d]fips/i;
/** rpm’s `.el9_4`, `.module_el8.9.0` and `.module+el8.9.0`. */
const OF_ENTERPRISE_LINUX = /[._+]el(\d{1,2})(?!\d)/;

/**
 * Which other release a package is of by its version, e.g. `Debian 11` on Debian 12, or of which other archive of it: fixes
 * of one say nothing of the versions of another. Null where it is of this release, or says nothing.
 */
function otherReleaseIn(ecosystem: string, version: string): string | null {
  const [, distribution = '', own = ''] =
    /^(Debian|Ubuntu|AlmaLinux|Rocky Linux|Red Hat):(?:enterprise_linux:)?([\d.]+)/.exec(
      ecosystem,
    ) ?? [];
  if (distribution === '') return null;
  if (distribution === 'Debian' && /\dubuntu\d/.test(version)) return 'Ubuntu';
  if (distribution === 'Ubuntu' && OF_UBUNTU_FIPS.test(version)) return 'Ubuntu FIPS';
  const isOfEnterpriseLinux = distribution !== 'Debian' && distribution !== 'Ubuntu';
  const pattern = isOfEnterpriseLinux ? OF_ENTERPRISE_LINUX : OF_DEBIAN;
  const release = distribution === 'Ubuntu' ? releaseOfUbuntu(version) : pattern.exec(version)?.[1];
  if (release === undefined || release === own) return null;
  return `${isOfEnterpriseLinux ? 'Enterprise Linux' : distribution} ${release}`;
}

function releaseOfUbuntu(version: string): string | undefined {
  const revision = version.lastIndexOf('-');
  const [first] = [...version.matchAll(OF_UBUNTU)].filter(
    ({ 0: mark, index }) => !mark.startsWith('+') || index > revision,
  );
  return first?.[1];
}
