import { type Receiver, SocketModeReceiver } from '@slack/bolt';
import { OutsideError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { isRecord } from '../shared/record.ts';
import { backOffMs } from '../timers/back-off.ts';
import { pause } from '../timers/pause.ts';
import { boltLogger } from './bolt-logger.ts';
import { isDelivery } from './delivery-shape.ts';
import { type SlackFailure, slackFailure } from './slack-failure.ts';

const RETRY_MS = { least: 500, most: 60_000 };
/** Slack renews a connection after hours. One that ended sooner than this is no success. */
const STEADY_MS = 10_000;
/** What Slack asks to wait is not waited for any longer. */
const WAIT_MAX_MS = 10 * 60_000;

export interface SocketDoor {
  receiver: Receiver;
  /**
   * Connects, and connects again after every loss until closed. Settles after the first success, or
   * rejects with `OutsideError` when Slack refuses the token before there was one.
   */
  connect(): Promise<void>;
  isConnected(): boolean;
  close(): Promise<void>;
}

/** Two connections hide the gap when Slack renews one. */
const SOCKETS = 2;

/** Slack over several WebSockets that lead to one app. */
export function openSocketDoors(appToken: string, slackApiUrl: string, log: Logger): SocketDoor {
  const doors = Array.from({ length: SOCKETS }, () => openSocketDoor(appToken, slackApiUrl, log));
  const all = (work: (door: SocketDoor) => Promise<unknown>) => Promise.all(doors.map(work));
  const connect = () => Promise.race(doors.map((door) => door.connect()));
  const close = async () => {
    await all((door) => door.close());
  };
  return {
    receiver: {
      init(app) {
        for (const { receiver } of doors) receiver.init(app);
      },
      start: connect,
      stop: close,
    },
    connect,
    isConnected: () => doors.some((door) => door.isConnected()),
    close,
  };
}

/**
 * Slack over one WebSocket. The library's own reconnection leaves five seconds without a connection
 * and ends the process with an unhandled rejection when the token is refused meanwhile, so it is
 * switched off and this loop takes its place: at once, then 0.5 s, doubling up to a minute, also where Slack takes
 * each connection and hangs up again.
 */
function openSocketDoor(appToken: string, slackApiUrl: string, log: Logger): SocketDoor {
  const receiver = new SocketModeReceiver({
    appToken,
    autoReconnectEnabled: false,
    logger: boltLogger(log),
    installerOptions: {
      clientOptions: { slackApiUrl, timeout: 10_000, retryConfig: { retries: 0 } },
    },
  });
  const { client } = receiver;
  guardMessages(client, log);
  const closing = new AbortController();
  let connected = false;
  let loop: Promise<void> = Promise.resolve();

  /** Null when connected, else why not. */
  async function connectOnce(): Promise<SlackFailure | null> {
    try {
      await client.start();
      connected = true;
      log.info({}, 'a Slack socket is connected');
      return null;
    } catch (error) {
      // A socket that closes before its greeting gives no error.
      const failure = slackFailure(error ?? new Error('closed before the greeting'));
      log.warn({ reason: failure.reason }, 'a Slack socket could not connect; trying again');
      return failure;
    }
  }

  async function keepConnected(
    onFirst: () => void,
    onRefusal: (error: OutsideError) => void,
  ): Promise<void> {
    let failures = 0;
    while (!closing.signal.aborted) {
      const failure = await connectOnce();
      if (failure === null) {
        onFirst();
        const since = performance.now();
        // Closed while it was connecting: nobody else would hang up.
        if (closing.signal.aborted) await client.disconnect();
        await lost();
        failures = performance.now() - since < STEADY_MS ? failures + 1 : 0;
        if (!closing.signal.aborted) log.info({}, 'a Slack socket was lost; connecting again');
        if (failures > 1) await pause(backOffMs(failures - 1, RETRY_MS), closing.signal);
        continue;
      }
      if (failure.kind === 'refused') {
        // Only heard before the first success: later the token may be put right.
        const remedy = 'seawall setup tries SLACK_APP_TOKEN, and says what to do.';
        const detail = `apps.connections.open: ${failure.reason}`;
        onRefusal(new OutsideError('slack-failed', detail, { remedy }));
      }
      failures += 1;
      const askedMs = failure.kind === 'wait' ? Math.min(failure.waitMs, WAIT_MAX_MS) : 0;
      await pause(Math.max(askedMs, backOffMs(failures, RETRY_MS)), closing.signal);
    }
  }

  const lost = () =>
    new Promise<void>((resolve) => {
      if (!connected) resolve();
      else client.once('disconnected', () => resolve());
    });
  client.on('disconnected', () => {
    connected = false;
  });

  return {
    receiver,
    connect: () =>
      new Promise((resolve, reject) => {
        loop = keepConnected(resolve, reject);
      }),
    isConnected: () => connected,
    async close() {
      closing.abort();
      if (connected) await client.disconnect();
      await loop;
    },
  };
}

/** Kinds of message that Slack sends over a socket. */
const messageTypes: readonly unknown[] = [
  'hello',
  'disconnect',
  'slash_commands',
  'interactive',
  'events_api',
];

/**
 * The library makes an event of its own of whatever type a message and an event name, `close` and
 * `error` too, and rejects where nobody listens when a message has another shape. So it gets those that
 * can be what they say.
 */
function guardMessages(client: SocketModeReceiver['client'], log: Logger): void {
  const [handle] = client.listeners('ws_message');
  client.removeAllListeners('ws_message');
  client.on('ws_message', (data: unknown, isBinary: boolean) => {
    if (isBinary || typeof data !== 'string' || !isMessage(data, client.eventNames())) {
      log.warn({}, 'a message over the Slack socket was none that Slack sends');
      return;
    }
    const work: unknown = handle?.(data, isBinary);
    void Promise.resolve(work).catch((error: unknown) =>
      log.error({ error }, 'a message over the Slack socket could not be handled'),
    );
  });
}

function isMessage(text: string, reserved: readonly unknown[]): boolean {
  const message = parse(text);
  if (!isRecord(message) || !messageTypes.includes(message.type)) return false;
  const { type, envelope_id: id, payload } = message;
  if (type === 'hello' || type === 'disconnect') return true;
  if (typeof id !== 'string' || !isRecord(payload) || !isDelivery(payload)) return false;
  const isEvent = payload.event !== undefined;
  const name = isRecord(payload.event) ? payload.event.type : undefined;
  return isEvent === (type === 'events_api') && !reserved.includes(name);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
