import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { untilTrue } from '../../support/engine-door.ts';
import { openEventEngine } from '../../support/event-engine.ts';
import { sampleOf } from '../../support/metric-sample.ts';
import { openRecordedEngine, type RecordedEngine } from '../../support/recorded-engine.ts';
import { openSeawall, type RunningSeawall } from '../../support/seawall.ts';
import { until } from '../../support/until.ts';

let engine: RecordedEngine;
let bot: RunningSeawall;
beforeAll(async () => {
  engine = await openRecordedEngine({ containers: 6 });
});
afterEach(() => bot?.close());
afterAll(() => engine.close());

const open = async (mode: 'http' | 'socket') => {
  const down = { name: 'down', url: 'tcp://127.0.0.1:1' };
  bot = await openSeawall({ hosts: [{ name: 'web-1', url: engine.url }, down], mode });
};

async function scanAll(): Promise<void> {
  await bot.workspace.sendCommand({ text: 'scan on all' });
  await untilTrue(() => bot.answers.length > 0);
}

function scanOf(host: string) {
  const scans = bot.answers.flatMap((answer) => (answer.kind === 'scan' ? answer.scans : []));
  const found = scans.find((scan) => scan.host === host);
  if (found === undefined) throw new Error(`no answer has a scan of ${host}`);
  return found;
}

const get = async (path: string) => {
  const answer = await fetch(bot.origin + path);
  return { status: answer.status, text: await answer.text() };
};

test.each(['http', 'socket'] as const)(
  'over %s it is healthy, ready and measured',
  async (mode) => {
    await open(mode);
    await scanAll();
    // It counts a scan once that is stored, from when on it may answer.
    const counted =
      /seawall_scans_total\{host="(web-1|down)",outcome="(good|unreadable)",.*\} 1$/gm;
    await until(async () => (await get('/metrics')).text.match(counted)?.length === 2);

    await expect(get('/healthz')).resolves.toEqual({ status: 200, text: 'ok\n' });
    await expect(get('/readyz')).resolves.toMatchObject({ status: 200 });
    const { text, status } = await get('/metrics');
    expect(status).toBe(200);
    expect(sampleOf(text, 'seawall_host_reachable{host="web-1"}')).toBe(1);
    expect(sampleOf(text, 'seawall_host_reachable{host="down"}')).toBe(0);
    expect(sampleOf(text, 'seawall_scans_total{host="web-1",outcome="good",role="serve"}')).toBe(1);
    expect(
      sampleOf(text, 'seawall_scans_total{host="down",outcome="unreadable",role="serve"}'),
    ).toBe(1);
    const { critical } = scanOf('web-1').counts.open;
    expect(critical).toBeGreaterThan(0);
    expect(sampleOf(text, 'seawall_open_findings{host="web-1",severity="critical"}')).toBe(
      critical,
    );
    expect(sampleOf(text, 'seawall_judgements{host="web-1",verdict="unknown"}')).toBeGreaterThan(
      10,
    );
    expect(sampleOf(text, 'seawall_blind_seconds{host="down"}')).toBeGreaterThanOrEqual(0);
    expect(sampleOf(text, 'seawall_outbox_dead_channels')).toBe(0);
    // A container's name is for who may ask.
    const names = scanOf('web-1').results.map(({ subject }) => subject.name);
    expect(names).toContain('t37-stopped-priv');
    expect(text).not.toContain('t37-stopped-priv');
    expect((await get('/nothing-here')).status).toBe(404);
  },
);

test('it counts what Slack did not take', async () => {
  await open('http');
  // The answer to a scan takes the place of its progress.
  const fault = { kind: 'rate-limit', method: 'chat.update', retryAfterSeconds: 1 } as const;
  bot.workspace.faults.add({ ...fault, count: 50 });
  await bot.workspace.sendMention({ text: 'scan on web-1' });
  const series = 'seawall_slack_failures_total{kind="wait",role="serve"}';
  while (!(await get('/metrics')).text.includes(series)) await sleep(50);

  expect(sampleOf((await get('/metrics')).text, series)).toBeGreaterThan(0);
  bot.workspace.faults.clear();
});

test('it measures how late events of an engine are stored', async () => {
  const events = await openEventEngine();
  bot = await openSeawall({ hosts: [{ name: 'busy', url: events.url }], mode: 'http' });
  await untilTrue(() => events.streams() > 0);
  events.run('short-lived');
  const counted = async () =>
    /seawall_event_lag_seconds_count\{role="serve"\} ([1-9]\d*)/.test((await get('/metrics')).text);
  while (!(await counted())) await sleep(50);

  const { text } = await get('/metrics');
  const late = sampleOf(text, 'seawall_event_lag_seconds_bucket{le="600",role="serve"}');
  expect(late).toBe(sampleOf(text, 'seawall_event_lag_seconds_count{role="serve"}'));
  await events.close();
});

test('that a host is not heard is no event that was stored late', async () => {
  await open('http');
  const blindSeconds = async () =>
    sampleOf((await get('/metrics')).text, 'seawall_blind_seconds{host="down"}');
  while ((await blindSeconds()) === 0) await sleep(50);

  const { text } = await get('/metrics');
  expect(sampleOf(text, 'seawall_event_lag_seconds_count{role="serve"}')).toBe(0);
});

test('it is not ready once the app is removed from its workspace, and says so', async () => {
  await open('http');
  await bot.workspace.uninstallApp();
  while ((await get('/readyz')).status === 200) await sleep(20);

  expect(JSON.parse((await get('/readyz')).text)).toMatchObject({
    isReady: false,
    problems: [expect.stringMatching(/uninstalled|revoked/)],
  });
  expect((await get('/healthz')).status).toBe(200);
});

test('the dashboard and the alert rules use no metric that is not there', async () => {
  await open('http');
  await scanAll();
  const { text } = await get('/metrics');
  const exported = new Set([...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name = '']) => name));
  const files = ['deploy/grafana/seawall.json', 'deploy/prometheus/rules.yaml'];
  const used = files.flatMap(
    (file) => readFileSync(file, 'utf8').match(/\b(seawall|process|nodejs)_[a-z_0-9]+/g) ?? [],
  );
  const isThere = (name: string) =>
    exported.has(name) || exported.has(name.replace(/_(bucket|count|sum)$/, ''));

  expect(new Set(used).size).toBeGreaterThan(25);
  expect([...new Set(used)].filter((name) => !isThere(name))).toEqual([]);
});
