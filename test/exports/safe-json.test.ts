import fc from 'fast-check';
import { safeJson, safeJsonInTurns } from '../../src/exports/safe-json.ts';

it('is the same text in turns as at once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue({ maxDepth: 7 }), async (value) => {
      expect(await safeJsonInTurns(value)).toBe(safeJson(value));
    }),
  );
  const left = { a: undefined, b: [undefined, { c: [] }], d: {}, e: [[], [{}, [null]]] };
  expect(await safeJsonInTurns(left)).toBe(safeJson(left));
});

it('lets waiting events run while it writes megabytes', async () => {
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 0);
  const results = Array.from({ length: 10_000 }, () => ({ text: 'x'.repeat(200) }));
  await safeJsonInTurns({ runs: [{ results }] });
  clearInterval(timer);

  expect(turns).toBeGreaterThan(3);
});
