// Looks after vulnerabilities until it is killed, and sends what is owed:
// `node exposure-process.ts <database url> <api url> <bot token> <channel> <until>`. Once a channel was told as
// far as the feeds go it says `ready`; with `matched` or `owed` it says so there, and goes no further.
import { flushCompileCache } from 'node:module';
import { tellExposure } from '../../src/alerts/tell-exposure.ts';
import type { HostDeclaration } from '../../src/ports/declarations.ts';
import { lookInProcess } from '../../src/programs/exposure-process.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { openStore } from '../../src/store/open-store.ts';
import { slackReply } from '../../src/views/slack-messages.ts';
import { openSender } from './outbox-rig.ts';

const [url = '', apiUrl = '', botToken = '', channel = '', until = ''] = process.argv.slice(2);
const store = await openStore({ url, now: Date.now });
const owner = `process ${process.pid}`;
/** For ever: the process is killed here. */
const stop = (word: string): Promise<never> => {
  process.stdout.write(`${word}\n`);
  return new Promise(() => {});
};
// What is owed stays owed where it is to be killed before it is sent.
const outbox =
  until === ''
    ? openSender({ store: store.outbox, apiUrl, botToken, owner })
    : { put: () => stop('owed') };

const parts = {
  context: {
    hosts: [{ name: 'web-1' } as HostDeclaration],
    channels: [],
    now: Date.now,
    feedsStaleAfterMs: 5 * 86_400_000,
    ...store,
  },
  channels: async () => [
    { id: channel, severity: 'high' as const, host: null, perHour: 20, since: null },
  ],
  lookAtExposure: async (look: Parameters<typeof lookInProcess>[1]) => {
    const seen = await lookInProcess(url, look);
    return until === 'matched' ? stop('matched') : seen;
  },
  outbox,
  render: async (document: Parameters<typeof slackReply>[0]) => slackReply(document),
  log: silentLogger,
  owner,
  // Of one that was killed the test ends it.
  leaseMs: 120_000,
};

const look = async (): Promise<void> => {
  await tellExposure(parts);
  const { generation, channels } = await store.exposed.state();
  if (channels.some((one) => one.generation === generation)) process.stdout.write('ready\n');
  setTimeout(() => void look(), 100);
};
// One that goes no further has nothing else to stay for.
setInterval(() => {}, 1_000);
// Node would keep what it compiled at the end of this process, which is killed.
flushCompileCache();
await look();
