import type { HistoryStep } from '../../src/snapshot/facts/image.ts';
import { createHistoryMemory, historyBudget } from '../../src/snapshot/history-memory.ts';

const steps = (instruction: string): HistoryStep[] => [
  {
    ...{ createdAt: '', instruction, sizeBytes: 0, addsToRoot: false },
    ...{ packageIndex: 'untouched', programs: [], variables: [] },
  },
];

it('keeps the steps of each image, and equal ones once', () => {
  const memory = createHistoryMemory();
  const budget = historyBudget();
  const first = memory.keep('a 1', steps('RUN'), budget);
  expect(memory.keep('b 1', steps('RUN'), budget)).toBe(first);
  expect(memory.find('a 1')).toEqual(steps('RUN'));
  expect(memory.find('a 2')).toBeUndefined();
});

it('drops everything when it is full', () => {
  const memory = createHistoryMemory(300);
  const budget = historyBudget();
  memory.keep('a 1', steps('RUN'), budget);
  // What is known already takes no more room.
  for (let round = 0; round < 50; round += 1) memory.keep('a 1', steps('RUN'), budget);
  memory.keep('a 2', steps('COPY'), budget);
  expect(memory.find('a 1')).toEqual(steps('RUN'));
  memory.keep('a 3', steps('ADD'), budget);
  expect(['a 1', 'a 2', 'a 3'].map((key) => memory.find(key) !== undefined)).toEqual([
    false,
    false,
    true,
  ]);
});

it('keeps no more of a host than its budget, and nothing that is empty', () => {
  const memory = createHistoryMemory(1_000);
  const other = steps('RUN');
  memory.keep('a 1', other, historyBudget());
  const budget = { characters: 300 };
  for (let image = 0; image < 100; image += 1) {
    memory.keep(`b ${image}`, steps(`RUN ${image}`), budget);
  }
  expect(memory.find('a 1')).toEqual(other);
  expect(memory.find('b 1')).toEqual(steps('RUN 1'));
  expect(memory.keep('b 99', steps('RUN 99'), budget)).toEqual(steps('RUN 99'));
  expect(memory.find('b 99')).toBeUndefined();

  memory.keep('a 2', [], historyBudget());
  expect(memory.find('a 2')).toBeUndefined();
});
