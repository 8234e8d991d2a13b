import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import Runtime from 'jest-runtime';

const require = createRequire(import.meta.url);
let timesLoaded = 0;

/**
 * Loads a suite as Node itself would, instead of evaluating every module again in a sandbox for each
 * suite: a worker pays once for what its suites share. Suites stay apart because no module of this
 * project keeps state of its own; `test/architecture.test.ts` holds them to it.
 */
export default class NativeRuntime extends Runtime {
  async unstable_importModule(path) {
    timesLoaded += 1;
    // Another address each time, so that `--watch` sees what changed in the suite itself.
    return import(`${pathToFileURL(path).href}?${timesLoaded}`);
  }

  /** The framework keeps the state of one suite, so each suite gets its own copy. */
  requireInternalModule(path) {
    delete require.cache[path];
    return require(path);
  }
}
