import { join } from 'node:path';
import { type EngineCall, tellEngineCalls } from '../../demo/engine-calls.ts';
import { untilTrue, useEngines } from '../support/engine-door.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const folder = makeTemporaryFolder();
const { serve, reader } = useEngines();

it.each(['tcp', 'unix'])(
  'tells of each call over %s and what came of it, of no other, and nothing of its content',
  async (kind) => {
    const routes = { '/info': { ID: 'secret' } };
    const socketPath = join(folder, 'engine.sock');
    const engine = await serve({ routes, ...(kind === 'unix' ? { socketPath } : {}) });
    const calls: EngineCall[] = [];
    const host = { name: 'web-1', url: engine.url, tls: undefined };
    const stop = tellEngineCalls([host], (call) => calls.push(call));
    const door = reader(engine.url);
    await door.get('/info');
    await door.get('/containers/json', { all: '1' }).catch(() => undefined);
    await reader((await serve({ routes })).url).get('/info');
    await untilTrue(() => calls.length >= 3);
    stop();
    await door.get('/info');

    const common = { host: 'web-1', method: 'GET', ms: expect.any(Number) };
    expect(calls).toEqual([
      { ...common, path: '/version', status: expect.any(Number) },
      { ...common, path: '/v1.45/info', status: 200 },
      { ...common, path: '/v1.45/containers/json', status: 404 },
    ]);
  },
);

it('tells of a call that nobody answers', async () => {
  const engine = await serve({ fault: { kind: 'reset' } });
  const calls: EngineCall[] = [];
  const host = { name: 'web-1', url: engine.url, tls: undefined };
  const stop = tellEngineCalls([host], (call) => calls.push(call));
  await reader(engine.url)
    .get('/info')
    .catch(() => undefined);
  stop();

  expect(calls.length).toBeGreaterThan(0);
  expect(new Set(calls.map(({ status }) => status))).toEqual(new Set([null]));
});
