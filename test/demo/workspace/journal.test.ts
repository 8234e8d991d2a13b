import { createJournal } from '../../../demo/workspace/journal.ts';

const callOf = (method: string) => ({ method, arguments: {}, answer: null, status: 200, at: 0 });

test('the oldest calls make room for bodies that are too much together', () => {
  const journal = createJournal();
  for (let count = 0; count < 1_000; count += 1)
    journal.addCall(callOf(`call-${count}`), 1_000_000);

  expect(journal.calls.length).toBeLessThanOrEqual(64);
  expect(journal.calls.at(-1)?.method).toBe('call-999');
  expect(journal.total()).toBe(1_000);
});

test('calls without a body are bounded as well, and what was wrong with them', () => {
  const journal = createJournal();
  for (let count = 0; count < 50_000; count += 1) journal.addCall(callOf('api.test'), 0);
  const detail = 'x'.repeat(100_000);
  for (let count = 0; count < 5_000; count += 1) {
    journal.addViolation({ kind: 'unknown-method', method: 'x', detail, at: 0 });
  }

  expect(journal.calls.length).toBeLessThanOrEqual(20_000);
  expect(journal.violations.length).toBeLessThanOrEqual(1_000);
  expect(journal.violations[0]?.detail.length).toBeLessThan(1_000);
});
