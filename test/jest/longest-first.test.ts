import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const folder = mkdtempSync(join(tmpdir(), 'longest-first-'));
afterAll(() => rmSync(folder, { recursive: true }));

const path = join(folder, 'test/store/outbox.test.ts');
const suiteOf = (name: string) => ({ path, context: { config: { displayName: { name } } } });
const resultOf = (name: string, numFailingTests: number) => ({
  ...{ testFilePath: path, displayName: { name }, numFailingTests },
  perfStats: { start: 0, end: 1_000 },
});

test('what failed in one project stays failed, whatever came of it in the one beside', async () => {
  const copy = join(folder, 'test/jest/longest-first.mjs');
  mkdirSync(join(folder, 'test/jest'), { recursive: true });
  copyFileSync(join(import.meta.dirname, 'longest-first.mjs'), copy);
  const { default: LongestFirst } = await import(pathToFileURL(copy).href);
  const [one, beside] = [new LongestFirst(), new LongestFirst()];

  one.cacheResults([], { testResults: [resultOf('thorough', 1)] });
  beside.cacheResults([], { testResults: [resultOf('postgres', 0)] });

  const suites = [suiteOf('postgres'), suiteOf('thorough')];
  expect(new LongestFirst().allFailedTests(suites)).toEqual([suiteOf('thorough')]);
});
