import type { HistoryStep } from '../../src/snapshot/facts/image.ts';
import { createHistoryMemory } from '../../src/snapshot/history-memory.ts';

const steps = (instruction: string): HistoryStep[] => [
  {
    ...{ createdAt: '', instruction, sizeBytes: 0, addsToRoot: false },
    ...{ packageIndex: 'untouched', programs: [], variables: [] },
  },
];

it('keeps the steps of each image, and equal ones once', () => {
  const memory = createHistoryMemory();
  const first = memory.keep('a 1', steps('RUN'));
  expect(memory.keep('b 1', steps('RUN'))).toBe(first);
  expect(memory.find('a 1')).toEqual(steps('RUN'));
  expect(memory.find('a 2')).toBeUndefined();
});

it('drops everything when it is full, and keeps nothing that has no room alone', () => {
  const memory = createHistoryMemory(300);
  memory.keep('a 1', steps('RUN'));
  memory.keep('a 2', steps('COPY'));
  memory.keep('a 3', steps('ADD'));
  expect(['a 1', 'a 2', 'a 3'].map((key) => memory.find(key) !== undefined)).toEqual([
    false,
    false,
    true,
  ]);
  expect(memory.keep('a 4', steps('X'.repeat(500)))).toEqual(steps('X'.repeat(500)));
  expect(memory.find('a 4')).toBeUndefined();
});
