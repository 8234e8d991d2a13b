import { answerDocument } from '../../src/views/answer.ts';
import type { AskAnswer } from '../../src/views/ask.ts';
import { terminalText } from '../../src/views/terminal-text.ts';

const shown = (difference: Partial<AskAnswer>): string =>
  terminalText(
    answerDocument({
      ...{ kind: 'ask', takenAt: '2026-01-02T00:00:00.000Z', question: 'a question', lines: [] },
      ...{ asks: 'choose', missing: null, keep: null, topics: [], next: [] },
      ...difference,
    }),
  ).replace(/\s+/g, ' ');
const linesOf = (...lines: string[]) =>
  lines.map((line) => ({ line, ignored: [], summary: 'Show what it shows' }));

test('one line is offered as one, and several as several', () => {
  expect(shown({ lines: linesOf('status') })).toContain('Do you mean this?');
  expect(shown({ lines: linesOf('status', 'hosts') })).toContain('Do you mean one of these?');
});

test('each line that it may mean stands beside what it does', () => {
  const line = { line: 'reach db', ignored: ['who'], summary: 'Show what a program can reach' };

  expect(shown({ lines: [line] })).toContain(
    'reach db – Show what a program can reach · ignored: who',
  );
});

test('a time that has an end is said to be none of a line', () => {
  const line = { line: 'diff since 1d', ignored: ['until 14:00'], summary: 'Show changes' };

  expect(shown({ lines: [line] })).toContain('No line ends in the past');
  expect(shown({ lines: linesOf('diff') })).not.toContain('in the past');
});

test('who asks for one alert is told what alerts tell, and what ends it', () => {
  const line = 'alerts on on web-1';
  const ofOne = shown({ asks: 'confirm', lines: [{ line, ignored: ['down'], summary: '' }] });
  const ofAll = shown({ asks: 'confirm', lines: linesOf(line) });

  for (const told of [ofOne, ofAll]) {
    expect(told).toContain('It sends this channel all alerts of that severity and worse');
    expect(told).toContain('alerts off ends it');
  }
  expect(ofOne).toContain('not only the one that you asked for');
  expect(ofAll).not.toContain('not only');
  expect(shown({ asks: 'confirm', lines: linesOf('digest off') })).not.toContain('all alerts');
});

test('thanks are answered with what can be asked', () => {
  expect(shown({ asks: 'nothing' })).toContain('Nothing was asked');
});
