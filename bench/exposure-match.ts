// How much CPU it takes to match everything again after a feed was read, and to ask who is affected by one
// vulnerability: 2,000 images of 1,000 packages each, made of 145,000 distinct packages, and 83,000 ranges, of most of
// which everything has the fix.
// `node bench/exposure-match.ts`
import type { AdvisoryRecord, Affected } from '../src/exposure/advisory.ts';
import type { InstalledPackage } from '../src/exposure/installed.ts';
import { matchVulnerability, prepareRecords } from '../src/exposure/match.ts';
import { matchIndexed } from '../src/exposure/match-exposed.ts';
import { RelevantRecords } from '../src/exposure/relevant-records.ts';
import { indexStatements } from '../src/exposure/vex-index.ts';
import type { VexStatement } from '../src/exposure/vex-statement.ts';
import { chooseMatched, type KeyedPackage } from '../src/inspections/choose-matched.ts';
import type { MatchHolder } from '../src/ports/exposed-store.ts';
import { read } from '../src/shared/reading.ts';
import { median, say } from './measure.ts';

const IMAGES = 2_000;
const PACKAGES_PER_IMAGE = 1_000;
const DISTINCT_PACKAGES = 145_000;
const RANGES = 83_000;
/** Names of sources, of which Debian has 38,000; each is in several versions. */
const NAMES = 29_000;
/** One range in so many ends at a fix that not everything has. */
const OPEN_ONE_IN = 10;
const STATEMENTS = 300;
const ROUNDS = 5;
const BUDGET_MS = 2_000;
const ASKED = 366;

/** A generator that gives the same numbers each time. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % below;
  };
}

const random = numbers(17);
const version = (epoch: number) =>
  `${epoch}:${random(9)}.${random(40)}.${random(9)}-${random(9)}+deb12u${random(9)}`;

const packages: KeyedPackage[] = Array.from({ length: DISTINCT_PACKAGES }, (_, index) => {
  const name = `source-${index % NAMES}`;
  const sourceVersion = version(1 + random(3));
  return {
    ecosystem: 'Debian:12',
    name: index % 3 === 0 ? name : `lib${name}-${index % 7}`,
    version: sourceVersion,
    sourceName: name,
    sourceVersion,
    ownedBy: null,
    isMainModule: false,
    ...{ packageId: index + 1, componentId: null, osId: 'debian', osVersion: '12' },
  };
});

const affected = (): Affected => ({
  ecosystem: 'Debian:12',
  // Advisories are about few: browsers, kernels and libraries have hundreds, most sources have none.
  name: `source-${Math.min(random(NAMES), random(NAMES), random(NAMES))}`,
  nameKind: 'source',
  scheme: 'deb',
  intervals: [
    {
      introduced: null,
      fixed: version(random(OPEN_ONE_IN) === 0 ? 1 + random(3) : 0),
      lastAffected: null,
    },
  ],
  versions: [],
  status: 'affected',
  statusNote: '',
  stream: null,
  isOlderUnclear: false,
  imports: [],
});

const records: AdvisoryRecord[] = Array.from({ length: RANGES }, (_, index) => ({
  advisory: {
    id: `DEBIAN-CVE-2026-${index}`,
    aliases: [],
    upstream: [`CVE-2026-${index}`],
    related: [],
    kind: 'vulnerability',
    summary: '',
    published: null,
    modified: null,
    withdrawn: null,
    severities: [],
    source: 'bench',
    licence: '',
  },
  affected: [affected()],
}));

const images = Array.from({ length: IMAGES }, () =>
  Array.from(
    { length: PACKAGES_PER_IMAGE },
    () => packages[random(DISTINCT_PACKAGES)] as KeyedPackage,
  ),
);

/** Milliseconds of CPU, user and system, of each round. */
function rounds(count: number, work: (round: number) => void): number[] {
  return Array.from({ length: count }, (_, round) => {
    const before = process.cpuUsage();
    work(round);
    return cpuMsSince(before);
  });
}

function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

const shown = (ms: readonly number[]) =>
  `median ${median([...ms]).toFixed(1)} ms, worst ${Math.max(...ms).toFixed(1)} ms of CPU`;

const inventories = images.map(
  (image, id): MatchHolder => ({
    ...{ kind: 'inventory', id, osId: 'debian', osVersion: '12' },
    members: image.map(({ packageId }) => packageId ?? 0),
  }),
);

const statements = Array.from({ length: STATEMENTS }, (): VexStatement => {
  const written = `pkg:deb/debian/source-${random(NAMES)}?distro=debian-12`;
  return {
    ...{ source: 'bench', document: 'bench', author: 'bench', at: '2026-11-20T12:00:00Z' },
    vulnerabilities: [`CVE-2026-${random(RANGES)}`],
    ...{ status: 'not_affected', justification: 'component_not_present', note: '' },
    products: [{ written, package: written, image: null, release: null, trouble: null }],
  };
});

/** Takes the records anew each time, as after each feed. */
function matchAgain(stated: readonly VexStatement[], areOld: boolean): number {
  const said = indexStatements(stated);
  const here = stated.length === 0 ? null : said.of(null);
  const relevant = new RelevantRecords(packages, said.vulnerabilities);
  for (const record of records) relevant.add(record);
  const index = relevant.index();
  const known = areOld ? feeds.map((one) => ({ ...one, isStale: true })) : feeds;
  const chosen = chooseMatched(inventories, packages, index, here, known);
  return [...matchIndexed(chosen.packages, index, here, known)].length;
}

const feeds = [{ source: 'bench', ecosystem: 'Debian:12', isStale: false, isPart: false }];

let isOver = false;
for (const [stated, areOld] of [
  [[], false],
  [[], true],
  [statements, false],
] as const) {
  let exposed = 0;
  const again = rounds(ROUNDS, () => {
    exposed = matchAgain(stated, areOld);
  });
  say(
    `${DISTINCT_PACKAGES} distinct packages against ${RANGES} ranges and ${stated.length} statements${areOld ? ' by feeds that are too old' : ''}, ` +
      `as after each feed: ${shown(again)}; ${exposed} exposed`,
  );
  isOver ||= median(again) > BUDGET_MS;
}

/** What the store has as an index: which images have a package of a source. */
const bySource = new Map<string, Map<number, InstalledPackage[]>>();
for (const [index, image] of images.entries()) {
  for (const one of image) {
    const found = bySource.get(one.sourceName) ?? new Map<number, InstalledPackage[]>();
    bySource.set(one.sourceName, found.set(index, [...(found.get(index) ?? []), one]));
  }
}

let hit = 0;
const asked = rounds(ASKED, (round) => {
  const record = records[(round * 227) % RANGES] as AdvisoryRecord;
  // As for a question, whose images are all asked by the same records.
  const own = prepareRecords([record]);
  const named =
    bySource.get(record.affected[0]?.name ?? '') ?? new Map<number, InstalledPackage[]>();
  for (const held of named.values()) {
    const inventory = {
      ecosystem: read('Debian:12'),
      packages: read(held),
      whole: null,
      endedOn: null,
    };
    const { worst } = matchVulnerability(inventory, own, feeds);
    if (worst.state.startsWith('affected')) hit += 1;
  }
});
say(
  `one vulnerability against ${IMAGES} images, ${ASKED} asked: ${shown(asked)}; ${hit} images hit`,
);

say(isOver ? `over the budget of ${BUDGET_MS} ms` : `within the budget of ${BUDGET_MS} ms`);
if (isOver) process.exitCode = 1;
