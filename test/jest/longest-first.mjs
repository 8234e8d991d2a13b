import { relative } from 'node:path';
// Jest brings it.
import Sequencer from '@jest/test-sequencer';

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

/**
 * Starts suites in the order of how long they took, so that none that takes minutes is left for the end.
 * One that waits for what is built elsewhere delays nobody when it is the first.
 */
export default class LongestFirst extends Sequencer {
  /** Milliseconds, of the last run if there was one. */
  time(test) {
    const path = relative(test.context.config.rootDir, test.path);
    return super.time(test) ?? 1_000 * (knownSeconds[path] ?? 1);
  }
}
