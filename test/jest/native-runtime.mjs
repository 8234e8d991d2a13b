import { readFileSync } from 'node:fs';
import { createRequire, flushCompileCache } from 'node:module';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compileFunction } from 'node:vm';
import Runtime from 'jest-runtime';

/** What a module of CommonJS is called with. */
const NAMES = ['exports', 'require', 'module', '__filename', '__dirname'];
/** Modules of the framework as functions, by their paths. */
const compiled = new Map();
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
    const loaded = { exports: {} };
    const read =
      compiled.get(path) ?? compileFunction(readFileSync(path, 'utf8'), NAMES, { filename: path });
    compiled.set(path, read);
    read(loaded.exports, createRequire(path), loaded, path, dirname(path));
    const { initialize } = loaded.exports;
    if (initialize === undefined) return loaded.exports;
    // A message for each test when it starts and ends goes to nobody: all are told with the suite.
    return {
      ...loaded.exports,
      initialize: (given) => initialize({ ...given, sendMessageToJest: null }),
    };
  }
}
