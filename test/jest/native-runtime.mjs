import { createRequire, flushCompileCache } from 'node:module';
import { pathToFileURL } from 'node:url';
import Runtime from 'jest-runtime';

const require = createRequire(import.meta.url);
/** By the path of a suite. */
const timesLoaded = new Map();

/**
 * Loads a suite as Node itself would, instead of evaluating every module again in a sandbox for each
 * suite: a worker pays once for what its suites share. Suites stay apart because no module of this
 * project keeps state of its own; `test/architecture.test.ts` holds them to it.
 */
export default class NativeRuntime extends Runtime {
  async unstable_importModule(path) {
    const before = timesLoaded.get(path) ?? 0;
    timesLoaded.set(path, before + 1);
    // Another address the next time, so that `--watch` sees what changed in the suite itself. The first is alike in
    // each run: Node finds again what it made of the suite.
    const suite = await import(`${pathToFileURL(path).href}${before === 0 ? '' : `?${before}`}`);
    // What this worker made of the sources is there for the programs that the suite starts and kills, which never
    // keep any themselves, and does not wait for the end of this worker, which is that of the run.
    flushCompileCache();
    return suite;
  }

  /** The framework keeps the state of one suite, so each suite gets its own copy. */
  requireInternalModule(path) {
    delete require.cache[path];
    return require(path);
  }
}
