import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

const project = resolve(import.meta.dirname, '../..');
const folder = join(project, '.cache/test');
const file = join(folder, 'last-run.json');

/** Seconds that suites took among others on two cores, for a machine that has not run them yet. */
const knownSeconds = {
  'test/system/container-image.test.ts': 300,
  'test/system/surface.test.ts': 175,
  'test/system/truth/truth.test.ts': 143,
  'test/system/verdicts.test.ts': 120,
  'test/system/package.test.ts': 100,
  'test/ask/banks.test.ts': 96,
  'test/system/queue/workers.test.ts': 82,
  'test/system/demo/demo.test.ts': 75,
  'test/system/kernel-probe-trouble.test.ts': 74,
  'test/system/reach.test.ts': 73,
  'test/system/ssh-connections.test.ts': 72,
  'test/system/truth/mounts-and-ways.test.ts': 70,
  'test/system/fleet/watchers.test.ts': 70,
  'test/system/hostile-scan.test.ts': 60,
  'test/system/chat/delivery-kill.test.ts': 60,
  'test/system/demo/playground.test.ts': 60,
  'test/system/watch/coverage.test.ts': 58,
  'test/system/watch.test.ts': 54,
  'test/system/schedule/four-hundred-days.test.ts': 48,
  'test/system/evidence-cases.test.ts': 45,
  'test/system/chat/digest-faults.test.ts': 45,
  'test/system/queue/two-bots.test.ts': 45,
  'test/system/import-rules.test.ts': 44,
  'test/system/store/move.test.ts': 43,
  'test/system/demo/page.test.ts': 43,
  'test/system/kill.test.ts': 42,
  'test/system/feeds-sync.test.ts': 40,
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
