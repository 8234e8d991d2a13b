// Watches its share of hosts until it is ended, with short leases, as `seawall worker` does:
// `node watcher-process.ts <JSON of WatcherOptions>`. SIGTERM closes it. It prints the id of its process once it is there.
import { randomUUID } from 'node:crypto';
import { flushCompileCache } from 'node:module';
import { openPresence } from '../../src/programs/presence.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { openStore } from '../../src/store/open-store.ts';
import { openWatchRig } from './watch-rig.ts';

export interface WatcherOptions {
  databaseUrl: string;
  /** Urls by name. */
  hosts: Record<string, string>;
  /** By how much its clock is wrong. */
  aheadMs: number;
}

const { databaseUrl, hosts, aheadMs } = JSON.parse(process.argv[2] ?? '') as WatcherOptions;
const now = () => Date.now() + aheadMs;
const store = await openStore({ url: databaseUrl, now });
const processId = randomUUID();
const presence = await openPresence(
  { store, processId, context: { version: '1.0.0', now } },
  { role: 'worker', log: silentLogger, timings: { leaseMs: 4_000, beatMs: 500, settleMs: 1_000 } },
);
const every = '* * * * * *';
const rig = openWatchRig(store, hosts, {
  ...{ owner: processId, peers: presence.peers, now: presence.now },
  timings: {
    ...{ leaseMs: 5_000, beat: every, claim: every, leftMs: 5_000, weighMs: 10_000 },
    retryMs: { least: 50, most: 500 },
    // An engine that stands still with this machine is not silent.
    silentMs: 600_000,
  },
});
// Node would keep what it compiled at the end of this process, which is killed.
flushCompileCache();
process.stdout.write(`${processId}\n`);
const close = async () => {
  await rig.close();
  await presence.close();
  await store.close();
};
process.once('SIGTERM', () => void close());
