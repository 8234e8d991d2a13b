import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';
import { env } from 'node:process';
import { clearTimeout, setTimeout } from 'node:timers';
import NodeEnvironment from 'jest-environment-node';
import { secondsTaken } from './processor-time.ts';

/** Where jest-circus keeps who listens to it; a new copy of it would find the listeners of the last suite. */
const EVENT_HANDLERS = Symbol.for('EVENT_HANDLERS');
/** What `test/support/temporary-database.ts` makes. */
const DATABASE = Symbol.for('seawall.database');
/** What `test/support/known.ts` says when a test fails. */
const KNOWN = Symbol.for('seawall.known');
/** What `test/support/lent-database.ts` has to end with this worker. */
const AT_END = Symbol.for('seawall.at-end');
/** A worker that has no other suite by then has had its last. */
const LAST_SUITE_MS = 300;

/** The worker's own globals for each of its suites, put back as they were when a suite ends. */
export default class NativeEnvironment {
  /** What the framework wants to have and no suite uses: globals of a sandbox, and clocks in there. One for all suites. */
  static #sandbox;
  /** Ends what is kept for the next suite. */
  static #end;
  #console = globalThis.console;
  #exit = process.exit;
  #secondsBefore = secondsTaken();
  #suite;

  constructor(config, context) {
    NativeEnvironment.#sandbox ??= new NodeEnvironment(config, context);
    const { rootDir, displayName } = config.projectConfig;
    this.#suite = `${displayName?.name ?? 'jest'} ${relative(rootDir, context.testPath)}`;
    globalThis[DATABASE] = config.projectConfig.testEnvironmentOptions.database;
    this.global = globalThis;
    delete globalThis[EVENT_HANDLERS];
    globalThis[KNOWN] = new Set();
    clearTimeout(NativeEnvironment.#end);
    globalThis[AT_END] ??= new Set();
  }

  get moduleMocker() {
    return NativeEnvironment.#sandbox.moduleMocker;
  }

  get fakeTimers() {
    return NativeEnvironment.#sandbox.fakeTimers;
  }

  get fakeTimersModern() {
    return NativeEnvironment.#sandbox.fakeTimersModern;
  }

  exportConditions() {
    return NativeEnvironment.#sandbox.exportConditions();
  }

  getVmContext() {
    return NativeEnvironment.#sandbox.getVmContext();
  }

  async setup() {}

  /** A failure says what engines and workspaces of the suite know of it. */
  async handleTestEvent(event, state) {
    if (event.name === 'test_done' && event.test.errors.length > 0) {
      event.test.errors.push(...(await tellWhatIsKnown()));
    }
    if (event.name === 'hook_failure' && event.hook.type === 'afterAll') {
      state.unhandledErrors.push(...(await tellWhatIsKnown()));
    }
  }

  async teardown() {
    NativeEnvironment.#end = setTimeout(() => {
      for (const end of globalThis[AT_END]) void end();
    }, LAST_SUITE_MS);
    delete globalThis[KNOWN];
    globalThis.console = this.#console;
    process.exit = this.#exit;
    this.#tellProcessorTime();
  }

  /** For `npm test`, in a file that it names. */
  #tellProcessorTime() {
    const file = env.SEAWALL_TEST_PROCESSOR_TIME;
    const seconds = secondsTaken() - this.#secondsBefore;
    if (file) appendFileSync(file, `${seconds.toFixed(2)} ${this.#suite}\n`);
  }
}

/** One error without a stack of its own, or none when nothing is known. */
async function tellWhatIsKnown() {
  const told = await Promise.all(
    [...globalThis[KNOWN]].map(async (tell) => {
      try {
        return await tell();
      } catch (error) {
        return String(error);
      }
    }),
  );
  if (told.length === 0) return [];
  const error = new Error();
  error.stack = told.join('\n');
  return [error];
}
