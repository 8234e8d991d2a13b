import { WebClient } from '@slack/web-api';
import { boltLogger } from '../../src/chat/bolt-logger.ts';
import { type OutboxSender, openOutbox } from '../../src/chat/outbox.ts';
import { openSender as openWayOut } from '../../src/chat/sender.ts';
import { type ChatTimings, chatTimings } from '../../src/chat/timings.ts';
import type { OutboxMessage, OutboxStore } from '../../src/ports/outbox.ts';
import { type Logger, silentLogger } from '../../src/shared/logger.ts';
import { plainNotice } from '../../src/views/slack-messages.ts';

/** Waits shortened where a fault would otherwise hold a test up; what Slack hangs needs shorter ones than these. */
export const quickOutbox: ChatTimings = {
  ...chatTimings,
  callTimeoutMs: 30_000,
  backoffMs: 10,
  doubtWaitMs: 50,
  backoffMaxMs: 100,
  look: '* * * * * *',
  outboxLeaseMs: 120_000,
  tokenPauseMs: 50,
  closeWaitMs: 50,
};

export interface SenderOptions {
  store: OutboxStore;
  apiUrl: string;
  botToken: string;
  owner?: string;
  botId?: string;
  operatorsChannel?: string;
  whoSetUp?: (channel: string) => Promise<string | null>;
  timings?: Partial<ChatTimings>;
  now?: () => number;
  log?: Logger;
}

/** The outbox as the chat opens it, over an emulated workspace. */
export function openSender(options: SenderOptions): OutboxSender {
  const timings = { ...quickOutbox, ...options.timings };
  const log = options.log ?? silentLogger;
  const client = new WebClient(options.botToken, {
    slackApiUrl: options.apiUrl,
    timeout: timings.callTimeoutMs,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: boltLogger(silentLogger),
  });
  return openOutbox({
    store: options.store,
    client,
    botId: options.botId ?? 'B0SEAWALL',
    owner: options.owner ?? 'sender',
    operatorsChannel: options.operatorsChannel ?? null,
    whoSetUp: options.whoSetUp ?? (async () => null),
    timings,
    now: options.now ?? Date.now,
    log,
    variants: openWayOut(client, timings, silentLogger, () => null).variants,
    whyLost: () => null,
  });
}

/** A digest that says its key; in #security and due now unless said otherwise. */
export function owed(key: string, difference: Partial<OutboxMessage> = {}): OutboxMessage {
  return {
    key,
    channel: 'C0SECURIT',
    action: { kind: 'post' },
    what: 'digest',
    payload: plainNotice(key),
    dueAt: Date.now(),
    ...difference,
  };
}
