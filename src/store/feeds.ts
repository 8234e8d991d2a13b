import type { Selectable, Updateable } from 'kysely';
import { isOfOneRecord } from '../exposure/feed-covers.ts';
import { ecosystemsOf } from '../exposure/programs.ts';
import { isOfStatements } from '../exposure/vex-statement.ts';
import type { Clock } from '../ports/clock.ts';
import type { FeedLoad, FeedRow, FeedState, FeedStore } from '../ports/feed-store.ts';
import { UserError } from '../shared/errors.ts';
import { clamp, counted } from '../shared/text.ts';
import { isoTime } from '../shared/time.ts';
import type { OsRelease } from '../snapshot/facts/packages.ts';
import {
  readKnownOf,
  readKnownOfEach,
  readRecordsAbout,
  readSeveritiesOf,
} from './advisory-packages.ts';
import { readRecordsOf } from './advisory-rows.ts';
import type { FeedTable } from './advisory-tables.ts';
import { CHUNK_ROWS } from './chunks.ts';
import type { Database } from './database.ts';
import {
  beginFeed,
  FAILURE_CHARACTERS,
  insertRows,
  OF_FILE,
  type OfGeneration,
  orNothing,
  readHolders,
  removeRows,
  toState,
} from './feed-rows.ts';
import { programOf } from './filesystem-rows.ts';
import { systemOf } from './inventory-rows.ts';
import type { Db } from './schema.ts';
import { listStatements, readNamedAmong, readStatementsOf } from './statement-rows.ts';

export function createFeedsStore(database: Database, now: Clock): FeedStore {
  const { read, write, single } = database;
  return {
    list: () =>
      single(async (db) => {
        const rows = await db
          .selectFrom('feed')
          .selectAll()
          // One that was forgotten is none, unless it could not be taken since.
          .where((eb) =>
            eb.or([
              eb('generation', '>', 0),
              eb('revision', '=', 0),
              eb('failure', 'is not', null),
            ]),
          )
          .orderBy('source')
          .execute();
        return rows.map(toState);
      }),
    async replace(load) {
      try {
        return await replace(database, load, now);
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        await write((db) => noteFailure(db, load.source, clamp(text, FAILURE_CHARACTERS), now()));
        throw error;
      }
    },
    forget: (source) => write((db) => forget(db, source)),
    recordsAbout: (asked) => read((db) => readRecordsAbout(db, asked)),
    knownOfEach: (ids) => read((db) => readKnownOfEach(db, ids)),
    severitiesOf: (ids) => read((db) => readSeveritiesOf(db, ids)),
    listHolders: () => read(readHolders),
    listReleases: () => read(readReleases),
    listLanguages: () => read(readLanguages),
    recordsOf: (id) => read((db) => readRecordsOf(db, id)),
    statementsOf: (ids) => read((db) => readStatementsOf(db, ids)),
    listStatements: (limit) => read((db) => listStatements(db, limit)),
    namedAmong: (ids) => read((db) => readNamedAmong(db, ids)),
    knownOf: (ids) => read((db) => readKnownOf(db, ids)),
  };
}

async function readReleases(db: Db): Promise<OsRelease[]> {
  const rows = await db
    .selectFrom('inventory')
    .select(['os_id', 'os_version', 'os_name'])
    .distinct()
    .execute();
  return rows.flatMap((row) => systemOf(row) ?? []);
}

async function readLanguages(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('component')
    .select(['ecosystem', programOf])
    .distinct()
    .execute();
  return [...new Set(rows.flatMap((one) => ecosystemsOf(one.ecosystem, one.program)))].sort();
}

async function replace(database: Database, load: FeedLoad, now: Clock): Promise<FeedState> {
  const { write } = database;
  if (load.isPart) await refuseUnread(database, load);
  const next = await write((db) => beginFeed(db, load.source));
  await removeRows(write, next);
  return orNothing(write, next, async () => {
    const state = await takeRows(write, next, load, now);
    await removeRows(write, next);
    return state;
  });
}

/** Throws `UserError` for a part where all is there, before more than a row of it was read. */
async function refuseUnread({ read }: Database, { source, rows }: FeedLoad): Promise<void> {
  const before = await read((db) =>
    db.selectFrom('feed').selectAll().where('source', '=', source).executeTakeFirst(),
  );
  if (before === undefined || !isWholeThere(before)) return;
  // What was begun closes its file, and what was not never opened one.
  const reading = rows[Symbol.asyncIterator]();
  await reading.next();
  await reading.return?.();
  throw partOf(before);
}

/** Writes all rows under the generation, and switches to it. */
async function takeRows(
  write: Database['write'],
  next: OfGeneration,
  load: FeedLoad,
  now: Clock,
): Promise<FeedState> {
  const { source, rows, mark, isPart = false, mayShrink = false } = load;
  const ecosystems = new Set<string>();
  let records = 0;
  let chunk: FeedRow[] = [];
  const store = async () => {
    const full = chunk;
    chunk = [];
    await write((db) => insertRows(db, next, full));
  };
  for await (const row of rows) {
    records += 1;
    if (row.kind === 'advisory') {
      for (const { ecosystem } of row.record.affected) ecosystems.add(ecosystem);
    }
    if (chunk.push(row) === CHUNK_ROWS) await store();
  }
  await store();
  if (records === 0) throw new UserError(`The feed ${source} has nothing that Seawall knows.`);
  const age = ageOf(load, now());
  return write((db) =>
    switchFeed(
      db,
      { ...next, mayShrink, isPart, isFile: mark === undefined, isDated: load.asOf() !== null },
      {
        ...age,
        loaded_at: now(),
        records,
        ecosystems_json: JSON.stringify([...ecosystems].sort()),
        fetched_json: isPart ? null : JSON.stringify(mark ?? OF_FILE),
      },
    ),
  );
}

/** Of these contents alone: what was said of those before is not said of them. */
function ageOf({ asOf, fetchedAt, fileAt }: FeedLoad, now: number): OfAge {
  const confirmedAt = fetchedAt === undefined ? null : Date.parse(fetchedAt);
  // Who says when it was fetched knows more than the time of a copy.
  const copiedAt = fileAt === undefined ? null : (confirmedAt ?? Math.min(Date.parse(fileAt), now));
  const newest = asOf();
  return { as_of: newest === null ? copiedAt : Date.parse(newest), confirmed_at: confirmedAt };
}

type OfAge = Pick<Selectable<FeedTable>, 'as_of' | 'confirmed_at'>;

/** No feed of so many records lost nine in ten of them from one time to the next. */
const MANY = 1_000;
const SHARE_MIN = 0.1;

async function switchFeed(
  db: Db,
  taken: OfGeneration & Record<'mayShrink' | 'isPart' | 'isFile' | 'isDated', boolean>,
  values: OfAge & { records: number } & Updateable<FeedTable>,
): Promise<FeedState> {
  const { feed_id: id, generation, mayShrink, isPart } = taken;
  const before = await db
    .selectFrom('feed')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  if (before.taking !== generation) {
    throw new UserError(`The feed ${before.source} was taken by somebody else meanwhile.`);
  }
  // The newest record of a part says nothing of how old the rest is.
  if (isPart || !toState(before).isPart) refuseOlder(before, values, taken);
  refusePart(before, { records: values.records, isPart, mayShrink });
  const row = await db
    .updateTable('feed')
    .set({
      ...values,
      is_part: isPart ? 1 : 0,
      generation,
      revision: before.revision + 1,
      failed_at: null,
      failure: null,
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return toState(row);
}

/** Throws `UserError` for what is older than what is there, by its newest record, or by when it was fetched as somebody says. */
function refuseOlder(
  before: Selectable<FeedTable>,
  { as_of: asOf, confirmed_at: confirmedAt }: OfAge,
  { isFile, isDated }: { isFile: boolean; isDated: boolean },
): void {
  const refuse = (at: number | null, beforeAt: number | null, more: string) => {
    if (at === null || beforeAt === null || at >= beforeAt) return;
    throw new UserError(
      `The feed ${before.source} of ${isoTime(at)} is older than what is there, of ${isoTime(beforeAt)}.`,
      { hint: `What is there stays.${more}` },
    );
  };
  const times = [before.as_of, before.confirmed_at].filter((at) => at !== null);
  // A file in which nothing has a date is compared with all that is known of the other.
  refuse(asOf, isDated ? (times[0] ?? null) : Math.max(...times), '');
  const dated = ' Without --fetched a file counts by its newest record.';
  // A clock that was set back stops nobody who fetches.
  if (isFile) refuse(confirmedAt, before.confirmed_at, dated);
}

/** Throws `UserError` for what has hardly anything of what is there, and for a part where all of it is there. */
function refusePart(
  before: Selectable<FeedTable>,
  { records, isPart, mayShrink }: { records: number; isPart: boolean; mayShrink: boolean },
): void {
  const { source } = before;
  // Whoever makes statements takes them back by leaving them out.
  const isLess =
    before.records >= MANY && records < before.records * SHARE_MIN && !isOfStatements({ source });
  if (isPart && isWholeThere(before)) throw partOf(before);
  if (isLess && !mayShrink) {
    throw new UserError(
      `The feed ${source} has ${counted(records, 'record')}, and what is there ${before.records}: it is not all of it.`,
      {
        hint: 'What is there stays. If its publisher really has no more, `seawall feeds import <file> --whole --shrunk` takes it.',
      },
    );
  }
}

const isWholeThere = (feed: Selectable<FeedTable>): boolean =>
  feed.generation > 0 && !toState(feed).isPart && !isOfOneRecord(feed);

const partOf = ({ source, records }: Selectable<FeedTable>): UserError =>
  new UserError(
    `All of the feed ${source} is there, ${counted(records, 'record')}; of what comes nobody says that it is all of it.`,
    {
      hint: 'What is there stays. One record in a file is a feed of its own. A file as its publisher has it (OSV’s all.zip) is taken by `seawall feeds import <file> --whole`.',
    },
  );

/** The row stays, with its revision: whoever matched what it had finds that it has changed. */
async function forget(db: Db, source: string): Promise<void> {
  const next = await db
    .updateTable('feed')
    .set((eb) => ({
      ...{ generation: 0, taking: eb('taking', '+', 1), revision: eb('revision', '+', 1) },
      ...{ records: 0, ecosystems_json: '[]', is_part: 0, fetched_json: null },
      ...{ as_of: null, loaded_at: null, confirmed_at: null, tried_at: null },
      ...{ failed_at: null, failure: null },
    }))
    .where('source', '=', source)
    .where('generation', '>', 0)
    .returning(['id as feed_id', 'taking as generation'])
    .executeTakeFirst();
  if (next !== undefined) await removeRows((work) => work(db), next);
}

async function noteFailure(db: Db, source: string, failure: string, at: number): Promise<void> {
  await db
    .updateTable('feed')
    .set({ failed_at: at, failure })
    .where('source', '=', source)
    .execute();
}
