import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { openSampleEngine, type SampleEngine } from '../../../demo/sample/sample-engine.ts';
import { timeOf } from '../../../demo/sample/timeline.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const root = join(import.meta.dirname, '../../..');
const recordings = join(root, 'demo/sample/recordings');
const startedAt = Date.parse('2026-03-31T15:20:00Z');
const at = (day: number, time: string) => timeOf({ day, at: time }, startedAt);

let now = startedAt;
let engine: SampleEngine;
beforeAll(async () => {
  engine = await openSampleEngine({ host: 'sample-ci', startedAt, clock: () => now });
});
afterAll(() => engine.close());
beforeEach(() => {
  now = startedAt;
});

const ask = (path: string, method = 'GET') =>
  fetch(`${engine.url.replace('tcp:', 'http:')}${path}`, { method });
const askJson = async <T>(path: string) => (await (await ask(path)).json()) as T;

interface Listed {
  Id: string;
  Names: string[];
}
const listAll = () => askJson<Listed[]>('/v1.45/containers/json?all=1');
const containerNames = async () => (await listAll()).flatMap(({ Names }) => Names).sort();

it('answers as recorded at the step that the clock has reached', async () => {
  expect(await containerNames()).toEqual(['/builder', '/registry', '/runner-1', '/runner-2']);
  now = at(28, '17:05');
  expect(await containerNames()).toContain('/build-1533');
  now = at(0, '06:00');
  expect(await containerNames()).toEqual(['/builder', '/runner-1', '/runner-2']);
});

it('says times of the story, and the time that it is', async () => {
  expect(await askJson('/v1.45/info')).toMatchObject({
    Name: 'sample-ci',
    SystemTime: '2026-03-31T15:20:00.000Z',
  });

  const id = (await listAll()).find(({ Names }) => Names.includes('/registry'))?.Id;
  const { Created } = await askJson<{ Created: string }>(`/v1.45/containers/${id}/json`);
  const created = Date.parse(Created);
  expect(created).toBeGreaterThanOrEqual(at(7, '15:00'));
  expect(created).toBeLessThan(at(7, '15:30'));
});

it('answers with the headers of the recorded engine', async () => {
  const answer = await ask('/version');

  expect(answer.status).toBe(200);
  expect(answer.headers.get('api-version')).toMatch(/^1\.\d+$/);
  expect(answer.headers.get('server')).toMatch(/^Docker\//);
});

it('breaks connections off while it is down', async () => {
  now = at(20, '03:00');
  await expect(ask('/v1.45/info')).rejects.toThrow('fetch failed');
});

it('does not answer what was not recorded as if it were not there', async () => {
  const answer = await ask('/v1.45/containers/abc/logs');

  expect(answer.status).toBe(501);
  expect(await answer.json()).toEqual({
    message: 'the recording of this engine has no GET /containers/abc/logs',
  });
});

it('says of a container that its list does not have that it is not there', async () => {
  now = at(28, '17:05');
  const build = (await listAll()).find(({ Names }) => Names.includes('/build-1533'))?.Id;
  const logs = await ask(`/v1.45/containers/${build}/logs`);
  now = startedAt;
  const gone = await ask(`/v1.45/containers/${build}/json`);

  expect(logs.status).toBe(501);
  expect(gone.status).toBe(404);
  expect(await gone.json()).toEqual({ message: `No such container: ${build}` });
});

it.each(['POST', 'PUT', 'DELETE', 'PATCH'])('takes no %s', async (method) => {
  expect((await ask('/info', method)).status).toBe(405);
});

it('names nothing of the machine it was recorded on', () => {
  const files = readdirSync(recordings).filter((name) => name.endsWith('.json.br'));
  expect(files).toHaveLength(3);
  for (const file of files) {
    const text = brotliDecompressSync(readFileSync(join(recordings, file))).toString();
    expect(text).not.toMatch(/\/tmp\/|seawall-engine-/);
    // Answers are texts of JSON within JSON.
    const named = (key: string, name: string) => JSON.stringify(`"${key}":"${name}"`).slice(1, -1);
    expect(text).toContain(named('Name', file.replace('.json.br', '')));
    expect(text).not.toContain(named('Name', hostname()));
    // A container has its own name or that of its host, which is the sample's and not that of who recorded it.
    const names = [...text.matchAll(/\\"Hostname\\":\\"([^"\\]*)\\"/g)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(0);
    const isOurs = (name = '') =>
      name === '' || /^[0-9a-f]{12}$/.test(name) || file === `${name}.json.br`;
    expect(names.filter((name) => !isOurs(name))).toEqual([]);
  }
});

it('finds its recording from the folder of a built package as well', () => {
  const folder = makePackage();
  const script = `const { openSampleEngine } = await import(${JSON.stringify(
    join(folder, 'dist/demo/sample/sample-engine.ts'),
  )});
    const options = { host: 'sample-db', startedAt: Date.now(), clock: Date.now };
    const engine = await openSampleEngine(options);
    console.log(engine.url);
    await engine.close();`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script]);

  expect(output.toString()).toMatch(/^tcp:\/\/127\.0\.0\.1:\d+\n$/);
});

const packageFolder = makeTemporaryFolder();
function makePackage(): string {
  writeFileSync(join(packageFolder, 'package.json'), '{"type":"module"}');
  const filter = (path: string) => path !== recordings;
  const built = join(packageFolder, 'dist/demo/sample');
  cpSync(join(root, 'demo/sample'), built, { recursive: true, filter });
  cpSync(recordings, join(packageFolder, 'demo/sample/recordings'), { recursive: true });
  return packageFolder;
}
