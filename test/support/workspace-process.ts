// A workspace beside containers: `node workspace-process.ts <host> <port> <bot token> <app token> [line …]`. As often as
// the app connects somebody types in its channel: the first line when it does for the first time, and so on, the last one
// whenever it does again; `scan` when there is none. The answers are to speak of the grade; they are printed, one line each.
import { openWorkspace } from '../../demo/workspace/workspace.ts';

const [host = '', port = '', botToken = '', appToken = '', ...given] = process.argv.slice(2);
const CHANNEL = '#security';
const WAIT_MS = 300_000;
const lines = given.length > 0 ? given : ['scan'];

const workspace = await openWorkspace({
  ...{ host, port: Number(port), botToken, appToken },
  delivery: { mode: 'socket' },
});
process.stdout.write(`open ${workspace.apiUrl}\n`);
for (let count = 0; ; count += 1) {
  await workspace.waitUntil(() => workspace.sockets.count() > 0, WAIT_MS);
  const before = answers().map(({ length }) => length);
  const text = lines[Math.min(count, lines.length - 1)] ?? '';
  await workspace.sendCommand({ text, channel: CHANNEL });
  await workspace.waitUntil(() => /grade/i.test(texts(before)), WAIT_MS);
  process.stdout.write(`answered ${texts(before)}\n`);
  await workspace.waitUntil(() => workspace.sockets.count() === 0, WAIT_MS);
}

/** For everybody, and for who asked. */
function answers() {
  return [workspace.messages(CHANNEL), workspace.ephemerals(CHANNEL, 'alice')];
}

/** Those that came since there were so many of each. */
function texts(counts: readonly number[]): string {
  return JSON.stringify(answers().flatMap((all, at) => all.slice(counts[at])));
}
