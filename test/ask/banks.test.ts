import { type BankRow, lineOf, linesOf, planOf, readBank } from './read-bank.ts';

interface Outcome extends BankRow {
  got: string | null;
  offered: string[];
}

const outcomesOf = (rows: readonly BankRow[]): Promise<Outcome[]> =>
  Promise.all(
    rows.map(async (row) => {
      const plan = await planOf(row.question);
      return { ...row, got: lineOf(plan), offered: linesOf(plan) };
    }),
  );

const isRight = ({ got, line }: Outcome) => got === line;
const isWrong = ({ got, line }: Outcome) => got !== null && got !== line;
const isOffered = ({ offered, line }: Outcome) => line === null || offered.includes(line);

test.each(readBank('bank'))('$question', async ({ question, line }) => {
  expect(lineOf(await planOf(question))).toBe(line);
});

test('the questions that the grammar was tuned on', async () => {
  const missed = (await outcomesOf(readBank('own'))).filter((outcome) => !isRight(outcome));

  expect(missed.map(({ question, line, got }) => ({ question, line, got }))).toEqual([]);
});

test('the questions that it was not tuned on: 95 % right, 1 % wrong, 99 % to choose from', async () => {
  const outcomes = await outcomesOf(readBank('held-back'));
  const shareOf = (fits: (outcome: Outcome) => boolean) =>
    outcomes.filter(fits).length / outcomes.length;

  expect(shareOf(isRight)).toBeGreaterThanOrEqual(0.95);
  expect(shareOf(isWrong)).toBeLessThanOrEqual(0.01);
  expect(shareOf(isOffered)).toBeGreaterThanOrEqual(0.99);
});
