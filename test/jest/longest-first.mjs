import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

const project = resolve(import.meta.dirname, '../..');
const folder = join(project, '.cache/test');
const file = join(folder, 'last-run.json');

/** Seconds that suites took among others on two cores, for a machine that has not run them yet. */
const knownSeconds = {
  'test/system/container-image.test.ts': 300,
  'test/system/surface.test.ts': 175,
  'test/system/verdicts.test.ts': 129,
  'test/system/watch.test.ts': 116,
  'test/system/ssh-connections.test.ts': 99,
  'test/system/truth/truth.test.ts': 75,
  'test/system/chat/alert-flood.test.ts': 74,
  'test/system/truth/mounts-and-ways.test.ts': 67,
  'test/system/kernel-probe-trouble.test.ts': 63,
  'test/system/playground.test.ts': 59,
  'test/system/schedule/four-hundred-days.test.ts': 56,
  'test/system/past.test.ts': 55,
};

const nameOf = (path) => relative(project, path);

/**
 * Starts suites that failed last, then all in the order of how long they took, so that none that takes
 * minutes is left for the end. That is kept beside the results of the tests.
 */
export default class LongestFirst {
  /** By the name of a suite, which has the same in each project: seconds, and whether it failed. */
  #last = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};

  sort(tests) {
    const seconds = ({ path }) =>
      this.#last[nameOf(path)]?.seconds ?? knownSeconds[nameOf(path)] ?? 0;
    return tests.toSorted(
      (a, b) => Number(this.#hasFailed(b)) - Number(this.#hasFailed(a)) || seconds(b) - seconds(a),
    );
  }

  /** For `--onlyFailures`. */
  allFailedTests(tests) {
    return this.sort(tests.filter((test) => this.#hasFailed(test)));
  }

  cacheResults(_tests, { testResults }) {
    const now = {};
    for (const { testFilePath, perfStats, numFailingTests, testExecError } of testResults) {
      const name = nameOf(testFilePath);
      const seconds = Math.max((perfStats.end - perfStats.start) / 1_000, now[name]?.seconds ?? 0);
      const isFailed =
        numFailingTests > 0 || Boolean(testExecError) || Boolean(now[name]?.isFailed);
      now[name] = { seconds, isFailed };
    }
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, JSON.stringify({ ...this.#last, ...now }));
  }

  #hasFailed({ path }) {
    return this.#last[nameOf(path)]?.isFailed === true;
  }
}
