import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../ports/clock.ts';
import { createBucket } from '../shared/bucket.ts';
import { OutsideError } from '../shared/errors.ts';
import { JsonMeter } from '../shared/json-meter.ts';
import { CONTAINER_EVENTS, type Query } from '../snapshot/call-queries.ts';
import { procCalls } from '../snapshot/collector.ts';
import type { EventSource, EventStream, OpenWatchDoor } from '../snapshot/event-source.ts';
import type { EngineEvent } from '../snapshot/facts/event.ts';
import { readEvent } from '../snapshot/normalise/event.ts';
import { watchCalls } from '../snapshot/watch-calls.ts';
import { requireGood } from './answer-status.ts';
import { createTrafficOf } from './engine-traffic.ts';
import { toOutsideError } from './failures.ts';
import { openKernelDoor } from './kernel-door.ts';
import { limits } from './limits.ts';
import { openConnection } from './open-connection.ts';
import { type OpenEngineOptions, openEngine } from './open-engine.ts';
import { createProbeTurn } from './probe-turn.ts';
import { type EngineOptions, hostCalled } from './snapshot-taker.ts';
import { createSshConnections } from './ssh-connections.ts';

export interface WatchDoorOptions extends EngineOptions {
  clock: Clock;
  /** Of all labels this one is kept; null for none. */
  ownerLabel: string | null;
}

/**
 * Opens doors for the watcher, with connections apart from those of scans but within the same share of
 * the engine. At the level `kernel` the images of our own probes are told from others.
 */
export function createWatchDoors(options: WatchDoorOptions): OpenWatchDoor {
  const { trafficOf = createTrafficOf() } = options;
  const sshConnections = createSshConnections();
  return (name) => {
    const host = hostCalled(options.hosts, name);
    const { callTimeoutMs = limits.callTimeoutMs, clock, ownerLabel, sshConfigFile } = options;
    const { watching: lane, ofWatch: allowance } = trafficOf(host.url);
    const common = { ...host, callTimeoutMs, sshConfigFile, sshConnections, lane, allowance };
    const events = openEventSource({ ...common, ownerLabel, allowedEndpoints: watchCalls.reads });
    const reader = openEngine({
      ...common,
      allowedEndpoints: watchCalls.reads,
      concurrentCalls: limits.concurrentLooks,
    });
    const kernelDoor =
      host.evidence === 'kernel'
        ? openKernelDoor({
            ...common,
            allowedEndpoints: procCalls,
            clock,
            turn: createProbeTurn(clock),
          })
        : undefined;
    return {
      events,
      reader: {
        ...reader,
        get endpoint() {
          return reader.endpoint;
        },
        probeImages: kernelDoor?.probeImages,
      },
      hash,
      close() {
        for (const opened of [events, reader]) opened.close();
        // It runs no probe, so there is no image to wait for.
        void kernelDoor?.close();
      },
    };
  };
}

interface EventSourceOptions extends OpenEngineOptions {
  /** Name of the label that tells the owner; null when none is kept. */
  ownerLabel: string | null;
}

interface OpenEventSource extends EventSource {
  close(): void;
}

const PATH = '/events';
const WHAT = `GET ${PATH}`;

/**
 * The events of one engine, over connections of their own. A stream is read as fast as an engine can
 * make events: one whose events nobody reads makes each of its own requests wait. Nothing is dialled
 * before the first call; throws `UserError` for a wrong url.
 */
function openEventSource(options: EventSourceOptions): OpenEventSource {
  const { ask, endpoint, close } = openConnection(options);
  const { url } = endpoint;
  const { ownerLabel } = options;
  const toEvent = (line: string) => readEvent(line, { ownerLabel, hash });

  const askFor = <T>(
    query: Query,
    finish: (response: IncomingMessage) => T | Promise<T>,
  ): Promise<T> =>
    ask({ method: 'GET', path: PATH, query }, async (response, signal) => {
      await requireGood(response, WHAT, signal);
      return finish(response);
    });

  return {
    follow: (onEvent) =>
      askFor(CONTAINER_EVENTS, (response) =>
        follow(response, url, (line) => onEvent(toEvent(line))),
      ),
    replay: (fromNano, untilNano) =>
      askFor({ since: secondsOf(fromNano), until: secondsOf(untilNano) }, (response) =>
        readAll(response, toEvent),
      ),
    close,
  };
}

/** Tells two command lines apart without keeping either. */
const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

/** As engines read it: seconds, and nine digits after the point. */
function secondsOf(nano: string): string {
  const digits = nano.padStart(10, '0');
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`;
}

function follow(
  response: IncomingMessage,
  url: string,
  onLine: (line: string) => void,
): EventStream {
  const { promise: ended, resolve } = Promise.withResolvers<OutsideError>();
  let isOpen = true;
  const end = (reason: OutsideError): void => {
    isOpen = false;
    clearTimeout(pause);
    resolve(reason);
    response.destroy();
  };
  const lines = createLines(onLine);
  const { eventBurstBytes: burst, eventBytesPerSecond: perSecond } = limits;
  const pace = createBucket(burst, perSecond, () => performance.now());
  let pause: NodeJS.Timeout | undefined;
  // A half of a connection that is gone is noticed, and a proxy sees that there is still somebody.
  response.socket.setKeepAlive(true, limits.keepAliveMs);
  response.on('data', (chunk: Buffer) => {
    try {
      lines.push(chunk);
    } catch (error) {
      end(toOutsideError(error, url));
    }
    const waitMs = pace.take(chunk.length);
    if (waitMs === 0 || !isOpen) return;
    response.pause();
    pause = setTimeout(() => response.resume(), waitMs).unref();
  });
  response.on('error', (error) => end(toOutsideError(error, url)));
  response.on('close', () => end(cut(url)));
  return {
    ended,
    isOpen: () => isOpen,
    close: () => end(new OutsideError('engine-cut', `${url}: the events were no longer wanted`)),
  };
}

const cut = (url: string): OutsideError =>
  new OutsideError('engine-cut', `${url} ended the stream of events`, { isRetryable: true });

async function readAll(
  response: IncomingMessage,
  toEvent: (line: string) => EngineEvent,
): Promise<EngineEvent[]> {
  const events: EngineEvent[] = [];
  const lines = createLines((line) => {
    events.push(toEvent(line));
  });
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > limits.replayBytes) {
      const detail = `${WHAT}: more than ${limits.replayBytes / 1024} KB`;
      throw new OutsideError('engine-answer-too-large', detail);
    }
    lines.push(chunk);
  }
  return events;
}

/**
 * Cuts a stream of bytes into lines of text, empty ones left out. `push` throws `OutsideError` for a
 * line that has more than an event, and what `onLine` throws.
 */
function createLines(onLine: (line: string) => void): { push(chunk: Buffer): void } {
  const limit = { bytes: limits.eventLineBytes, values: limits.eventValues };
  const newMeter = () => new JsonMeter(limit, `${WHAT}: a line`);
  let meter = newMeter();
  let held: Buffer[] = [];
  const hold = (part: Buffer): void => {
    meter.take(part);
    held.push(part);
  };
  return {
    push(chunk) {
      let start = 0;
      for (;;) {
        const end = chunk.indexOf(0x0a, start);
        hold(chunk.subarray(start, end === -1 ? undefined : end));
        if (end === -1) return;
        const line = Buffer.concat(held).toString('utf8').trim();
        held = [];
        meter = newMeter();
        start = end + 1;
        if (line !== '') onLine(line);
      }
    },
  };
}
