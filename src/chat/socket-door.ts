import { setTimeout as sleep } from 'node:timers/promises';
import { SocketModeReceiver } from '@slack/bolt';
import type { Logger } from '../shared/logger.ts';
import { boltLogger } from './bolt-logger.ts';

const RETRY_MIN_MS = 500;
const RETRY_MAX_MS = 60_000;

export interface SocketDoor {
  receiver: SocketModeReceiver;
  /** Connects, and connects again after every loss until closed. Settles after the first success. */
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

  async function connectOnce(): Promise<boolean> {
    try {
      await client.start();
      connected = true;
      log.info({}, 'a Slack socket is connected');
      return true;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log.warn({ reason }, 'a Slack socket could not connect; trying again');
      return false;
    }
  }

  async function keepConnected(onFirst: () => void): Promise<void> {
    let waitMs = RETRY_MIN_MS;
    while (!closing.signal.aborted) {
      const lost = new Promise<void>((resolve) => {
        client.once('disconnected', () => resolve());
      });
      if (await connectOnce()) {
        onFirst();
        waitMs = RETRY_MIN_MS;
        await lost;
        connected = false;
        if (!closing.signal.aborted) log.info({}, 'a Slack socket was lost; connecting again');
        continue;
      }
      await sleep(waitMs, undefined, { signal: closing.signal }).catch(() => undefined);
      waitMs = Math.min(RETRY_MAX_MS, waitMs * 2);
    }
  }

  return {
    receiver,
    connect: () =>
      new Promise((resolve) => {
        loop = keepConnected(resolve);
      }),
    isConnected: () => connected,
    async close() {
      closing.abort();
      if (connected) await client.disconnect();
      await loop;
    },
  };
}
