import { type Reading, read } from '../shared/reading.ts';
import type { AdvisoryRecord, Affected, VendorStatus } from './advisory.ts';
import { UBUNTU_VEX } from './feed-covers.ts';
import { advisoryOn, NO_VERSIONS, until } from './gather-records.ts';
import { licenceOf } from './osv-ecosystems.ts';
import { namedByUrl, parsePackageUrl, versionOf } from './package-url.ts';
import { parseOpenVex, type VexDocument } from './parse-openvex.ts';
import { compareVersions } from './versions/version-order.ts';
import type { VexStatement } from './vex-statement.ts';

/**
 * A document of Ubuntu’s OpenVEX, one for each CVE, as a record: what is fixed, open, not fixed on purpose, not
 * affected or looked at, by source and release, with Ubuntu’s own words. Binaries are left out, and
 * other archives of a release, as those for paying users. Unread where it has another shape.
 */
export function parseUbuntuVex(value: unknown): Reading<AdvisoryRecord> {
  const parsed = parseOpenVex(value);
  if (parsed.state === 'unread') return parsed;
  const { statements, at }: VexDocument = parsed.value;
  const cve = statements[0]?.vulnerabilities[0] ?? '';
  const affected = statements.flatMap(affectedOf);
  return read({
    advisory: advisoryOn(cve, 'UBUNTU-', {
      ...{ source: UBUNTU_VEX, licence: licenceOf('UBUNTU-'), modified: at },
      upstream: cve === '' ? [] : [cve],
    }),
    affected: strictest(affected),
  });
}

/** One row for each source and release: of several the stricter, and of two of a kind that of the newer version. */
function strictest(rows: readonly Affected[]): Affected[] {
  const found = new Map<string, Affected>();
  for (const row of rows) {
    const key = `${row.ecosystem} ${row.name}`;
    const known = found.get(key);
    if (known === undefined || isStricter(row, known)) found.set(key, row);
  }
  return [...found.values()];
}

function isStricter(a: Affected, b: Affected): boolean {
  if (strictness(a) !== strictness(b)) return strictness(a) > strictness(b);
  const [fixed, other] = [a.intervals[0]?.fixed, b.intervals[0]?.fixed];
  return Boolean(fixed && other) && (compareVersions('deb', fixed ?? '', other ?? '') ?? 0) > 0;
}

function strictness({ status, isOlderUnclear }: Affected): number {
  if (status === 'not-affected') return 0;
  if (status === 'affected') return isOlderUnclear ? 1 : 2;
  return status === 'undetermined' ? 3 : 4;
}

function affectedOf(statement: VexStatement): Affected[] {
  return statement.products.flatMap(({ package: written }): Affected[] => {
    const url = written === null ? null : parsePackageUrl(written);
    const named = url === null ? null : namedByUrl(url);
    if (url?.qualifiers.get('arch') !== 'source' || named?.kind !== 'system') return [];
    if (named.base !== 'Ubuntu' || named.release?.state !== 'read') return [];
    const fixed = versionOf(url);
    return [
      {
        ...{ ...NO_VERSIONS, ecosystem: named.release.value, name: url.name },
        ...{ nameKind: 'source', scheme: 'deb', statusNote: noteOf(statement) },
        ...said(statement, fixed),
      },
    ];
  });
}

/**
 * That a release is not affected is said of the version that it has now. Of older ones nobody says so: Ubuntu
 * writes the same of a version in which something was repaired before the release.
 */
function said(
  { status, note }: VexStatement,
  version: string | null,
): Partial<Pick<Affected, 'status' | 'intervals' | 'isOlderUnclear'>> {
  if (status === 'fixed') return { intervals: until(version) };
  if (status === 'not_affected') {
    return version === null
      ? { status: 'not-affected' }
      : { intervals: until(version), isOlderUnclear: true };
  }
  if (status === 'under_investigation') return { status: 'undetermined' };
  return { status: openAs(note), intervals: until(null) };
}

/** Ubuntu has a few sentences for all. */
function openAs(note: string): VendorStatus {
  if (/decided to not fix|no longer supported/.test(note)) return 'ignored';
  return /deferred|postponed/.test(note) ? 'postponed' : 'open';
}

const NOTES = 'CVE Notes';

/** What stands in every document is left out where more is said behind it. */
function noteOf({ note }: VexStatement): string {
  const at = note.indexOf(NOTES);
  if (at < 0) return note;
  const own = note.slice(note.indexOf(':', at) + 1).trim();
  return own === '' ? note.slice(0, at).trimEnd() : own;
}
