import type { Advisory, AdvisoryRecord, Affected } from '../../src/exposure/advisory.ts';
import type { AskedInventory, ImageVerdict } from '../../src/exposure/asked-inventory.ts';
import type { InstalledPackage } from '../../src/exposure/installed.ts';
import { matchVulnerability, prepareRecords } from '../../src/exposure/match.ts';
import { type ExposedPackage, matchIndexed } from '../../src/exposure/match-exposed.ts';
import { osvEcosystem } from '../../src/exposure/osv-ecosystems.ts';
import { parseOsv } from '../../src/exposure/parse-osv.ts';
import { indexRecords } from '../../src/exposure/record-index.ts';
import { read } from '../../src/shared/reading.ts';

/** A package of one ecosystem; its source is itself where nothing else is said. */
export const installed = (
  ecosystem: string,
  name: string,
  version: string,
  other: Partial<InstalledPackage> = {},
): InstalledPackage => ({
  ecosystem,
  name,
  version,
  sourceName: name,
  sourceVersion: version,
  ownedBy: null,
  isMainModule: false,
  ...other,
});

/** A record of OSV that is written by hand, through the parser. */
export function osv(value: Record<string, unknown>): AdvisoryRecord {
  const parsed = parseOsv('osv/test', { modified: '2026-11-01T00:00:00Z', ...value });
  if (parsed.state === 'unread') throw new Error(parsed.reason);
  return parsed.value;
}

/** What OSV writes of one package and its events, e.g. `[{ introduced: '0' }, { fixed: '2' }]`. */
export const osvAffected = (
  ecosystem: string,
  name: string,
  events: readonly Record<string, string>[],
  other: Record<string, unknown> = {},
) => ({ package: { ecosystem, name }, ranges: [{ type: 'ECOSYSTEM', events }], ...other });

/** A record of a vendor that says something of one package. */
export function statement(
  ecosystem: string,
  name: string,
  said: Partial<Affected>,
  about: Partial<Advisory> = {},
): AdvisoryRecord {
  const kind = osvEcosystem(ecosystem);
  if (kind === null) throw new Error(`${ecosystem} is not matched`);
  return {
    advisory: {
      id: 'VENDOR-1',
      aliases: [],
      upstream: ['CVE-2026-1'],
      related: [],
      kind: 'vulnerability',
      summary: '',
      published: null,
      modified: '2026-11-01T00:00:00.000Z',
      withdrawn: null,
      severities: [],
      source: 'test',
      licence: '',
      ...about,
    },
    affected: [
      {
        ecosystem,
        name,
        ...kind,
        intervals: [{ introduced: null, fixed: null, lastAffected: null }],
        versions: [],
        status: 'affected',
        statusNote: '',
        stream: null,
        isOlderUnclear: false,
        imports: [],
        ...said,
      },
    ],
  };
}

/** Asks whether an image of a release with these packages is affected, with a fresh feed for all. */
export function ask(
  ecosystem: string,
  packages: readonly InstalledPackage[],
  records: readonly AdvisoryRecord[],
  other: Partial<AskedInventory> & { isStale?: boolean } = {},
): ImageVerdict {
  const { isStale = false, ...asked } = other;
  const named = records.flatMap(({ affected }) => affected.map((one) => one.ecosystem));
  const feeds = [...new Set([ecosystem, ...named])].map((one) => ({
    source: 'test',
    ecosystem: one,
    isStale,
    isPart: false,
  }));
  const inventory = {
    ecosystem: read(ecosystem),
    packages: read(packages),
    whole: { unseenOf: () => null, programs: [], isWithoutSystem: false },
    endedOn: null,
    ...asked,
  };
  return matchVulnerability(inventory, prepareRecords(records), feeds);
}

/** What affects these packages by these records, with no statement about them. */
export const exposedBy = <P extends InstalledPackage>(
  packages: Iterable<P>,
  records: Iterable<AdvisoryRecord>,
): ExposedPackage<P>[] => [...matchIndexed(packages, indexRecords(records), null, [])];
