// A workspace beside containers: `node workspace-process.ts <host> <port> <bot token> <app token> [silent]`. As often as
// the app connects somebody types `scan` in its channel, unless it is silent; the answers are printed, one line each.
import { openWorkspace } from '../../demo/workspace/workspace.ts';

const [host = '', port = '', botToken = '', appToken = '', silent] = process.argv.slice(2);
const CHANNEL = '#security';
const WAIT_MS = 300_000;

const workspace = await openWorkspace({
  ...{ host, port: Number(port), botToken, appToken },
  delivery: { mode: 'socket' },
});
process.stdout.write(`open ${workspace.apiUrl}\n`);
while (silent === undefined) {
  await workspace.waitUntil(() => workspace.sockets.count() > 0, WAIT_MS);
  const before = workspace.messages(CHANNEL).length;
  await workspace.sendCommand({ text: 'scan', channel: CHANNEL });
  await workspace.waitUntil(() => /grade/i.test(texts(before)), WAIT_MS);
  process.stdout.write(`answered ${texts(before)}\n`);
  await workspace.waitUntil(() => workspace.sockets.count() === 0, WAIT_MS);
}

function texts(from: number): string {
  return JSON.stringify(workspace.messages(CHANNEL).slice(from));
}
