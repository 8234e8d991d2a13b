import NodeEnvironment from 'jest-environment-node';

/** Where jest-circus keeps who listens to it; a new copy of it would find the listeners of the last suite. */
const EVENT_HANDLERS = Symbol.for('EVENT_HANDLERS');

/** The worker's own globals for each of its suites, put back as they were when a suite ends. */
export default class NativeEnvironment extends NodeEnvironment {
  #console = globalThis.console;
  #exit = process.exit;

  constructor(...given) {
    super(...given);
    this.global = globalThis;
    delete globalThis[EVENT_HANDLERS];
  }

  async teardown() {
    globalThis.console = this.#console;
    process.exit = this.#exit;
    await super.teardown();
  }
}
