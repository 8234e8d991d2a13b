// Runs in a thread of its own, which `parser-pool.ts` ends when it takes too long. It keeps nothing
// between two parses, so that what one host sent cannot harm what another sends.
import { serialize } from 'node:v8';
import { parentPort } from 'node:worker_threads';
import { type ErrorCode, OutsideError } from '../shared/errors.ts';
import { formatNamed } from '../snapshot/foreign-formats.ts';

/** What the thread is asked. */
export interface ParseRequest {
  format: string;
  input: unknown;
  /** Buffers of the input that were given away. */
  buffers: readonly ArrayBuffer[];
}

/** What it answers: the serialised value, the reason why it is unread, or a bug of ours. */
export type ParseReply =
  | { kind: 'ready' }
  | { kind: 'value'; value: Uint8Array<ArrayBuffer> }
  | { kind: 'outside'; code: ErrorCode; detail: string }
  | { kind: 'bug'; message: string };

function reply({ format: name, input }: ParseRequest): ParseReply {
  try {
    const format = formatNamed(name);
    const value = serialize(format.parse(input));
    const { outputBytes } = format.bounds;
    if (value.length > outputBytes) {
      const detail = `${name}: more than ${outputBytes / 1024 / 1024} MB come of it`;
      return { kind: 'outside', code: 'foreign-too-costly', detail };
    }
    return { kind: 'value', value: new Uint8Array(value) };
  } catch (error) {
    if (!(error instanceof OutsideError)) return { kind: 'bug', message: String(error) };
    return { kind: 'outside', code: error.code, detail: error.detail };
  }
}

parentPort?.on('message', (request: ParseRequest) => {
  const answer = reply(request);
  // A collection of garbage would come for them much later.
  for (const buffer of request.buffers) buffer.transfer(0);
  parentPort?.postMessage(answer, answer.kind === 'value' ? [answer.value.buffer] : []);
});
parentPort?.postMessage({ kind: 'ready' } satisfies ParseReply);
