import { setTimeout as sleep } from 'node:timers/promises';
import { SocketModeReceiver } from '@slack/bolt';
import { OutsideError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { boltLogger } from './bolt-logger.ts';
import { type SlackFailure, slackFailure } from './slack-failure.ts';

const RETRY_MIN_MS = 500;
const RETRY_MAX_MS = 60_000;

export interface SocketDoor {
  receiver: SocketModeReceiver;
  /**
   * Connects, and connects again after every loss until closed. Settles after the first success, or
   * rejects with `OutsideError` when Slack refuses the token before there was one.
   */
  connect(): Promise<void>;
  isConnected(): boolean;
  close(): Promise<void>;
}

/**
 * Slack over one WebSocket. The library's own reconnection leaves five seconds without a connection
 * and ends the process with an unhandled rejection when the token is refused meanwhile, so it is
 * switched off and this loop takes its place: at once, then 0.5 s, doubling up to a minute.
 */
export function openSocketDoor(appToken: string, slackApiUrl: string, log: Logger): SocketDoor {
  const receiver = new SocketModeReceiver({
    appToken,
    autoReconnectEnabled: false,
    logger: boltLogger(log),
    installerOptions: {
      clientOptions: { slackApiUrl, timeout: 10_000, retryConfig: { retries: 0 } },
    },
  });
  const { client } = receiver;
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
    let waitMs = RETRY_MIN_MS;
    while (!closing.signal.aborted) {
      const failure = await connectOnce();
      if (failure === null) {
        onFirst();
        waitMs = RETRY_MIN_MS;
        // Closed while it was connecting: nobody else would hang up.
        if (closing.signal.aborted) await client.disconnect();
        await lost();
        if (!closing.signal.aborted) log.info({}, 'a Slack socket was lost; connecting again');
        continue;
      }
      if (failure.kind === 'refused') {
        // Only heard before the first success: later the token may be put right.
        onRefusal(new OutsideError('slack-failed', `apps.connections.open: ${failure.reason}`));
      }
      await sleep(waitMs, undefined, { signal: closing.signal }).catch(() => undefined);
      waitMs = Math.min(RETRY_MAX_MS, waitMs * 2);
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
