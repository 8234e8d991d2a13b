import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordingFolder } from './engine-recording.ts';
import { openRecordedEngine, type RecordedEngine } from './recorded-engine.ts';

const recorded = (file: string) => JSON.parse(readFileSync(join(recordingFolder, file), 'utf8'));
const containers = recorded('containers.json');
const images = recorded('images.json');
const stopped = containers.find((item: { Name: string }) => item.Name === '/t37-stopped-priv').Id;
const running = containers.find((item: { Name: string }) => item.Name === '/t01-priv').Id;

let engine: RecordedEngine;
beforeAll(async () => {
  engine = await openRecordedEngine();
});
afterAll(() => engine.close());

async function ask(path: string, method = 'GET') {
  const response = await fetch(`${engine.url.replace('tcp:', 'http:')}${path}`, { method });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text };
}
const askJson = async (path: string) => JSON.parse((await ask(path)).text);

it.each([
  ['/info', 'info.json'],
  ['/version', 'version.json'],
  ['/networks', 'networks.json'],
  ['/volumes', 'volumes.json'],
  ['/containers/json?all=1', 'containers_json_all_1.json'],
  ['/containers/json?all=true', 'containers_json_all_1.json'],
  ['/images/json', 'images_json_all_1.json'],
])('answers %s as recorded, with and without a version', async (path, file) => {
  expect(await askJson(path)).toEqual(recorded(file));
  expect(await askJson(`/v1.45${path}`)).toEqual(recorded(file));
});

it('lists only what runs unless asked for all', async () => {
  expect(await askJson('/containers/json')).toHaveLength(35);
  expect(await askJson('/containers/json?all=0')).toHaveLength(35);
});

it('answers for each container and each image by id', async () => {
  for (const container of containers) {
    expect(await askJson(`/v1.45/containers/${container.Id}/json`)).toEqual(container);
  }
  for (const [i, image] of images.entries()) {
    expect(await askJson(`/v1.45/images/${image.Id}/json`)).toEqual(image);
    expect(await askJson(`/v1.45/images/${image.Id}/history`)).toEqual(recorded('history.json')[i]);
  }
});

it('answers a ping with the headers of the recorded engine', async () => {
  const { status, headers, text } = await ask('/_ping');

  expect([status, text]).toEqual([200, 'OK']);
  expect(headers.get('api-version')).toBe('1.45');
  expect(headers.get('server')).toBe('Docker/26.1.5+dfsg1 (linux)');
  expect((await ask('/_ping', 'HEAD')).headers.get('api-version')).toBe('1.45');
});

it.each([
  [`/containers/${running}/top`, 500, 'holds no process lists'],
  [`/containers/${stopped}/top`, 409, 'is not running'],
  [`/containers/${running}/archive?path=/etc/passwd`, 404, 'holds no files'],
  [`/containers/${running}/logs`, 404, 'page not found'],
  ['/containers/4f5c/json', 404, 'No such container: 4f5c'],
  ['/images/sha256:00/json', 404, 'No such image: sha256:00'],
  ['/swarm', 503, 'not a swarm manager'],
  ['/nodes', 503, 'not a swarm manager'],
  ['/events', 404, 'page not found'],
  ['/', 404, 'page not found'],
])('answers %s with %i', async (path, status, message) => {
  const answer = await ask(path);

  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.text).message).toContain(message);
});

it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('takes no %s', async (method) => {
  expect((await ask('/info', method)).status).toBe(405);
});

it('listens on the loopback address, on the given port, and closes', async () => {
  const one = await openRecordedEngine();
  const port = Number(one.url.split(':').at(-1));
  await one.close();
  const two = await openRecordedEngine({ port });

  expect(two.url).toBe(`tcp://127.0.0.1:${port}`);
  await expect(openRecordedEngine({ port })).rejects.toThrow('EADDRINUSE');
  await two.close();
});
