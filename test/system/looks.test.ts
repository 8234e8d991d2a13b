import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { answerDocument } from '../../src/views/answer.ts';
import { terminalText } from '../../src/views/terminal-text.ts';
import { BEATS_A_SECOND, openBeats } from '../support/beats.ts';
import { readable } from '../support/chat-app.ts';
import { baseImage, type RealEngine } from '../support/real-engine.ts';
import { startContainer } from '../support/run-options.ts';
import { openSeawall, type RunningSeawall } from '../support/seawall.ts';
import { until } from '../support/until.ts';
import { workerEngine } from '../support/worker-engine.ts';

const channel = 'C0SECURIT';
/** Ten seconds, as is promised, of a machine that does not stand still; the container itself lives two of them. */
const TOLD_WITHIN_BEATS = 10 * BEATS_A_SECOND;

let engine: RealEngine;
let folder: string;
let bot: RunningSeawall | null = null;

beforeAll(async () => {
  engine = await workerEngine();
  engine.importBaseImage();
});
afterAll(() => engine?.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'seawall-looks-'));
});
afterEach(async () => {
  await bot?.close();
  bot = null;
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<RunningSeawall> {
  bot = await openSeawall({
    hosts: [{ name: 'prod', url: engine.url }],
    mode: 'http',
    access: { approve: ['everyone'] },
    channels: [{ id: channel, alerts: { severity: 'critical' } }],
    scans: { every: '6h' },
    workspaceOptions: { rateLimits: false },
    folder,
  });
  return bot;
}

/** The first column of the rows of a query; of a database that is being made, nothing. */
function values(query: string): unknown[] {
  const connection = new Database(join(folder, 'seawall.db'), { readonly: true });
  try {
    return connection.prepare(query).pluck().all();
  } finally {
    connection.close();
  }
}

const isHeard = () => values('select is_hearing from watch').includes(1);
const scans = () => values('select id from scan').length;
const shown = () => (bot?.workspace.messages(channel) ?? []).map(readable).join('\n');

/** Messages of the channel that are no alerts. */
const digests = () =>
  (bot?.workspace.messages(channel) ?? [])
    .filter(({ text }) => !/^(critical|resolved):/.test(text))
    .map(readable);

async function ask(text: string): Promise<string> {
  if (bot === null) throw new Error('nothing runs');
  const { answers } = bot;
  const count = answers.length;
  await bot.workspace.sendCommand({ text });
  await until(() => answers.length > count);
  const answer = answers.at(-1);
  if (answer === undefined) throw new Error('no answer');
  const document = answerDocument(answer);
  return `${document.headline}\n${terminalText(document)}`.replace(/\s+/g, ' ');
}

const run = (name: string, ...command: string[]) =>
  startContainer(
    engine.socketPath,
    name,
    ['--no-network', '--rm', '--privileged'],
    [baseImage, ...command],
  );

/** Lives two seconds, or as much longer as the machine stands still; gives after how many beats it was told. */
async function flash(isTold: () => boolean): Promise<number> {
  await run('flash', 'sh', '-c', 'trap "exit 0" TERM; while true; do sleep 0.1; done');
  const waitBeats = openBeats(engine.socketPath);
  let toldAfter = 0;
  for (let beat = 1; beat <= 2 * BEATS_A_SECOND || !isTold(); beat += 1) {
    await waitBeats(1);
    if (!isTold()) toldAfter = beat;
    if (beat === 2 * BEATS_A_SECOND) engine.docker('kill', '--signal', 'TERM', 'flash');
  }
  return toldAfter;
}

/** Seconds from the start of a container to its end, as the engine remembers them. */
function secondsOf(name: string): number {
  const [from, to] = ['start', 'die'].map((event) => {
    const words = ['--since', '0', '--until', `${Math.ceil(Date.now() / 1_000)}`];
    const only = ['--filter', `container=${name}`, '--filter', `event=${event}`];
    return Number(engine.docker('events', ...words, ...only, '--format', '{{.TimeNano}}')) / 1e9;
  });
  return (to ?? Number.NaN) - (from ?? Number.NaN);
}
const ranIn = (text: string) => Number(/ran (\d+) s/.exec(text)?.[1]);
const noneOwed = () => values("select key from outbox where state = 'pending'").length === 0;

test('what lives two seconds is told, and known ever after, with nothing typed', async () => {
  const { answers, workspace } = await start();
  await until(isHeard);

  const toldAfter = await flash(() => shown().includes('flash on prod was started privileged'));
  expect(toldAfter).toBeLessThan(TOLD_WITHIN_BEATS);
  expect(answers).toEqual([]);
  await until(noneOwed);
  await until(() => scans() > 0);
  await until(() => values('select closed_at from container where is_gone = 1').length > 0);

  expect(await ask('containers gone')).toContain('flash');
  const gone = await ask('inspect flash');
  expect(gone).toMatch(/flash on prod: gone since .*, ran \d+ s, .*privileged/);
  expect(Math.abs(ranIn(gone) - secondsOf('flash'))).toBeLessThan(1.5);
  expect(gone).toContain('exit code 0');
  expect(gone).toContain('flash on prod was started privileged');
  expect(gone).toContain('critical alert (sent)');
  await ask('digest now');
  await until(() => digests().some((text) => text.includes('flash')));
  await until(noneOwed);
  expect(await ask('inspect flash')).toMatch(/digest of .*, as one that came and went \(sent\)/);
  expect(workspace.violations).toEqual([]);

  await bot?.close();
  await run('late', 'sleep', '600');
  await run('missed', 'true');
  await start();
  // Whoever sees it first tells it: the list that the watcher compares, or the scan of the start.
  await until(() => /late on prod (runs|was started) privileged/.test(shown()));
  const later = await ask('inspect flash');
  expect(later).toMatch(/gone since .*, ran \d+ s, .*privileged/);
  expect(ranIn(later)).toBe(ranIn(gone));
  await until(async () => (await ask('containers gone')).includes('missed'));
  await until(async () => (await ask('audit scan')).includes('prod, by itself: Seawall started'));
  engine.docker('rm', '--force', 'late');
});
