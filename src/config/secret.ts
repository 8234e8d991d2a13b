import { inspect } from 'node:util';

const HIDDEN = '[secret]';

/** A value that shows itself only to who asks with `reveal`: no log, error or JSON holds it. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}
