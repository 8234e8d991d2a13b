import type { IncomingMessage } from 'node:http';
import { addAbortSignal } from 'node:stream';
import { OutsideError, statusOf } from '../shared/errors.ts';
import { foreignMessage } from '../shared/foreign-message.ts';
import { count, field, foreign } from '../snapshot/foreign.ts';
import { readAnswer, readHeaders, requireGood } from './answer-status.ts';
import type { Call } from './dial.ts';
import type { Finish } from './exchange.ts';
import { createHeldBytes, type HeldBytes } from './held-bytes.ts';
import { hasEnd } from './kernel-probe-request.ts';
import { limits } from './limits.ts';
import type { Ask, EngineConnection } from './open-connection.ts';

export interface ProbeTimes {
  startMs: number;
  runMs: number;
}

/**
 * What `find` and `ls` of busybox say of a process that ended before, or as, they looked, and `stat` of a file that SELinux
 * keeps from it; empty for an end of line.
 */
const EXPECTED =
  /^(?:(?:find|ls): \/proc\/\d{1,10}(?:\/task(?:\/\d{1,10})?)?: No such (?:file or directory|process)|stat: can't stat '\/shown\/\d{1,3}': Permission denied)?$/;

/** True for nothing as well. Of what is longer than what is kept the last line is a part. */
function isExpected(stderr: string): boolean {
  const lines = stderr.split('\n');
  const whole = stderr.length < limits.probeComplaintBytes ? lines : lines.slice(0, -1);
  return whole.every((line) => EXPECTED.test(line));
}

/** How a probe that was created ended. */
export type ProbeRun =
  | { state: 'ran'; output: string; cut: 'too long' | 'too late' | null }
  /** The engine would not start it, or the program could not run. */
  | { state: 'refused'; reason: string }
  /** It ended well, and its output does not. */
  | { state: 'lost' }
  /** The start was never answered. */
  | { state: 'stuck' };

/**
 * Runs a created probe and gives what it printed: attaches and waits before it starts it, since the
 * engine tells the exit code of one that has ended and removed itself to nobody. Rejects with
 * `OutsideError`; the container is left for the caller to remove.
 */
export async function runProbe(
  connection: EngineConnection,
  id: string,
  { startMs, runMs }: ProbeTimes,
): Promise<ProbeRun> {
  const over = new AbortController();
  const endIt = (why: string) => over.abort(new OutsideError('engine-timeout', why));
  // Its own clock begins before the one of the run, which is to end first.
  const ask = connection.askWithin(2 * (startMs + runMs), over.signal);
  const frames = createFrameReader(limits.probeOutputBytes, limits.probeComplaintBytes);
  let isLate = false;
  let timer: NodeJS.Timeout | undefined;
  try {
    const attached = await begin(ask, attachTo(id), readFrames(frames));
    const ended = await begin(ask, waitFor(id), readAnswer(WAIT));
    const obstacle = await start(connection, id, startMs);
    if (obstacle) return obstacle;
    timer = setTimeout(() => {
      isLate = true;
      endIt(`the probe did not end within ${runMs / 1000} s`);
    }, runMs);
    await attached.done;
    const { stdout: output, stderr, isCut } = frames.output();
    if (isCut) return { state: 'ran', output, cut: 'too long' };
    const code = count(field(foreign(WAIT, await ended.done), 'StatusCode'));
    // Processes end at any time: grep then says 2 in silence, find and ls say 1 and of whom.
    if (code === 0 || (code <= 2 && isExpected(stderr))) {
      return hasEnd(output) ? { state: 'ran', output, cut: null } : { state: 'lost' };
    }
    const reason = `it ended with ${code}: ${foreignMessage(stderr)}`;
    // Killed by somebody, or for want of memory: another profile would not help.
    if (code === SIGKILL || code === SIGTERM) throw new OutsideError('probe-unusable', reason);
    return { state: 'refused', reason };
  } catch (error) {
    if (isLate) return { state: 'ran', output: frames.output().stdout, cut: 'too late' };
    throw error;
  } finally {
    clearTimeout(timer);
    endIt('the probe is over');
  }
}

/** Exit codes of a program that was ended by these signals. */
const SIGKILL = 137;
const SIGTERM = 143;
/** The container has gone, or something else is being done to it. */
const NOT_REFUSED = [404, 409];

const WAIT = 'POST /containers/{id}/wait';

const attachTo = (id: string): PostCall => ({
  method: 'POST',
  path: `/containers/${id}/attach`,
  query: { stream: '1', stdout: '1', stderr: '1' },
});

/** Without a condition the engine answers at once for a container that has not started. */
const waitFor = (id: string): PostCall => ({
  method: 'POST',
  path: `/containers/${id}/wait`,
  query: { condition: 'removed' },
});

type PostCall = Omit<Call, 'signal'>;

/** Resolves once the engine took the call; `done` is its whole answer, which comes later. */
async function begin<T>(
  ask: Ask,
  call: PostCall,
  finish: Finish<T>,
): Promise<{ done: Promise<T> }> {
  const taken = Promise.withResolvers<void>();
  const done = ask(call, async (response, signal, allowance) => {
    await requireGood(
      response,
      `POST /containers/{id}${call.path.slice(call.path.lastIndexOf('/'))}`,
      signal,
    );
    taken.resolve();
    return finish(response, signal, allowance);
  });
  done.catch(taken.reject);
  await taken.promise;
  return { done };
}

/** Null for one that started. */
async function start(
  connection: EngineConnection,
  id: string,
  startMs: number,
): Promise<ProbeRun | null> {
  const ask = connection.askWithin(startMs);
  const call = { method: 'POST', path: `/containers/${id}/start` } as const;
  try {
    await (await begin(ask, call, readHeaders('POST /containers/{id}/start'))).done;
    return null;
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    const status = statusOf(error);
    if (status !== null && !NOT_REFUSED.includes(status)) {
      return { state: 'refused', reason: error.detail };
    }
    if (error.code === 'engine-timeout' && !connection.isOver()) return { state: 'stuck' };
    throw error;
  }
}

interface AttachedOutput {
  stdout: string;
  stderr: string;
  /** More was printed than is kept; what there is of it is from the beginning. */
  isCut: boolean;
}

interface FrameReader {
  /** Takes the next bytes of the stream; false when no more are wanted. */
  take(chunk: Buffer): boolean;
  /** Whether the stream may end here. */
  isWhole(): boolean;
  output(): AttachedOutput;
}

const HEADER_BYTES = 8;
const STDOUT = 1;
const STDERR = 2;

/**
 * Reads the frames of an attached container without a terminal: eight bytes, of which the first
 * is the stream and the last four are the length, then so many bytes of it. `take` throws
 * `OutsideError` for anything else. Keeps the given number of bytes of each stream.
 */
export function createFrameReader(stdoutBytes: number, stderrBytes: number): FrameReader {
  const kept = { [STDOUT]: createHeldBytes(), [STDERR]: createHeldBytes() };
  const left = { [STDOUT]: stdoutBytes, [STDERR]: stderrBytes };
  let header = Buffer.alloc(0);
  let stream: typeof STDOUT | typeof STDERR = STDOUT;
  let missing = 0;
  let isCut = false;

  const keep = (part: Buffer): void => {
    const wanted = part.subarray(0, left[stream]);
    left[stream] -= wanted.length;
    kept[stream].add(wanted);
    if (stream === STDOUT && wanted.length < part.length) isCut = true;
  };

  return {
    take(chunk) {
      let rest = chunk;
      while (rest.length > 0 && !isCut) {
        if (missing > 0) {
          const part = rest.subarray(0, missing);
          keep(part);
          missing -= part.length;
          rest = rest.subarray(part.length);
        } else {
          const part = rest.subarray(0, HEADER_BYTES - header.length);
          header = Buffer.concat([header, part]);
          rest = rest.subarray(part.length);
          if (header.length < HEADER_BYTES) break;
          stream = streamOf(header);
          missing = header.readUInt32BE(4);
          header = Buffer.alloc(0);
        }
      }
      return !isCut;
    },
    isWhole: () => missing === 0 && header.length === 0,
    output: () => ({
      stdout: textOf(kept[STDOUT]),
      stderr: textOf(kept[STDERR]),
      isCut,
    }),
  };
}

const textOf = (held: HeldBytes): string => new TextDecoder().decode(held.take());

function streamOf(header: Buffer): typeof STDOUT | typeof STDERR {
  const [kind, ...padding] = header.subarray(0, 4);
  if ((kind !== STDOUT && kind !== STDERR) || padding.some((byte) => byte !== 0)) {
    throw new OutsideError('engine-invalid-answer', `${WHAT}: not the frames of a container`);
  }
  return kind;
}

/** Feeds a whole answer to a reader. Rejects with `OutsideError` when it breaks off in a frame. */
const readFrames =
  (reader: FrameReader) =>
  async (response: IncomingMessage, signal: AbortSignal): Promise<void> => {
    addAbortSignal(signal, response);
    for await (const chunk of response as AsyncIterable<Buffer>) {
      // Leaving the loop early destroys the response and its socket.
      if (!reader.take(chunk)) return;
    }
    if (!reader.isWhole()) {
      throw new OutsideError('engine-cut', `${WHAT}: the output ends in a frame`);
    }
  };

const WHAT = 'POST /containers/{id}/attach';
