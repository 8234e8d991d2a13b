import type { IncomingMessage } from 'node:http';
import { OutsideError } from '../shared/errors.ts';
import type { Call, Dialler } from './dial.ts';
import type { Allowance } from './engine-traffic.ts';
import { isBrokenConnection, toOutsideError } from './failures.ts';
import { limits } from './limits.ts';

/** Turns an answer whose body is unread into a value. */
export type Finish<T> = (
  response: IncomingMessage,
  signal: AbortSignal,
  allowance: Allowance,
) => T | Promise<T>;

/** One call within its time limit. Rejects with `OutsideError`; anything else is a bug of ours. */
export type Exchange = <T>(call: Omit<Call, 'signal'>, finish: Finish<T>) => Promise<T>;

export interface ExchangeOptions {
  /** How messages name the engine. */
  url: string;
  dialler: () => Promise<Dialler>;
  callTimeoutMs: number;
  /** Each ends the call when it aborts. */
  signals: readonly AbortSignal[];
  allowance: Allowance;
}

/** Makes the function that every request to one engine goes through. */
export function createExchange(options: ExchangeOptions): Exchange {
  const { url, callTimeoutMs } = options;
  return async (call, finish) => {
    await options.allowance.share?.rest(() => options.signals.some(({ aborted }) => aborted));
    const deadline = new AbortController();
    const { signal } = deadline;
    const letGo = follow(options.signals, deadline);
    const timer = setTimeout(() => {
      const detail = `${url} did not answer ${call.path} within ${callTimeoutMs / 1000} s`;
      deadline.abort(new OutsideError('engine-timeout', detail, { isRetryable: true }));
    }, callTimeoutMs);
    try {
      signal.throwIfAborted();
      const response = await dialPatiently(await options.dialler(), { ...call, signal });
      return await finish(response, signal, options.allowance);
    } catch (error) {
      // However the abort came to light, its reason is what the caller is told.
      if (signal.aborted) throw asOutside(signal.reason, url);
      const failure = toOutsideError(error, url);
      if (failure.code === 'engine-answer-too-large') options.allowance.noteCut();
      throw failure;
    } finally {
      clearTimeout(timer);
      letGo();
    }
  };
}

/**
 * Aborts what follows with the reason of the first signal that aborts; the result ends that. What
 * `AbortSignal.any` makes stays until garbage is collected: 8 MB after a scan of a thousand containers.
 */
function follow(signals: readonly AbortSignal[], follower: AbortController): () => void {
  const listeners = signals.map((signal) => ({
    signal,
    listen: () => follower.abort(signal.reason),
  }));
  for (const { signal, listen } of listeners) {
    if (signal.aborted) listen();
    else signal.addEventListener('abort', listen, { once: true });
  }
  return () => {
    for (const { signal, listen } of listeners) signal.removeEventListener('abort', listen);
  };
}

/**
 * A kept-alive connection may end just as it is used again: before any answer, try another. What
 * makes something is asked for once, since the engine may have heard it.
 */
async function dialPatiently(dialler: Dialler, call: Call): Promise<IncomingMessage> {
  const attempts = call.method === 'POST' ? 1 : limits.attempts;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await dialler.dial(call);
    } catch (error) {
      if (!isBrokenConnection(error) || attempt === attempts) throw error;
    }
  }
}

const asOutside = (reason: unknown, url: string): OutsideError =>
  reason instanceof OutsideError
    ? reason
    : new OutsideError('engine-timeout', `${url}: the call was given up`, { cause: reason });
