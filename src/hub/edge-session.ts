import type { TunnelAnswer, TunnelCall } from '../ports/edge-tunnels.ts';
import { createBucket } from '../shared/bucket.ts';
import { type ErrorCode, OutsideError } from '../shared/errors.ts';
import { foreignMessage } from '../shared/foreign-message.ts';
import {
  type EdgeFrame,
  type FailureKind,
  type HubFrame,
  nextId,
  readEdgeFrame,
  TunnelError,
  writeFrame,
} from '../tunnel/frames.ts';
import type { Seal } from '../tunnel/greeting.ts';
import { tunnelLimits as limits } from '../tunnel/limits.ts';
import type { TunnelSocket } from '../tunnel/tunnel-socket.ts';
import { hubLimits } from './limits.ts';

type NewKeyFrame = Extract<EdgeFrame, { kind: 'new-key' }>;

/** The connection of one edge that was let in: many calls at once. */
export interface EdgeSession {
  readonly host: string;
  /** Its name in the database, which no other has. */
  readonly connection: string;
  /** The one that holds: it changes with a rotation. */
  publicKey: string;
  /** The one before it, until the database was seen to have the new one. */
  formerKey: string | null;
  /** The one that is being put in its place, one at a time: the database may have it already. */
  offeredKey: string | null;
  readonly address: string;
  /** See `EdgeTunnels.ask`. */
  ask(call: TunnelCall, signal: AbortSignal): Promise<TunnelAnswer>;
  /** Asks the edge for a new key; it comes to `onNewKey`. */
  rotate(): void;
  isAlive(withinMs: number): Promise<boolean>;
  /** Ends it at once; open calls reject. */
  close(why: string): void;
  /** Why it ended. Never rejects. */
  readonly ended: Promise<string>;
  /** Settles when the database knows that it ended. */
  left: Promise<void>;
}

export interface SessionOptions {
  host: string;
  connection: string;
  publicKey: string;
  address: string;
  socket: TunnelSocket;
  seal: Seal;
  /** What the edge offers, unchecked; true when the key was taken. */
  onNewKey: (offered: NewKeyFrame) => Promise<boolean>;
}

/** Begins to use a connection. What the edge sends against the protocol ends it. */
export function openSession(options: SessionOptions): EdgeSession {
  const { host, socket, seal, onNewKey } = options;
  const open = new Map<number, OpenCall>();
  const { unknownBurst, unknownPerSecond } = hubLimits;
  const unknown = createBucket(unknownBurst, unknownPerSecond, () => performance.now());
  let id = 0;

  const send = (frame: HubFrame): void => {
    void socket.send(seal.seal(writeFrame(frame))).catch(() => {});
  };
  const offer = (frame: NewKeyFrame): void => {
    void onNewKey(frame).then(
      (isTaken) => {
        if (isTaken) send({ kind: 'rotated' });
        else socket.close('the new key that it offered was not taken');
      },
      () => socket.close('its new key could not be kept'),
    );
  };
  socket.handle((bytes) => {
    const frame = readEdgeFrame(seal.open(bytes));
    if (frame.kind === 'new-key') return offer(frame);
    const call = open.get(frame.id);
    // Of a call that was cancelled there may still be something on the way.
    if (call === undefined && unknown.take(1) > 0) {
      throw new TunnelError('it answers what nobody asked');
    }
    if (call?.take(frame)) open.delete(frame.id);
  });
  void socket.ended.then((why) => {
    const detail = `the connection of the edge of ${host} ended (${why})`;
    const error = new OutsideError('engine-cut', detail, { isRetryable: true });
    for (const call of open.values()) call.fail(error);
    open.clear();
  });

  const ask = (call: TunnelCall, signal: AbortSignal): Promise<TunnelAnswer> => {
    id = nextId(id);
    const number = id;
    const stop = (reason: Error): void => {
      if (!open.delete(number)) return;
      opened.fail(reason);
      send({ kind: 'cancel', id: number });
    };
    const opened = new OpenCall(host, {
      grant: (bytes) => send({ kind: 'grant', id: number, bytes }),
      onCancel: () => stop(new OutsideError('engine-cut', 'nobody wants the answer any more')),
    });
    const abort = () => stop(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    open.set(number, opened);
    send({ kind: 'request', id: number, request: { ...call } });
    // From the head on whoever reads the answer cancels it.
    return opened.answer.finally(() => signal.removeEventListener('abort', abort));
  };
  return {
    ...{ host, connection: options.connection },
    ...{ publicKey: options.publicKey, address: options.address },
    ...{ formerKey: null, offeredKey: null },
    ended: socket.ended,
    left: Promise.resolve(),
    isAlive: socket.isAlive,
    close: socket.close,
    rotate: () => send({ kind: 'rotate' }),
    async ask(call, signal) {
      signal.throwIfAborted();
      return ask(call, signal);
    },
  };
}

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
