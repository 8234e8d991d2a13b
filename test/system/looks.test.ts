import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { answerDocument } from '../../src/views/answer.ts';
import { terminalText } from '../../src/views/terminal-text.ts';
import { readable } from '../support/chat-app.ts';
import { baseImage, type RealEngine } from '../support/real-engine.ts';
import { openSeawall, type RunningSeawall } from '../support/seawall.ts';
import { until } from '../support/until.ts';
import { workerEngine } from '../support/worker-engine.ts';

const channel = 'C0SECURIT';
/** What is promised; the container itself takes two seconds of it. */
const TOLD_WITHIN_MS = 10_000;

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
  engine.docker('run', '--detach', '--rm', '--privileged', '--name', name, baseImage, ...command);

test('what lives two seconds is told, and known ever after, with nothing typed', async () => {
  const { answers, workspace } = await start();
  await until(isHeard);

  const began = Date.now();
  run('flash', 'sleep', '2');
  await until(() => shown().includes('flash on prod was started privileged'));
  expect(Date.now() - began).toBeLessThan(TOLD_WITHIN_MS);
  expect(answers).toEqual([]);
  await until(() => scans() > 0);
  await until(() => values('select closed_at from container where is_gone = 1').length > 0);

  expect(await ask('containers gone')).toContain('flash');
  const gone = await ask('inspect flash');
  expect(gone).toMatch(/flash on prod: gone since .*, ran [1-4] s, .*privileged/);
  expect(gone).toContain('exit code 0');
  expect(gone).toContain('flash on prod was started privileged');
  expect(gone).toContain('critical alert (sent)');
  await ask('digest now');
  await until(() => digests().some((text) => text.includes('flash')));
  await until(() => values("select key from outbox where state = 'pending'").length === 0);
  expect(await ask('inspect flash')).toMatch(/digest of .*, as one that came and went \(sent\)/);
  expect(workspace.violations).toEqual([]);

  await bot?.close();
  run('late', 'sleep', '600');
  run('missed', 'true');
  await start();
  // Whoever sees it first tells it: the list that the watcher compares, or the scan of the start.
  await until(() => /late on prod (runs|was started) privileged/.test(shown()));
  expect(await ask('inspect flash')).toMatch(/gone since .*, ran [1-4] s, .*privileged/);
  expect(await ask('containers gone')).toContain('missed');
  expect(await ask('audit scan')).toContain('prod, by itself: Seawall started');
  engine.docker('rm', '--force', 'late');
});
