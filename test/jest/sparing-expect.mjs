/** Where `expect` keeps its matchers. */
const KEPT = Symbol.for('$$jest-matchers-object');

/**
 * For each value that `expect` is given it makes six functions of each of its fifty matchers, and an error with its
 * stack, of which a test calls one. This one has it make those of the matcher that is asked for: they are the same,
 * and so is what they say. A suite that adds matchers of its own finds no `extend`.
 */
export function sparingExpect(expect) {
  /** What it makes of a value where there is no other matcher. */
  const making = (name, value) => {
    const kept = globalThis[KEPT];
    const { matchers } = kept;
    const { stackTraceLimit } = Error;
    kept.matchers = { [name]: matchers[name] };
    // That stack is for what becomes of a promise; every other failure takes its own.
    Error.stackTraceLimit = 0;
    try {
      return expect(value);
    } finally {
      kept.matchers = matchers;
      Error.stackTraceLimit = stackTraceLimit;
    }
  };
  class Negated {
    constructor(value) {
      this.value = value;
    }
  }
  class Given {
    constructor(value) {
      this.value = value;
    }
    get not() {
      return new Negated(this.value);
    }
    get resolves() {
      return expect(this.value).resolves;
    }
    get rejects() {
      return expect(this.value).rejects;
    }
  }
  for (const name of Object.keys(globalThis[KEPT].matchers)) {
    const define = ({ prototype }, get) => Object.defineProperty(prototype, name, { get });
    define(Given, function () {
      return making(name, this.value)[name];
    });
    define(Negated, function () {
      return making(name, this.value).not[name];
    });
  }
  const sparing = (...values) => (values.length > 1 ? expect(...values) : new Given(...values));
  const { extend: _, ...others } = expect;
  return Object.assign(sparing, others);
}

/** Leaves this file out of the stacks of failures, which then show the line of the suite. */
export function leaveOutOwnFrames(errors) {
  const isOwn = (line) => line.includes(import.meta.filename);
  for (const error of errors.filter((one) => isOwn(String(one?.stack)))) {
    const lines = error.stack.split('\n');
    error.stack = lines.filter((line) => !isOwn(line)).join('\n');
  }
}
