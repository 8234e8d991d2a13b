import { type GeneratedAlways, type Selectable, sql } from 'kysely';
import {
  type KeptQuestion,
  type MissedQuestions,
  QUESTION_KEPT_MAX,
} from '../ports/missed-questions.ts';
import { DAY_MS, isoTime } from '../shared/time.ts';
import { writeAudit } from './audit-rows.ts';
import type { Database } from './database.ts';
import { type Db, type Life, remove, type Tables } from './schema.ts';

declare module './schema.ts' {
  interface Tables {
    /** How many questions of a day were not understood. */
    missed_day: { key: string; count: number };
    /** Questions that were not understood, and that their askers wanted to be kept. */
    kept_question: {
      id: GeneratedAlways<number>;
      question: string;
      kept_by: string;
      kept_at: number;
    };
  }
}

const KEPT_DAYS = 90;
const KEPT_MAX = 2_000;
const KEPT_OF_PERSON_MAX = 50;

export const missedDayLife: Life = {
  until: `${KEPT_DAYS} days`,
  why: 'how many questions were not understood; a number alone',
  trims: [remove('missed_day', ({ now }) => sql`key < ${dayOf(now - KEPT_DAYS * DAY_MS)}`, 'key')],
};

export const keptQuestionLife: Life = {
  until: `${KEPT_DAYS} days, or until it is erased`,
  why: 'questions that their askers wanted to be kept',
  trims: [remove('kept_question', ({ now }) => sql`kept_at < ${now - KEPT_DAYS * DAY_MS}`)],
};

type By = Parameters<MissedQuestions['erase']>[1];

export function createMissesStore({ read, write, decide }: Database): MissedQuestions {
  return {
    count: (at) =>
      write(async (db) => {
        await db
          .insertInto('missed_day')
          .values({ key: dayOf(at), count: 1 })
          .onConflict((conflict) =>
            conflict.column('key').doUpdateSet((eb) => ({ count: eb('missed_day.count', '+', 1) })),
          )
          .execute();
      }),
    keep: (question, by) => decide((db) => keep(db, toOneLine(question), by)),
    erase: (id, by) => decide((db) => erase(db, id, by)),
    list: () => read(readAll),
  };
}

async function keep(db: Db, question: string, { actor, at }: By): Promise<KeptQuestion | 'full'> {
  const [before] = await kept(db)
    .where('kept_by', '=', actor.id)
    .where('question', '=', question)
    .execute();
  if (before !== undefined) return toKept(before);
  const { all, own } = await db
    .selectFrom('kept_question')
    .select((eb) => [
      eb.fn.countAll<number>().as('all'),
      eb.fn.countAll<number>().filterWhere('kept_by', '=', actor.id).as('own'),
    ])
    .executeTakeFirstOrThrow();
  if (Number(all) >= KEPT_MAX || Number(own) >= KEPT_OF_PERSON_MAX) return 'full';
  const row = await db
    .insertInto('kept_question')
    .values({ question, kept_by: actor.id, kept_at: at })
    // Pressed twice at once.
    .onConflict((conflict) => conflict.columns(['kept_by', 'question']).doUpdateSet({ question }))
    .returningAll()
    .executeTakeFirstOrThrow();
  await audit(db, row.id, 'ask keep', { actor, at });
  return toKept(row);
}

async function erase(db: Db, id: number, { actor, at, isOperator = false }: By): Promise<boolean> {
  let query = db.deleteFrom('kept_question').where('id', '=', id);
  if (!isOperator) query = query.where('kept_by', '=', actor.id);
  const { numDeletedRows } = await query.executeTakeFirstOrThrow();
  if (numDeletedRows === 0n) return false;
  await audit(db, id, 'ask forget', { actor, at });
  return true;
}

/** The text stands in no audit, where nobody could erase it. */
const audit = (
  db: Db,
  id: number,
  verb: 'ask keep' | 'ask forget',
  { actor, at }: By,
): Promise<void> =>
  writeAudit(db, { at, actor, verb, what: `question ${id}`, before: null, after: null });

async function readAll(db: Db): ReturnType<MissedQuestions['list']> {
  const rows = await kept(db).orderBy('id').execute();
  const { counted } = await db
    .selectFrom('missed_day')
    .select((eb) => eb.fn.sum<number | null>('count').as('counted'))
    .executeTakeFirstOrThrow();
  return { kept: rows.map(toKept), counted: Number(counted ?? 0) };
}

const kept = (db: Db) => db.selectFrom('kept_question').selectAll();

const toKept = ({ id, question, kept_at: at }: Selectable<Tables['kept_question']>) => ({
  id,
  question,
  at: isoTime(at),
});

const dayOf = (at: number): string => isoTime(at).slice(0, 10);

/** What a row of a bank can hold: no tab, no line, no `#` that would make a remark of it. */
const toOneLine = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replace(/^[\s#]+/, '')
    .slice(0, QUESTION_KEPT_MAX)
    .toWellFormed()
    .trim();
