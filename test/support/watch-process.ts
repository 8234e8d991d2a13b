// Watches one host until it is killed: `node watch-process.ts <database url> <host> <engine url>`.
import { flushCompileCache } from 'node:module';
import { openStore } from '../../src/store/open-store.ts';
import { openWatchRig } from './watch-rig.ts';

const [url = '', host = '', engineUrl = ''] = process.argv.slice(2);
const store = await openStore({ url, now: Date.now });
openWatchRig(store, { [host]: engineUrl });
// Node would keep what it compiled at the end of this process, which is killed.
flushCompileCache();
process.stdout.write('ready\n');
