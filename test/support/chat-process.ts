// Answers in an emulated workspace until it is killed: `node chat-process.ts <places>`, where the places
// are JSON as below. It takes over what another process left once a test ends the leases of that.
import { flushCompileCache } from 'node:module';
import { silentLogger } from '../../src/shared/logger.ts';
import { startChat } from './start-chat.ts';

export interface Places {
  url: string;
  engineUrl: string;
  apiUrl: string;
  botToken: string;
  appToken: string;
}

const { url, engineUrl, ...slack } = JSON.parse(process.argv[2] ?? '') as Places;
await startChat({
  kind: 'socket',
  workspace: { ...slack, signingSecret: '' },
  database: { url },
  engineUrl,
  readsEngine: true,
  port: 0,
  log: silentLogger,
  snapshots: [],
  answers: [],
  timings: { deliveryLeaseMs: 120_000, outboxLeaseMs: 120_000, doubtWaitMs: 500 },
});
// Node would keep what it compiled at the end of this process, which is killed.
flushCompileCache();
process.stdout.write('ready\n');
