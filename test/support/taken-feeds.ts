import type { AdvisoryRecord, KnownExploited } from '../../src/exposure/advisory.ts';
import type { FeedRow } from '../../src/ports/feed-store.ts';
import type { Store } from '../../src/store/open-store.ts';
import { osv, osvAffected } from './exposure-records.ts';

/** What a record by hand says. */
export interface Said {
  /** Of bookworm's source. */
  package: string;
  /** The first version that is repaired; none when left out. */
  fixed?: string;
  /** E.g. `high`; no record says when left out. */
  severity?: string;
}

/** A record of OSV for a release of Debian. */
export const debianRecord = (cve: string, said: Said, ecosystem = 'Debian:12'): AdvisoryRecord =>
  osv({
    id: `DEBIAN-${cve}`,
    upstream: [cve],
    summary: `A flaw in ${said.package}`,
    ...(said.severity && { severity: [{ type: 'Debian', score: said.severity }] }),
    affected: [
      osvAffected(ecosystem, said.package, [
        { introduced: '0' },
        ...(said.fixed ? [{ fixed: said.fixed }] : []),
      ]),
    ],
  });

async function* rowsOf(rows: readonly FeedRow[]): AsyncGenerator<FeedRow> {
  yield* rows;
}

/** Takes the feed `osv/Debian`, which then has these records and no other. */
export const takeRecords = (
  store: Store,
  said: Readonly<Record<string, Said>>,
  source = 'osv/Debian',
  ecosystem = 'Debian:12',
  isPart = false,
) =>
  store.feeds.replace({
    ...{ source, isPart },
    rows: rowsOf([
      // A feed without a record is refused.
      {
        kind: 'advisory',
        record: debianRecord('CVE-2000-1', { package: 'nobody-has-it' }, ecosystem),
      },
      ...Object.entries(said).map(([cve, one]): FeedRow => {
        return { kind: 'advisory', record: debianRecord(cve, one, ecosystem) };
      }),
    ]),
    asOf: () => null,
  });

/** Takes the tracker of Debian, which says of each of these sources that its vulnerability never affected it. */
export const takeTracker = (store: Store, cleared: Readonly<Record<string, string>>) =>
  store.feeds.replace({
    source: 'debian-tracker',
    rows: rowsOf(
      Object.entries({ 'CVE-2000-1': 'nobody-has-it', ...cleared }).map(([cve, name]): FeedRow => {
        const { advisory, affected } = debianRecord(cve, { package: name });
        return {
          kind: 'advisory',
          record: {
            advisory: { ...advisory, id: cve, source: 'debian-tracker' },
            affected: affected.map((one) => ({ ...one, status: 'not-affected', intervals: [] })),
          },
        };
      }),
    ),
    asOf: () => null,
  });

/** A record of OSV for a library or program, e.g. of npm. */
export const libraryRecord = (cve: string, ecosystem: string, said: Said): AdvisoryRecord =>
  osv({
    id: `GHSA-${cve}`,
    aliases: [cve],
    summary: `A flaw in ${said.package}`,
    ...(said.severity && { severity: [{ type: 'Text', score: said.severity }] }),
    affected: [
      osvAffected(ecosystem, said.package, [
        { introduced: '0' },
        ...(said.fixed ? [{ fixed: said.fixed }] : []),
      ]),
    ],
  });

/** Takes the feed of an ecosystem of OSV, which then has these records and no other. */
export const takeLibraryRecords = (
  store: Store,
  ecosystem: string,
  said: Readonly<Record<string, Said>>,
) =>
  store.feeds.replace({
    source: `osv/${ecosystem}`,
    rows: rowsOf(
      Object.entries({ 'CVE-2000-1': { package: 'nobody-has-it' }, ...said }).map(
        ([cve, one]): FeedRow => ({
          kind: 'advisory',
          record: libraryRecord(cve, ecosystem, one),
        }),
      ),
    ),
    asOf: () => null,
  });

const entryOf = (cve: string): KnownExploited => ({
  ...{ cve, vendor: 'Vendor', product: 'Product', dateAdded: '2026-01-01' },
  isUsedByRansomware: false,
});

/** Takes the feed of what is exploited. */
export const takeExploited = (store: Store, cves: readonly string[]) =>
  store.feeds.replace({
    source: 'kev',
    rows: rowsOf(
      ['CVE-2000-1', ...cves].map((cve) => ({ kind: 'exploited', entry: entryOf(cve) })),
    ),
    asOf: () => null,
  });
