import type { Insertable, Kysely } from 'kysely';
import * as migrations from '../../migrations/index.ts';
import type { CurrentFinding } from '../../src/findings/result.ts';
import type { ObservedContainer, ScanRecord } from '../../src/ports/scan-record.ts';
import type { HostPosture } from '../../src/posture/assess-host.ts';
import { gradeOf } from '../../src/posture/score.ts';
import { allRules } from '../../src/rules/all-rules.ts';
import { severities } from '../../src/rules/rule.ts';
import { read } from '../../src/shared/reading.ts';
import { isoTime } from '../../src/shared/time.ts';
import { contentColumns, contentHash } from '../../src/store/container-rows.ts';
import { openDatabase } from '../../src/store/database.ts';
import { keepInventories } from '../../src/store/inventory-rows.ts';
import { migrateToLatest } from '../../src/store/migrate.ts';
import { columnsOf } from '../../src/store/posture-rows.ts';
import type { Tables } from '../../src/store/schema.ts';
import { exampleScan } from './busy-team.ts';
import { currentFinding } from './scan-records.ts';

/** A fleet and its past, one scan of each host a day. */
export interface Fleet {
  hosts: number;
  days: number;
  /** Time of the newest scans, epoch milliseconds. */
  now: number;
  /** Containers that run on each host; ten when left out. */
  running?: number;
  /** Images in use, each with a hundred packages; 400 when left out. */
  images?: number;
}

const DAY = 86_400_000;
const HOUR = 3_600_000;
/** Of each host: containers that run, and those that were replaced in 90 days. */
export const RUNNING = 10;
const REPLACED = 26.5;
/** Images that are in use unless another number is given, and what is installed in each. */
const IMAGES = 400;
const PACKAGES = 100;
/** Every so many days the posture of a host is another one. */
const POSTURE_DAYS = 10;
/** Hosts written in one transaction. */
const BATCH = 25;
const ROWS = 250;

const rulesOf = (kind: string) => allRules.filter(({ subject }) => subject === kind);
const ofContainers = rulesOf('container');
const ofHosts = [...rulesOf('engine'), ...rulesOf('host')];

/** Name of a host of the fleet; the first one is number 0. */
export const hostName = (index: number): string => `web-${String(index).padStart(4, '0')}`;

/** The scan of a host by which it is as it was seeded: storing it again changes no finding and no container. */
export type SeededScan = (host: number, at: number) => ScanRecord;

/**
 * Fills a database, which is made when it is missing, with a fleet as its scans would have left it: rows are
 * inserted directly, columns that hold content are those that the store makes. For 1,000 hosts and 90 days:
 * 10,000 containers run, 36,500 rows of containers, 65,000 of findings, 90,000 scans.
 */
export async function seedFleet(url: string, fleet: Fleet): Promise<SeededScan> {
  const example = await exampleScan();
  const database = await openDatabase(url, () => fleet.now);
  try {
    await migrateToLatest(database.db, migrations);
    const images = imagesOf(example, fleet.images);
    const surfaceOf = await keepInventories(database, fleet.now, images, () => true);
    const seeded: Seeded = { example, images, surfaceOf };
    for (let first = 0; first < fleet.hosts; first += BATCH) {
      await database.write((batch) => seedHosts(batch, fleet, seeded, first));
    }
    return (host, at) => ({
      ...example,
      ...{ id: `again-${host}-${at}`, host: hostName(host) },
      ...{ startedAt: isoTime(at), finishedAt: isoTime(at + 5_000) },
      findings: findingsOf(host, fleet.running),
      undecided: undecidedOf(host),
      containers: Array.from({ length: fleet.running ?? RUNNING }, (_, service) =>
        containerOf(images, host, service, 0),
      ),
    });
  } finally {
    await database.close();
  }
}

interface Seeded {
  example: ScanRecord;
  images: readonly ObservedContainer[];
  surfaceOf: Awaited<ReturnType<typeof keepInventories>>;
}

/** One container of each image. A tenth of the packages differs from image to image. */
function imagesOf({ containers }: ScanRecord, count = IMAGES): ObservedContainer[] {
  const [container] = containers ?? [];
  if (container === undefined) throw new Error('the example has no container');
  return Array.from({ length: count }, (_, image) => ({
    ...container,
    facets: image % 7 === 0 ? ['root', 'privileged'] : ['root'],
    facts: { ...container.facts, imageReference: `shop/service-${image}:1.${image % 30}` },
    surface: {
      ports: read([]),
      processes: read({ count: 3, source: 'top' as const }),
      installed: read({ inventory: inventoryOf(image), isOwn: false }),
      setUid: read({ count: 9, rootCount: 7, isWhole: true }),
    },
  }));
}

const inventoryOf = (image: number) => ({
  manager: 'dpkg' as const,
  operatingSystem: { id: 'debian', versionId: '13', prettyName: 'Debian GNU/Linux 13 (trixie)' },
  packages: Array.from({ length: PACKAGES }, (_, index) => ({
    name: index === 0 ? 'openssl' : `package-${index}`,
    version: index % 10 === 0 ? `1.${image % 60}` : '1.0',
    architecture: 'amd64',
    sourceName: index === 0 ? 'openssl' : `source-${index}`,
    sourceVersion: index % 10 === 0 ? `1.${image % 60}` : '1.0',
  })),
});

/** A container of a service; `age` counts those that it followed, 0 is the one that runs. */
function containerOf(
  images: readonly ObservedContainer[],
  host: number,
  service: number,
  age: number,
): ObservedContainer {
  const of = images[(host * 7 + service * 13 + age * 31) % images.length];
  if (of === undefined) throw new Error('there is no image');
  const id = `${host.toString(16).padStart(6, '0')}${service}${age}`.padStart(64, 'c');
  const imageId = `sha256:${of.facts.imageReference.replace(/\D/g, '').padStart(64, '1')}`;
  return { ...of, facts: { ...of.facts, id, imageId, name: `shop-service-${service}-1` } };
}

const ruleAt = (rules: typeof ofContainers, index: number) => {
  const rule = rules[index % rules.length];
  if (rule === undefined) throw new Error('there is no rule');
  return rule;
};

function finding(host: number, index: number, running = RUNNING): CurrentFinding {
  const service = index % running;
  const kind = Math.floor(index / running);
  const isOfContainer = kind < 5 || index >= 60;
  const rule = isOfContainer
    ? ruleAt(ofContainers, kind * 11 + (host % 5))
    : ruleAt(ofHosts, index + host);
  const subjectKey = isOfContainer ? `shop/service-${service}` : rule.subject;
  return currentFinding({
    ...{ rule: rule.id, severity: rule.severity, subjectKind: rule.subject, subjectKey },
    subjects: [isOfContainer ? `shop-service-${service}-1` : rule.subject],
    message: `${subjectKey} ${rule.title.toLowerCase()}: it does not`,
  });
}

/** 53 or 54 findings: five of each container, the others of the host. */
const findingsOf = (host: number, running = RUNNING): CurrentFinding[] =>
  Array.from({ length: 5 * running + (host % 5 < 3 ? 4 : 3) }, (_, index) =>
    finding(host, index, running),
  );

const undecidedOf = (host: number): ScanRecord['undecided'] =>
  Array.from({ length: 2 }, (_, index) => ({
    rule: ruleAt(ofContainers, 5 + index + (host % 3)).id,
    subjectKind: 'container' as const,
    subjectKey: `shop/service-${index}`,
    reason: 'the engine did not answer in time',
  }));

/** Each hundredth host does not answer since two days. */
export const isAway = (host: number): boolean => host % 100 === 99;

async function seedHosts(
  db: Kysely<Tables>,
  fleet: Fleet,
  seeded: Seeded,
  first: number,
): Promise<void> {
  const indexes = Array.from(
    { length: Math.min(BATCH, fleet.hosts - first) },
    (_, offset) => first + offset,
  );
  const ids = new Map<number, number>();
  for (const host of indexes) {
    const { id } = await db
      .insertInto('host')
      .values({ name: hostName(host), engine_id: `engine-${host}` })
      .returning('id')
      .executeTakeFirstOrThrow();
    ids.set(host, id);
  }
  const each = <Row>(rowsOf: (host: number, id: number) => Row[]): Row[] =>
    [...ids].flatMap(([host, id]) => rowsOf(host, id));
  const insert = async <Table extends keyof Tables>(
    table: Table,
    rows: Insertable<Tables[Table]>[],
  ) => {
    for (let start = 0; start < rows.length; start += ROWS) {
      await db
        .insertInto(table)
        .values(rows.slice(start, start + ROWS) as never)
        .execute();
    }
  };
  await insert(
    'container',
    each((host, id) => containerRows(fleet, seeded, host, id)),
  );
  await insert(
    'finding',
    each((host, id) => findingRows(fleet, host, id)),
  );
  await insert('undecided', each(undecidedRows(fleet)));
  await insert('acceptance', each(acceptanceRows(fleet)));
  await insert(
    'scan',
    each((host, id) => scanRows(fleet, seeded.example.posture, host, id)),
  );
  await summarize(db, [...ids.values()]);
}

/** A scan a day, each host at a minute of its own. */
const scanAt = ({ now }: Fleet, host: number, ago: number): number =>
  now - ago * DAY - (host % 60) * 60_000;

function containerRows(fleet: Fleet, { images, surfaceOf }: Seeded, host: number, id: number) {
  const { running = RUNNING } = fleet;
  const replaced =
    Math.floor(((REPLACED * fleet.days) / 90) * (host + 1)) -
    Math.floor(((REPLACED * fleet.days) / 90) * host);
  const generations = Array.from(
    { length: running },
    (_, service) => Math.floor(replaced / running) + (service < replaced % running ? 1 : 0),
  );
  return generations.flatMap((generation, service) =>
    Array.from({ length: generation + 1 }, (_, index) => {
      const age = generation - index;
      const container = containerOf(images, host, service, age);
      const columns = surfaceOf(container);
      const length = Math.floor(fleet.days / (generation + 1));
      const opened = scanAt(fleet, host, age === generation ? fleet.days - 1 : (age + 1) * length);
      const closed = age === 0 ? null : scanAt(fleet, host, age * length);
      return {
        host_id: id,
        // Nobody compares a container that is gone with anything.
        ...contentColumns(container, columns, age === 0 ? contentHash(container, columns) : ''),
        first_seen: opened,
        opened_at: opened,
        last_seen: closed === null ? null : closed - DAY,
        closed_at: closed,
        is_gone: closed === null ? 0 : 1,
      };
    }),
  );
}

function findingRows(fleet: Fleet, host: number, id: number) {
  const open = findingsOf(host, fleet.running).map((one, index) => ({
    one,
    from: index % fleet.days,
    to: -1,
  }));
  const gone = Array.from({ length: host % 2 === 0 ? 11 : 12 }, (_, index) => {
    const from = (index * 7 + host) % fleet.days;
    return { one: finding(host, 60 + index), from, to: Math.floor(from / 2) };
  });
  return [...gone, ...open].map(({ one, from, to }) => {
    const opened = scanAt(fleet, host, from);
    const closed = to < 0 ? null : scanAt(fleet, host, to);
    return {
      host_id: id,
      fingerprint: one.fingerprint,
      rule_id: one.rule,
      severity: severities.indexOf(one.severity) + 1,
      subject_kind: one.subjectKind,
      subject_key: one.subjectKey,
      message: one.message,
      subjects_json: JSON.stringify(one.subjects),
      evidence_json: JSON.stringify(one.evidence),
      first_seen: opened,
      opened_at: opened,
      changed_at: null,
      last_seen: closed === null ? null : closed - HOUR,
      closed_at: closed,
    };
  });
}

const undecidedRows = (fleet: Fleet) => (host: number, id: number) =>
  undecidedOf(host).map((one) => ({
    host_id: id,
    rule_id: one.rule,
    subject_kind: one.subjectKind,
    subject_key: one.subjectKey,
    reason: one.reason,
    first_seen: scanAt(fleet, host, 5),
    closed_at: null,
  }));

/** Each fifth host has one in force and one that ran out. */
const acceptanceRows = (fleet: Fleet) => (host: number, id: number) =>
  host % 5 > 0
    ? []
    : [1, 2].map((index) => {
        const one = finding(host, index);
        return {
          host_id: id,
          fingerprint: one.fingerprint,
          rule_id: one.rule,
          severity: severities.indexOf(one.severity) + 1,
          subject_kind: one.subjectKind,
          subject_key: one.subjectKey,
          binding_json: JSON.stringify([
            { name: 'evidence', values: ['HostConfig.Privileged = true'] },
          ]),
          reason: 'replaced in the next release',
          made_at: fleet.now - 60 * DAY,
          made_by: 'alice',
          until_at: fleet.now + (index === 1 ? 30 : -3) * DAY,
          ended_at: null,
          ended_by: null,
          ended_kind: null,
          ended_why: null,
        };
      });

function scanRows(fleet: Fleet, posture: HostPosture, host: number, id: number) {
  const counts = { open_low: 0, open_medium: 0, open_high: 0, open_critical: 0 };
  for (const { severity } of findingsOf(host, fleet.running)) counts[`open_${severity}`] += 1;
  return Array.from({ length: fleet.days }, (_, index) => {
    const ago = fleet.days - 1 - index;
    const at = scanAt(fleet, host, ago);
    const isGood = !(isAway(host) && ago < 2);
    const score = 40 + ((host * 13 + Math.floor(index / POSTURE_DAYS) * 3) % 60);
    const isNew = index % POSTURE_DAYS === 0;
    return {
      uid: `${hostName(host)}-${index}`,
      host_id: id,
      ...{ started_at: at, finished_at: at + 5_000, seen_at: at },
      is_good: isGood ? 1 : 0,
      engine_id: isGood ? `engine-${host}` : null,
      engine_version: isGood ? '28.3.2' : null,
      api_version: isGood ? '1.51' : null,
      ...{ answered: 400, unknown: 2, not_applicable: 30, total: 432 },
      unread_sections_json: JSON.stringify(
        isGood ? [] : [{ section: 'engine', reason: 'connection refused' }],
      ),
      ...(isNew
        ? columnsOf({ ...posture, score, grade: gradeOf(score) })
        : { posture_json: null, score: null, grade: null }),
      ...counts,
    };
  });
}

/** What `host_summary` says is what the newest scans say. */
async function summarize(db: Kysely<Tables>, ids: readonly number[]): Promise<void> {
  await db
    .insertInto('host_summary')
    .columns(['host_id', 'last_scan_id', 'last_good_scan_id', ...openColumns])
    .expression((eb) =>
      eb
        .selectFrom('scan as last')
        .select((each) => [
          'last.host_id',
          'last.id',
          each
            .selectFrom('scan as good')
            .select((one) => one.fn.max('good.id').as('id'))
            .whereRef('good.host_id', '=', 'last.host_id')
            .where('good.is_good', '=', 1)
            .as('good_id'),
          ...openColumns.map((column) => `last.${column}` as const),
        ])
        .where('last.id', 'in', (one) =>
          one
            .selectFrom('scan')
            .select((each) => each.fn.max('scan.id').as('id'))
            .where('scan.host_id', 'in', ids)
            .groupBy('scan.host_id'),
        ),
    )
    .execute();
}

const openColumns = ['open_low', 'open_medium', 'open_high', 'open_critical'] as const;
