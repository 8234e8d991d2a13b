import type { TunnelAnswer } from '../ports/edge-tunnels.ts';
import { type ErrorCode, OutsideError } from '../shared/errors.ts';
import { foreignMessage } from '../shared/foreign-message.ts';
import { type EdgeFrame, type FailureKind, TunnelError } from '../tunnel/frames.ts';
import { tunnelLimits as limits } from '../tunnel/limits.ts';

const codeOf: Readonly<Record<FailureKind, ErrorCode>> = {
  unreachable: 'engine-unreachable',
  timeout: 'engine-timeout',
  cut: 'engine-cut',
  'too-large': 'engine-answer-too-large',
  busy: 'engine-unreachable',
};

const PARTS_MAX = 64;

/** One call to an edge, from the question to the last byte of the answer. */
export class OpenCall {
  /** Rejects with `OutsideError`, or with what `fail` was given. */
  readonly answer: Promise<TunnelAnswer>;
  readonly #answered = Promise.withResolvers<TunnelAnswer>();
  readonly #host: string;
  readonly #grant: (bytes: number) => void;
  readonly #onCancel: () => void;
  #parts: Buffer[] = [];
  #hasHead = false;
  #held = 0;
  #taken = 0;
  #end: 'complete' | Error | null = null;
  #wake: () => void = () => {};

  /** `grant`: told of read bytes, so that more may come; `onCancel`: that nobody wants the rest. */
  constructor(
    host: string,
    { grant, onCancel }: { grant: (bytes: number) => void; onCancel: () => void },
  ) {
    [this.#host, this.#grant, this.#onCancel] = [host, grant, onCancel];
    this.answer = this.#answered.promise;
  }

  /** Takes what the edge sent of it; true when that was the last. Throws `TunnelError` for what cannot be. */
  take(frame: Extract<EdgeFrame, { id: number }>): boolean {
    if (frame.kind === 'failed') {
      this.fail(failureOf(this.#host, frame.why, frame.detail));
      return true;
    }
    if (frame.kind === 'head') {
      if (this.#hasHead) throw new TunnelError('a call is answered twice');
      this.#hasHead = true;
      this.#answered.resolve({ ...frame.head, next: () => this.#next(), cancel: this.#onCancel });
      return false;
    }
    if (!this.#hasHead) throw new TunnelError('an answer has no head');
    if (frame.kind === 'end') {
      this.#end = 'complete';
      this.#wake();
      return true;
    }
    this.#held += frame.data.length;
    if (this.#held > limits.windowBytes) throw new TunnelError('more than there is room for');
    this.#parts.push(frame.data);
    // Many small ones cost far more memory than they have bytes.
    if (this.#parts.length > PARTS_MAX) this.#parts = [Buffer.concat(this.#parts)];
    this.#wake();
    return false;
  }

  /** There is no more of it. */
  fail(error: Error): void {
    this.#end ??= error;
    this.#answered.reject(error);
    this.#wake();
  }

  async #next(): Promise<Buffer | null> {
    for (;;) {
      const part = this.#parts.shift();
      if (part !== undefined) {
        this.#count(part.length);
        return part;
      }
      if (this.#end === 'complete') return null;
      if (this.#end !== null) throw this.#end;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #count(bytes: number): void {
    this.#held -= bytes;
    this.#taken += bytes;
    if (this.#taken < limits.grantBytes || this.#end !== null) return;
    this.#grant(this.#taken);
    this.#taken = 0;
  }
}

function failureOf(host: string, why: FailureKind, detail: string): OutsideError {
  const text = `the engine of ${host}, through its edge: ${foreignMessage(detail)}`;
  return new OutsideError(codeOf[why], text, { isRetryable: why !== 'too-large' });
}
