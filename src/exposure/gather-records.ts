import type { Advisory, AdvisoryRecord, Affected, AffectedInterval } from './advisory.ts';

/** What was read of a feed that is not a list of records, and what of it could not be. */
export interface ParsedFeed {
  records: AdvisoryRecord[];
  /** Where it stands in the feed and what is wrong there. */
  refused: string[];
}

/** What a feed by packages says of one vulnerability, as one record of it. */
export interface RecordGatherer {
  add(vulnerability: string, affected: Affected): void;
  /** In the order in which they were first named. */
  records(): AdvisoryRecord[];
}

/** Makes records of a feed that lists vulnerabilities by package; `prefix` goes before their ids. */
export function gatherRecords(source: string, prefix: string): RecordGatherer {
  const gathered = new Map<string, AdvisoryRecord>();
  return {
    add(vulnerability, affected) {
      const known = gathered.get(vulnerability);
      if (known) known.affected.push(affected);
      else {
        const advisory = advisoryOn(vulnerability, prefix, { source });
        gathered.set(vulnerability, { advisory, affected: [affected] });
      }
    },
    records: () => [...gathered.values()],
  };
}

/** An advisory on one vulnerability that says no more of it than this; `prefix` goes before its id. */
export const advisoryOn = (
  vulnerability: string,
  prefix: string,
  said: Pick<Advisory, 'source'> & Partial<Advisory>,
): Advisory => ({
  ...{ id: `${prefix}${vulnerability}`, aliases: [], upstream: [vulnerability], related: [] },
  ...{ kind: 'vulnerability', summary: '', published: null, modified: null, withdrawn: null },
  ...{ severities: [], licence: '' },
  ...said,
});

/** That a package is affected, and not a word on its versions. */
export const NO_VERSIONS: Omit<Affected, 'ecosystem' | 'name' | 'nameKind' | 'scheme'> = {
  ...{ intervals: [], versions: [], status: 'affected', statusNote: '' },
  ...{ stream: null, isOlderUnclear: false, imports: [] },
};

/** From the beginning to the first version with a fix; null for none. */
export const until = (fixed: string | null): AffectedInterval[] => [
  { introduced: null, fixed, lastAffected: null },
];
