// Replaces an older version by this one while people ask for scans, and counts what was lost or came twice:
// `node scripts/rolling-upgrade.ts <checkout of the older version> [seconds a phase]`. It needs PostgreSQL's programs.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openWorkspace } from '../demo/workspace/workspace.ts';
import { startPostgres } from '../test/support/postgres-server.ts';
import { openRecordedEngine } from '../test/support/recorded-engine.ts';
import { type SharedPlace, startShared, writeSettings } from '../test/support/shared-processes.ts';

const [checkout, seconds = '10'] = process.argv.slice(2);
if (checkout === undefined) {
  throw new Error('usage: rolling-upgrade.ts <checkout of the older version> [seconds a phase]');
}
const PHASE_MS = Number(seconds) * 1_000;
const ASK_MS = 2_000;
const HOSTS = 3;
const CHANNEL = 'security';

const server = startPostgres(['fsync=on', 'synchronous_commit=on', 'full_page_writes=on']);
const database = server.create();
const engine = await openRecordedEngine();
const workspace = await openWorkspace({ delivery: { mode: 'socket' }, rateLimits: false });
const folder = mkdtempSync(join(tmpdir(), 'seawall-upgrade-'));
const names = Array.from({ length: HOSTS }, (_, index) => `web-${index + 1}`);
const hosts = names.map((name) => ({ name, url: engine.url, watch: false }));
const place: SharedPlace = { folder, databaseUrl: database.url, workspace, hosts };
writeSettings(place);
const numberOf = (query: string) => Number(database.run(query));

let asked = 0;
const stop = new AbortController();
async function ask(): Promise<void> {
  while (!stop.signal.aborted) {
    asked += 1;
    await workspace.sendCommand({ text: `scan on ${names[asked % HOSTS]}` });
    await sleep(ASK_MS);
  }
}
const answers = () =>
  workspace
    .messages(CHANNEL)
    .filter((one) => one.isFromApp && one.thread_ts === undefined && /grade/i.test(one.text));
const say = (text: string) => process.stdout.write(`${text}\n`);
/** Scans that a process says it stored. */
async function stored({ origin }: { origin: string }): Promise<number> {
  const text = await (await fetch(`${origin}/metrics`)).text();
  const counts = [
    ...text.matchAll(/^seawall_scans_total\{.*outcome="(?:good|unreadable)".*\} (\d+)/gm),
  ];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}

const older = await startShared('serve', { ...place, program: resolve(checkout, 'src/main.ts') });
const asking = ask();
await sleep(PHASE_MS);
say(`older serve alone: ${answers().length} of ${asked} answered`);
const worker = await startShared('worker', place);
const serve = await startShared('serve', place);
await sleep(PHASE_MS);
say(`both versions, one worker: ${answers().length} of ${asked} answered`);
// It takes no more, answers what it was asked, and ends.
const byOlder = await stored(older);
await older.end('SIGTERM');
await sleep(PHASE_MS);
say(`older serve ended: ${answers().length} of ${asked} answered`);
const second = await startShared('worker', place);
const byFirst = await stored(worker);
await worker.end('SIGTERM');
await sleep(PHASE_MS);
say(`another worker in place of the first: ${answers().length} of ${asked} answered`);
stop.abort();
await asking;
const isOver = () => answers().length >= asked;
for (let round = 0; round < 600 && !isOver(); round += 1) await sleep(100);

const scans = numberOf('select count(*) from scan');
const jobs = numberOf(
  `select count(*) from scan_job where what = 'scan' and result_json is not null`,
);
const open = numberOf('select count(*) from scan_job where ended_at is null');
const said = byOlder + byFirst + (await stored(second)) + (await stored(serve));
const answered = answers().length;
const texts = new Set(answers().map(({ ts }) => ts)).size;
const waits = database.run(`
  select round(percentile_cont(0.5) within group (order by begun_at - asked_at)) || ' ms, p99 ' ||
    round(percentile_cont(0.99) within group (order by begun_at - asked_at)) || ' ms' from scan_job`);
say(
  `asked ${asked}, answered ${answered} in ${texts} messages; jobs ${jobs}, open ${open}, scans ${scans}`,
);
say(
  `processes say they stored ${said}, of them ${byOlder} the older version, before each was told to stop`,
);
say(`from asked to begun: p50 ${waits}`);
await Promise.all([serve, second].map((one) => one.end('SIGTERM')));
await workspace.close();
await engine.close();
server.stop();
rmSync(folder, { recursive: true, force: true });
// What a process does after it is told to stop is stored as well, and of one question there is one scan.
const isEach = answered === asked && texts === asked;
const isRight = isEach && open === 0 && byOlder > 0 && scans >= said && scans <= asked;
say(isRight ? 'nothing lost, nothing twice' : 'WRONG');
process.exitCode = isRight ? 0 : 1;
