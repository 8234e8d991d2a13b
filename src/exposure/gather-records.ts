import type { Advisory, AdvisoryRecord, Affected } from './advisory.ts';

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
      else gathered.set(vulnerability, { advisory: bare(vulnerability), affected: [affected] });
    },
    records: () => [...gathered.values()],
  };

  function bare(vulnerability: string): Advisory {
    return {
      id: `${prefix}${vulnerability}`,
      aliases: [],
      upstream: [vulnerability],
      related: [],
      kind: 'vulnerability',
      summary: '',
      published: null,
      modified: null,
      withdrawn: null,
      severities: [],
      source,
      licence: '',
    };
  }
}
