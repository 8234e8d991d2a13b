import type { IncomingMessage } from 'node:http';
import { createBucket } from '../shared/bucket.ts';
import type { Logger } from '../shared/logger.ts';
import {
  type EdgeFrame,
  type FailureKind,
  type HubFrame,
  TunnelError,
  type TunnelRequest,
} from '../tunnel/frames.ts';
import { tunnelLimits as limits } from '../tunnel/limits.ts';
import { type EngineClient, isCut } from './engine-client.ts';
import { isStream, mayAnswer } from './may-answer.ts';

/** What of a call an edge can be told by the hub. */
export type CallFrame = Extract<HubFrame, { kind: 'request' | 'grant' | 'cancel' }>;

export interface Answers {
  /** Takes a frame of the hub. Throws `TunnelError` for one that makes no sense. */
  take(frame: CallFrame): void;
  /** Ends all calls; nothing is sent any more. */
  close(): void;
}

export interface AnswersOptions {
  engine: Pick<EngineClient, 'ask'>;
  /** Resolves when the frame has left; rejects when the connection is over. */
  send: (frame: EdgeFrame) => Promise<void>;
  log: Logger;
}

interface OpenCall {
  abort: AbortController;
  isStream: boolean;
  /** Bytes that the hub has room for. */
  room: number;
  /** Called when there is room again. */
  onRoom: () => void;
}

/** Headers that a reader of an engine looks at; others stay where they are. */
const PASSED = ['api-version', 'content-length', 'content-type', 'ostype', 'server', 'date'];
const REFUSAL = JSON.stringify({ message: 'the edge of this host does not answer this call' });
const REFUSALS_LOGGED = { burst: 20, perSecond: 0.2 };
/** A hub that means well asks for some dozens, when somebody looks which doors are open. */
const REFUSALS = { burst: 1_000, perSecond: 20 };

/** Answers what was compiled in, within the limits that were, and refuses everything else. */
export function answerCalls(options: AnswersOptions): Answers {
  const open = new Map<number, OpenCall>();
  const refuse = createRefusal(options);
  const refusals = createBucket(REFUSALS.burst, REFUSALS.perSecond, () => performance.now());
  const countRefusal = (): void => {
    if (refusals.take(1) > 0) throw new TunnelError('the hub asks too often for what is refused');
  };

  function begin(id: number, request: TunnelRequest): void {
    if (open.has(id)) throw new TunnelError('a number of a call is used twice');
    if (!mayAnswer(request)) {
      countRefusal();
      refuse(id, request);
      return;
    }
    const stream = isStream(request);
    const streams = [...open.values()].filter((one) => one.isStream).length;
    if (open.size >= limits.callsAtOnce || (stream && streams >= limits.streamsAtOnce)) {
      countRefusal();
      const detail = 'more calls at once than this edge answers';
      void options.send({ kind: 'failed', id, why: 'busy', detail }).catch(() => {});
      return;
    }
    const abort = new AbortController();
    const call = { abort, isStream: stream, room: limits.windowBytes, onRoom: () => {} };
    open.set(id, call);
    void answer(options, id, request, call).finally(() => open.delete(id));
  }

  return {
    take(frame) {
      if (frame.kind === 'request') {
        begin(frame.id, frame.request);
        return;
      }
      const call = open.get(frame.id);
      // Of a call that has just ended.
      if (call === undefined) return;
      if (frame.kind === 'cancel') {
        call.abort.abort(new Cancelled());
        return;
      }
      // What a hub grants beyond its window it does not get.
      call.room = Math.min(limits.windowBytes, call.room + frame.bytes);
      call.onRoom();
    },
    close() {
      for (const { abort } of open.values()) abort.abort(new Cancelled());
    },
  };
}

/** Refuses with the status by which a socket proxy does, counts, and logs what it can bear. */
function createRefusal({ send, log }: AnswersOptions): (id: number, asked: TunnelRequest) => void {
  const { burst, perSecond } = REFUSALS_LOGGED;
  const logged = createBucket(burst, perSecond, () => performance.now());
  const headers = { 'content-type': 'application/json' };
  let refused = 0;
  return (id, { method, path }) => {
    refused += 1;
    if (logged.take(1) === 0) {
      const asked = `${method} ${path}`.slice(0, 200);
      log.warn({ asked, refused }, 'the hub asked for what this edge does not answer');
    }
    void Promise.all([
      send({ kind: 'head', id, head: { status: 403, headers } }),
      send({ kind: 'data', id, data: Buffer.from(REFUSAL) }),
      send({ kind: 'end', id }),
    ]).catch(() => {});
  };
}

/** Never rejects. */
async function answer(
  { engine, send }: AnswersOptions,
  id: number,
  request: TunnelRequest,
  call: OpenCall,
): Promise<void> {
  const { method, path, query } = request;
  const { signal } = call.abort;
  const timer = call.isStream
    ? undefined
    : setTimeout(() => call.abort.abort(new Failure('timeout')), limits.answerMs);
  try {
    if (method !== 'GET' && method !== 'HEAD') throw new TunnelError('not a call that was let in');
    const response = await engine.ask({ method, path, query }, signal);
    const head = { status: response.statusCode ?? 0, headers: passed(response) };
    await send({ kind: 'head', id, head });
    await pass(send, id, call, response);
    await send({ kind: 'end', id });
  } catch (error) {
    const reason = signal.aborted ? signal.reason : error;
    if (reason instanceof Cancelled) return;
    const why = reason instanceof Failure ? reason.kind : isCut(error) ? 'cut' : 'unreachable';
    const detail = error instanceof Error ? error.message : String(error);
    await send({ kind: 'failed', id, why, detail }).catch(() => {});
  } finally {
    clearTimeout(timer);
  }
}

async function pass(
  send: AnswersOptions['send'],
  id: number,
  call: OpenCall,
  response: IncomingMessage,
): Promise<void> {
  let bytes = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (!call.isStream && bytes > limits.answerBytes) throw new Failure('too-large');
    for (let at = 0; at < part.length; at += limits.dataBytes) {
      const data = part.subarray(at, at + limits.dataBytes);
      while (call.room < data.length) await room(call);
      call.room -= data.length;
      await send({ kind: 'data', id, data });
    }
  }
}

/** Nobody wants the answer any more. */
class Cancelled extends Error {}

class Failure extends Error {
  readonly kind: FailureKind;

  constructor(kind: FailureKind) {
    super(`the answer was given up: ${kind}`);
    this.kind = kind;
  }
}

function room(call: OpenCall): Promise<void> {
  const { signal } = call.abort;
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    call.onRoom = () => {
      signal.removeEventListener('abort', stop);
      resolve();
    };
  });
}

const passed = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    PASSED.flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value.slice(0, 512)]] : [];
    }),
  );
