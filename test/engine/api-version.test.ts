import { openEngine } from '../../src/engine/open-engine.ts';
import { type FaultEngineOptions, openFaultEngine } from '../support/fault-engine.ts';

async function negotiateWith(options: FaultEngineOptions) {
  const engine = await openFaultEngine({ routes: { '/info': {} }, ...options });
  const reader = openEngine({ url: engine.url, allowedEndpoints: ['GET /info'] });
  try {
    await Promise.all([reader.get('/info'), reader.get('/info')]);
    return { version: await reader.apiVersion(), requests: engine.requests };
  } finally {
    reader.close();
    await engine.close();
  }
}

it.each([
  ['1.24', '1.45', '1.45'],
  ['1.44', '1.52', '1.45'],
  ['1.24', '1.41', '1.41'],
  ['1.48', '1.60', '1.48'],
  ['1.45', '1.45', '1.45'],
  [null, '1.43', '1.43'],
])('an engine that speaks %s to %s is asked in %s', async (minApiVersion, apiVersion, expected) => {
  const { version, requests } = await negotiateWith({ minApiVersion, apiVersion });

  expect(version).toBe(expected);
  const infoVersions = requests.filter(({ path }) => path === '/info').map((r) => r.apiVersion);
  expect(infoVersions).toEqual([expected, expected]);
  expect(requests.filter(({ path }) => path === '/version')).toHaveLength(1);
});

it.each([
  ['1.1', '1.18', 'speaks API 1.18 at most; Seawall needs 1.24'],
  ['1.50', '1.45', 'does not tell its API versions'],
  ['1.24', 'latest', 'does not tell its API versions'],
  ['1.24', '2.0', 'does not tell its API versions'],
  ['1.24', '1.45/../../x', 'does not tell its API versions'],
])('an engine that claims %s to %s is refused', async (minApiVersion, apiVersion, text) => {
  await expect(negotiateWith({ minApiVersion, apiVersion })).rejects.toMatchObject({
    code: 'engine-invalid-answer',
    message: expect.stringContaining(text),
  });
});

it.each([[[]], [null], ['1.45']])('an engine whose version is %j is refused', async (answer) => {
  await expect(
    negotiateWith({
      routes: {
        '/version': (_: unknown, response: { end(text: string): void }) =>
          response.end(JSON.stringify(answer)),
      },
    }),
  ).rejects.toMatchObject({ code: 'engine-invalid-answer' });
});

it('a proxy that forbids the version is asked by ping', async () => {
  const forbidden = { kind: 'status', status: 403, message: 'Forbidden' } as const;

  const { version, requests } = await negotiateWith({
    apiVersion: '1.43',
    faults: { '/version': forbidden },
  });

  expect(version).toBe('1.43');
  expect(requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'GET /version',
    'HEAD /_ping',
    'GET /info',
    'GET /info',
  ]);
});

it('what it says of its versions is not asked for twice, and anew by who asks again', async () => {
  const engine = await openFaultEngine({ routes: { '/info': {} } });
  const reader = openEngine({ url: engine.url, allowedEndpoints: ['GET /info', 'GET /version'] });
  const asked = () => engine.requests.filter(({ path }) => path === '/version').length;

  const [, version] = await Promise.all([reader.get('/info'), reader.get('/version')]);
  expect(asked()).toBe(1);
  expect(await reader.get('/version')).toEqual(version);
  expect(asked()).toBe(2);

  reader.close();
  await engine.close();
});

it('who may not ask for the version is told nothing of it', async () => {
  const engine = await openFaultEngine({ routes: { '/info': {} } });
  const reader = openEngine({ url: engine.url, allowedEndpoints: ['GET /info'] });

  await reader.get('/info');
  await expect(reader.get('/version')).rejects.toThrow('not among the declared endpoints');

  reader.close();
  await engine.close();
});

it('a failure is not kept: the next call negotiates again', async () => {
  const faults: FaultEngineOptions['faults'] = {
    '/version': { kind: 'status', status: 500, message: 'starting' },
  };
  const engine = await openFaultEngine({ routes: { '/info': {} }, faults });
  const reader = openEngine({ url: engine.url, allowedEndpoints: ['GET /info'] });
  await expect(reader.get('/info')).rejects.toMatchObject({ status: 500 });
  delete faults['/version'];

  expect(await reader.get('/info')).toEqual({});

  reader.close();
  await engine.close();
});
