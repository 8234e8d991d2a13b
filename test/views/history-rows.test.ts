import { answerDocument } from '../../src/views/answer.ts';
import type { HistoryAnswer } from '../../src/views/history.ts';
import { terminalText } from '../../src/views/terminal-text.ts';
import { hostileAnswers } from '../support/hostile-answers.ts';

const DAY = 86_400_000;

/** Rows of the table of one host, of points that are told by a number each. */
function rowsOf(
  numbers: readonly number[],
  changes: { new: number; fixed: number } | null = null,
): string[] {
  const { histories } = hostileAnswers.history;
  const [one] = histories;
  const point = one?.points[0];
  if (one === undefined || point === undefined || point === null) throw new Error('no point');
  const from = Date.parse('2026-11-01T00:00:00Z');
  const answer: HistoryAnswer = {
    ...hostileAnswers.history,
    stretches: numbers.map((_, at) => new Date(from + at * DAY).toISOString()),
    histories: [
      {
        host: 'web-1',
        firstReadAt: new Date(from).toISOString(),
        points: numbers.map((score) => ({ ...point, score, changes })),
      },
    ],
    fleet: numbers.map((score) => ({ ...point, score, changes: null })),
  };
  return terminalText(answerDocument(answer))
    .split('\n')
    .filter((line) => /^ {2}\d+ Nov/.test(line))
    .map((line) => line.trim().split(/ {2,}/)[0] ?? '');
}

test('days that follow each other and are alike are one row', () => {
  expect(rowsOf([58, 58, 58, 74, 58])).toEqual(['5 Nov', '4 Nov', '1 Nov to 3 Nov']);
});

test('days on which something came or was fixed have a row each, as each counts for itself', () => {
  expect(rowsOf([58, 58], { new: 1, fixed: 1 })).toEqual(['2 Nov', '1 Nov']);
  expect(rowsOf([58, 58], { new: 0, fixed: 0 })).toEqual(['1 Nov to 2 Nov']);
});
