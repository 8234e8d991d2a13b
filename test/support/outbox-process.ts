// Puts numbered messages of three channels and sends what is owed until it is killed:
// `node outbox-process.ts <database url> <api url> <bot token> <count>`. With a count of 0 it only sends.
import { flushCompileCache } from 'node:module';
import { openStore } from '../../src/store/open-store.ts';
import { numberedMessages } from './numbered-messages.ts';
import { openSender } from './outbox-rig.ts';

const [url = '', apiUrl = '', botToken = '', count = '0'] = process.argv.slice(2);
const store = await openStore({ url, now: Date.now });
const owner = `process ${process.pid}`;
// A busy machine must not make calls late: what Slack takes after it was looked for comes twice. Leases of those who
// were killed the test ends itself.
const timings = { callTimeoutMs: 10_000, doubtWaitMs: 1_000, outboxLeaseMs: 120_000 };
const outbox = openSender({ store: store.outbox, apiUrl, botToken, owner, timings });
// Node would keep what it compiled at the end of this process, which is killed.
flushCompileCache();
process.stdout.write('ready\n');
for (const messages of numberedMessages(Number(count))) await outbox.put(messages);
// The outbox keeps no program alive.
setInterval(() => {}, 1_000);
