// Runs in a process of its own, which `parser-pool.ts` ends when it takes too long. It keeps nothing
// between two parses, so that what one host sent cannot harm what another sends.
import { serialize } from 'node:v8';
import { serveParent } from '../shared/bare-process.ts';
import { type ErrorCode, OutsideError } from '../shared/errors.ts';
import { formatNamed } from '../snapshot/foreign-formats.ts';

export interface ParseRequest {
  format: string;
  /** A record lacks these, which are sent beside it. */
  input: unknown;
  beside: readonly string[];
}

/** What it answers: the serialised value, the reason why it is unread, or a bug of ours. */
export type ParseReply =
  | { kind: 'ready' }
  | { kind: 'value'; value: Uint8Array<ArrayBuffer> }
  | { kind: 'outside'; code: ErrorCode; detail: string }
  | { kind: 'bug'; message: string };

function reply(name: string, input: unknown): ParseReply {
  try {
    const format = formatNamed(name);
    const value = serialize(format.parse(input));
    const { outputBytes } = format.bounds;
    if (value.length > outputBytes) {
      const detail = `${name}: more than ${outputBytes / 1024 / 1024} MB come of it`;
      return { kind: 'outside', code: 'foreign-too-costly', detail };
    }
    return { kind: 'value', value };
  } catch (error) {
    if (!(error instanceof OutsideError)) return { kind: 'bug', message: String(error) };
    return { kind: 'outside', code: error.code, detail: error.detail };
  }
}

const say = serveParent<ParseRequest, ParseReply>(({ format, input, beside }, bytes) => {
  const sent = beside.map((name, index) => [name, bytes[index]]);
  say(reply(format, sent.length === 0 ? input : { ...Object(input), ...Object.fromEntries(sent) }));
});
say({ kind: 'ready' });
