import { OutsideError } from './errors.ts';

const [QUOTE, COMMA, BACKSLASH] = [0x22, 0x2c, 0x5c];
const [OPEN_LIST, CLOSE_LIST, OPEN_RECORD, CLOSE_RECORD] = [0x5b, 0x5d, 0x7b, 0x7d];
const BLANK = 0x20;
/** JSON within JSON: the deepest answer of an engine has a tenth. */
const DEPTH_MAX = 100;

/** What JSON may have. */
export interface JsonLimit {
  bytes: number;
  /** Records, lists, texts and numbers, however small: each takes memory of its own. */
  values: number;
}

/**
 * Counts what JSON has before anybody parses it: `{},` makes an object of three bytes. Whether it is
 * JSON at all is not its business.
 */
export class JsonMeter {
  #bytes = 0;
  #values = 1;
  #depth = 0;
  #isInText = false;
  #isEscaped = false;
  /** Whether all of it is one list; null before its first character. */
  #isList: boolean | null = null;
  readonly #limit: JsonLimit;
  readonly #call: string;

  /** `call` is what messages name. */
  constructor(limit: JsonLimit, call: string) {
    this.#limit = limit;
    this.#call = call;
  }

  /**
   * Takes the next bytes; the values in them, and where the last item of the whole list ends in them:
   * the index of the comma, -1 for none. Throws `OutsideError` beyond the limits.
   */
  take(chunk: Uint8Array): { values: number; lastComma: number } {
    this.#bytes += chunk.length;
    const { bytes } = this.#limit;
    if (this.#bytes > bytes) throw this.#tooLarge(`more than ${bytes / 1024} KB`);
    const before = this.#values;
    const lastComma = this.#scan(chunk);
    const { values } = this.#limit;
    if (this.#values > values) throw this.#tooLarge(`more than ${values} values`);
    return { values: this.#values - before, lastComma };
  }

  #scan(chunk: Uint8Array): number {
    let lastComma = -1;
    for (let index = 0; index < chunk.length; index++) {
      const byte = chunk[index] as number;
      if (this.#isInText) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (byte === BACKSLASH) this.#isEscaped = true;
        else if (byte === QUOTE) this.#isInText = false;
        continue;
      }
      if (this.#isList === null && byte > BLANK) this.#isList = byte === OPEN_LIST;
      if (byte === QUOTE) this.#isInText = true;
      else if (byte === COMMA) {
        this.#values += 1;
        if (this.#depth === 1) lastComma = index;
      } else if (byte === OPEN_LIST || byte === OPEN_RECORD) {
        this.#values += 1;
        this.#depth += 1;
        if (this.#depth > DEPTH_MAX) {
          throw this.#tooLarge(`nested deeper than ${DEPTH_MAX}`);
        }
      } else if (byte === CLOSE_LIST || byte === CLOSE_RECORD) this.#depth -= 1;
    }
    return this.#isList === true ? lastComma : -1;
  }

  #tooLarge(what: string): OutsideError {
    return new OutsideError('engine-answer-too-large', `${this.#call}: ${what}`);
  }
}
