import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bankNames } from '../../scripts/docs/asked-signs.ts';
import { calendarFor, loadRanker } from '../../src/ask/load-helpers.ts';
import { planQuestion } from '../../src/ask/plan-question.ts';
import type { Plan } from '../../src/ask/plan-request.ts';
import { commands, rules } from '../../src/programs/assemble.ts';

/** A question and the line that it means; null where none is to be run. */
export interface BankRow {
  question: string;
  line: string | null;
}

/** A Thursday at noon. */
export const thursday = Date.parse('2026-11-26T12:00:00Z');

/** The rows of a bank in `fixtures`: a question, a tab and its line; `#` begins a remark. */
export const readBank = (name: string): BankRow[] =>
  readFileSync(join(import.meta.dirname, 'fixtures', `${name}.tsv`), 'utf8')
    .split('\n')
    .filter((row) => row !== '' && !row.startsWith('#'))
    .map((row) => {
      const [question = '', line = ''] = row.split('\t');
      return { question, line: line === '' ? null : line };
    });

const ranker = loadRanker();

/** The plan of a question, for the names of the banks or others. */
export async function planOf(
  question: string,
  { names = bankNames, now = thursday, timezone = 'UTC' } = {},
): Promise<Plan> {
  const calendar = await calendarFor(question);
  const rank = await ranker;
  return planQuestion(question, { commands, rules, ...names, now, timezone, calendar, rank });
}

/** The line that a plan runs; null where it runs none. */
export const lineOf = (plan: Plan): string | null =>
  plan.kind === 'sure' ? plan.planned.line : null;

/** Lines that a person sees: the one that is run, or those to choose from. */
export function linesOf(plan: Plan): string[] {
  if (plan.kind === 'none') return [];
  return (plan.kind === 'sure' ? [plan.planned] : plan.planned).map(({ line }) => line);
}
