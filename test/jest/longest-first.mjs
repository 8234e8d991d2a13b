import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

const project = resolve(import.meta.dirname, '../..');
const folder = join(project, '.cache/test');
const file = join(folder, 'last-run.json');

/** Seconds that suites took among others on two cores with an empty `.cache`, for a machine that has not run them yet. */
const knownSeconds = {
  'test/system/container-image.test.ts': 176,
  'test/system/surface.test.ts': 98,
  'test/system/package.test.ts': 82,
  'test/system/truth/truth.test.ts': 78,
  'test/system/fleet/watchers.test.ts': 66,
  'test/system/chat/delivery-kill.test.ts': 60,
  'test/system/reach.test.ts': 58,
  'test/system/verdicts.test.ts': 54,
  'test/system/ssh-connections.test.ts': 54,
  'test/ask/banks.test.ts': 50,
  'test/system/chat/digest-faults.test.ts': 49,
  'test/system/truth/mounts-and-ways.test.ts': 45,
  'test/system/queue/workers.test.ts': 42,
  'test/system/kernel-probe-trouble.test.ts': 39,
  'test/system/queue/two-bots.test.ts': 36,
  'test/system/watch.test.ts': 34,
  'test/system/chat/slack-faults.test.ts': 34,
  'test/system/chat/outbox.test.ts': 32,
  'test/system/demo/playground.test.ts': 30,
  'test/system/chat/outbox-kill.test.ts': 29,
  'test/system/inventory.test.ts': 28,
  'test/alerts/tell-exposure.test.ts': 28,
  'test/system/chat/sockets.test.ts': 27,
  'test/system/podman.test.ts': 26,
  'test/system/exposure-told.test.ts': 26,
  'test/system/networks.test.ts': 25,
  'test/system/chat/held-database.test.ts': 24,
  'test/system/host-files.test.ts': 22,
  'test/system/engine/parser-pool.test.ts': 22,
  'test/system/socket-proxy.test.ts': 21,
  'test/system/links.test.ts': 21,
  'test/system/kernel-probe.test.ts': 21,
};

/** Of all others: what real parts are started for comes before what is pure, which fills the gaps at the end. */
const usualSeconds = (name) => (name.startsWith('test/system/') ? 8 : 1);

const readLast = () => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {});

const nameOf = (path) => relative(project, path);

/** A suite in one project: some run in two, each in a jest beside the other. */
const keyOf = (displayName, path) => `${displayName?.name} ${nameOf(path)}`;

/**
 * Starts suites that failed last, then all in the order of how long they took, so that none that takes
 * minutes is left for the end. That is kept beside the results of the tests.
 */
export default class LongestFirst {
  /** By `keyOf`: seconds, and whether it failed. */
  #last = readLast();

  sort(tests) {
    const seconds = (test) => {
      const name = nameOf(test.path);
      return this.#lastOf(test)?.seconds ?? knownSeconds[name] ?? usualSeconds(name);
    };
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
    for (const { testFilePath, displayName, perfStats, ...result } of testResults) {
      now[keyOf(displayName, testFilePath)] = {
        seconds: (perfStats.end - perfStats.start) / 1_000,
        isFailed: result.numFailingTests > 0 || Boolean(result.testExecError),
      };
    }
    mkdirSync(folder, { recursive: true });
    // Another jest may have ended meanwhile, or read it now.
    const written = `${file}.${process.pid}`;
    writeFileSync(written, JSON.stringify({ ...readLast(), ...now }));
    renameSync(written, file);
  }

  #lastOf({ context, path }) {
    return this.#last[keyOf(context.config.displayName, path)];
  }

  #hasFailed(test) {
    return this.#lastOf(test)?.isFailed === true;
  }
}
