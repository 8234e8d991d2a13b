import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { baseImage, type RealEngine } from '../support/real-engine.ts';
import { startContainer, startSleeper } from '../support/run-options.ts';
import { runHere } from '../support/run-seawall.ts';
import { until } from '../support/until.ts';
import { workerEngine } from '../support/worker-engine.ts';

// Each line is a program of its own, so that nothing but the database remembers.
let engine: RealEngine;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'seawall-past-'));
  engine = await workerEngine();
  engine.importBaseImage();
  declare('prod');
});
afterAll(async () => {
  await engine?.close();
  rmSync(folder, { recursive: true, force: true });
});

const declare = (...names: string[]) =>
  writeFileSync(
    join(folder, 'seawall.yml'),
    JSON.stringify({ hosts: names.map((name) => ({ name, url: engine.url })) }),
  );

// biome-ignore lint/suspicious/noExplicitAny: the JSON of a program, of which a test says the form
async function ask(line: string, status = 0): Promise<any> {
  const ended = await runHere([...line.split(' '), '--json'], { cwd: folder, environment: {} });
  if (ended.status !== status) throw new Error(`${line}: ${JSON.stringify(ended)}`);
  return JSON.parse(ended.stdout);
}
const names = ({ containers }: { containers: { name: string }[] }) =>
  containers.map(({ name }) => name);
const moment = () => new Date().toISOString().slice(0, 19);
/** The beginning of the next second, once it is there: later than everything until now. */
async function nextMoment(): Promise<string> {
  const now = moment();
  await until(async () => moment() !== now);
  return moment();
}
const run = (name: string, ...options: string[]) => startSleeper(engine, name, ...options);

it('answers for containers that are gone, and then for a host that is gone', async () => {
  await run('debug', '--privileged');
  await run('web');
  const format = '{{.Id}} {{.State.StartedAt}}';
  const [id = '', startedAt = ''] = engine
    .docker('inspect', '--format', format, 'debug')
    .split(' ');
  const before = await nextMoment();
  await ask('scan');
  const during = await nextMoment();
  engine.docker('rm', '--force', 'debug');
  await ask('scan');
  const after = await nextMoment();

  for (const [declared, onHost] of [
    ['prod', ''],
    ['other', ' on prod'],
  ]) {
    declare(declared ?? '');
    const expected = {
      [`containers privileged at ${before}`]: ['debug'],
      [`containers at ${during}`]: ['debug', 'web'],
      [`containers at ${after}`]: ['web'],
      'containers privileged since 1h': ['debug'],
    };
    const asked = Object.keys(expected).map(async (line) => [
      line,
      names(await ask(`${line}${onHost}`)),
    ]);
    expect(Object.fromEntries(await Promise.all(asked))).toEqual(expected);
  }

  const gone = await ask('containers gone since 1h on prod');
  expect(Object.keys(gone).slice(0, 2)).toEqual(['answer', 'takenAt']);
  expect(gone).toMatchObject({
    answer: 'containers',
    containers: [
      {
        host: 'prod',
        name: 'debug',
        id,
        image: baseImage,
        state: 'running',
        startedAt: new Date(startedAt).toISOString(),
        removedAt: expect.stringMatching(/^\d{4}-.*Z$/),
        facets: expect.arrayContaining(['privileged']),
      },
    ],
    blind: [],
  });
  const lines = ['inspect debug', `inspect ${id.slice(0, 12)}`, 'inspect debug on prod'];
  for (const inspected of await Promise.all(lines.map((line) => ask(line)))) {
    expect(inspected).toMatchObject({
      host: { name: 'prod', isRetired: true },
      container: { facts: { id }, removedAt: gone.containers[0].removedAt },
      lastFindings: expect.arrayContaining([
        expect.objectContaining({ rule: 'no-privileged-container', openHours: 0 }),
      ]),
    });
  }
  expect(await ask('scan on prod', 2)).toMatchObject({
    answer: 'problem',
    correctedLine: 'containers since 7d on prod',
  });
});

it('says in what a container that was made anew differs from what was approved', async () => {
  declare('prod');
  await run('shop', '--memory', '64m', '--cap-drop', 'ALL');
  await ask('scan');
  await ask('baseline approve shop');
  engine.docker('rm', '--force', 'shop');
  await run('shop', '--memory', '64m', '--cap-drop', 'ALL');
  await ask('scan');
  expect((await ask('inspect shop')).drift.baseline.changes).toEqual([]);

  engine.docker('rm', '--force', 'shop');
  await run(
    'shop',
    '--memory',
    '64m',
    '--cap-drop',
    'ALL',
    '--cap-add',
    'NET_ADMIN',
    '-v',
    '/srv:/srv',
  );
  engine.docker('update', '--pids-limit', '100', 'shop');
  await ask('scan');

  const { drift } = await ask('inspect shop');
  expect(drift.baseline.changes).toEqual([
    { field: 'capabilities', removed: [], added: ['CAP_NET_ADMIN'] },
    { field: 'mounts', removed: [], added: ['/srv:/srv:rw'] },
    { field: 'process limit', removed: ['none'], added: ['100'] },
  ]);
  expect(await ask('status')).toMatchObject({
    drifted: [{ host: 'prod', name: 'shop', fields: ['capabilities', 'mounts', 'process limit'] }],
  });
});

it('proves by the mark of Compose that somebody changed a container after it', async () => {
  const labels = ['project=pay', 'service=api', 'config-hash=abc', 'oneoff=False'].flatMap(
    (label) => ['--label', `com.docker.compose.${label}`],
  );
  await startContainer(
    engine.socketPath,
    'pay-api-1',
    [...labels, '--user', '1000', '--expose', '9000', '--publish', '8080'],
    [baseImage, 'sleep', 'infinity'],
  );
  await ask('scan');
  expect((await ask('inspect pay-api-1')).drift).toMatchObject({
    compose: { configHash: 'abc', otherConfiguration: [], changed: null },
    image: [
      { field: 'user', removed: ['not set'], added: ['1000'] },
      { field: 'exposed ports', removed: [], added: ['8080/tcp', '9000/tcp'] },
    ],
  });

  engine.docker('stop', '--time', '0', 'pay-api-1');
  await ask('scan');
  expect((await ask('inspect pay-api-1')).drift.compose.changed).toBeNull();

  engine.docker('start', 'pay-api-1');
  engine.docker('update', '--restart', 'always', 'pay-api-1');
  await ask('scan');

  expect((await ask('inspect pay-api-1')).drift.compose.changed.changes).toEqual([
    { field: 'restart', removed: ['no'], added: ['always'] },
  ]);
});
