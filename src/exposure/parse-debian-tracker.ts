import { type Reading, read, unread } from '../shared/reading.ts';
import { table } from '../shared/table.ts';
import { entries, type Foreign, field, textOrEmpty } from '../snapshot/foreign.ts';
import type { Affected, VendorStatus } from './advisory.ts';
import {
  gatherRecords,
  NO_VERSIONS,
  type ParsedFeed,
  type RecordGatherer,
  until,
} from './gather-records.ts';
import { beginning, readForeign, understood, word } from './read-foreign.ts';

/** The tracker names releases by their code names; unstable is none. */
const releases = table<string>({
  buster: 'Debian:10',
  bullseye: 'Debian:11',
  bookworm: 'Debian:12',
  trixie: 'Debian:13',
  forky: 'Debian:14',
  duke: 'Debian:15',
});
const SOURCE = 'debian-tracker';

/**
 * The tracker’s `data/json`: what Debian says of each source package, vulnerability and release. A
 * package of another shape is refused and the others are read. Unread where it is no such file at all.
 */
export function parseDebianTracker(value: unknown): Reading<ParsedFeed> {
  const reader = readDebianTracker();
  const whole = readForeign(SOURCE, value, (found) => {
    for (const [name, vulnerabilities] of entries(found)) reader.add(name, vulnerabilities.value);
  });
  return whole.state === 'read' ? reader.end() : whole;
}

/** The same, package by package: as a whole it takes half a gigabyte. */
export function readDebianTracker(): {
  add(name: string, vulnerabilities: unknown): void;
  end(): Reading<ParsedFeed>;
} {
  const gatherer = gatherRecords(SOURCE, 'DEBIAN-');
  const refused: string[] = [];
  return {
    add(name, vulnerabilities) {
      const one = readForeign(`${SOURCE} ${name.slice(0, 100)}`, vulnerabilities, (of) =>
        statementsOf(name, of),
      );
      if (one.state === 'unread') refused.push(one.reason);
      else addAll(gatherer, one.value);
    },
    end() {
      const records = gatherer.records();
      return records.length === 0
        ? unread(`${SOURCE}: it names no vulnerability`)
        : read({ records, refused });
    },
  };
}

type Statement = [vulnerability: string, affected: Affected];

function addAll(gatherer: RecordGatherer, statements: readonly Statement[]): void {
  for (const [vulnerability, affected] of statements) gatherer.add(vulnerability, affected);
}

function statementsOf(name: string, vulnerabilities: Foreign): Statement[] {
  return entries(vulnerabilities).flatMap(([vulnerability, found]) =>
    entries(field(found, 'releases')).flatMap(([release, statement]): Statement[] => {
      const ecosystem = releases.get(release);
      if (ecosystem === undefined) return [];
      word({ ...statement, value: vulnerability }, 128);
      return [[vulnerability, affectedOf(ecosystem, name, statement)]];
    }),
  );
}

function affectedOf(ecosystem: string, name: string, found: Foreign): Affected {
  // A word that is not understood is none, and the package is named all the same.
  const [{ status, fixed } = UNDETERMINED] = understood(found, judgementOf);
  return {
    ...{ ...NO_VERSIONS, ecosystem, nameKind: 'source', scheme: 'deb', status },
    name: word({ ...found, value: name }),
    intervals: status === 'not-affected' || status === 'undetermined' ? [] : until(fixed),
    statusNote: understood(field(found, 'nodsa'), (one) => beginning(one, 500))[0] ?? '',
  };
}

interface Judgement {
  status: VendorStatus;
  fixed: string | null;
}

const UNDETERMINED: Judgement = { status: 'undetermined', fixed: null };

function judgementOf(found: Foreign): Judgement {
  const status = textOrEmpty(field(found, 'status'));
  if (status === 'resolved') {
    const fixed = word(field(found, 'fixed_version'), 1_000);
    return fixed === '0' ? { status: 'not-affected', fixed: null } : { status: 'affected', fixed };
  }
  if (status === 'open') return { status: openAs(found), fixed: null };
  return UNDETERMINED;
}

/** No advisory is planned: the package is affected all the same. */
function openAs(found: Foreign): VendorStatus {
  const reason = textOrEmpty(field(found, 'nodsa_reason'));
  if (reason === 'postponed' || reason === 'ignored') return reason;
  return Object.hasOwn(found.value as object, 'nodsa') ? 'no-dsa' : 'open';
}
