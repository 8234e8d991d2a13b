import { OutsideError } from '../../src/shared/errors.ts';
import type { EngineReader } from '../../src/snapshot/collector.ts';
import { defineCollector } from '../../src/snapshot/define-collector.ts';
import { takeSnapshot } from '../../src/snapshot/take-snapshot.ts';

function recordingReader(answer: (path: string) => unknown = () => ({})) {
  const calls: string[] = [];
  const reader: EngineReader = {
    endpoint: { kind: 'unix', url: 'unix:///x', isMutualTls: false, socketPath: '/x' },
    async get(path, query) {
      calls.push(`GET ${path} ${JSON.stringify(query ?? {})}`);
      return answer(path);
    },
    async readArchive(path, _query, { parse }) {
      calls.push(`GET ${path}`);
      return parse({ archive: new Uint8Array(1024), what: path, wanted: '' });
    },
    async head(path) {
      calls.push(`HEAD ${path}`);
      return { server: 'x' };
    },
    async privilegedFiles(path) {
      calls.push(`GET ${path} for its headers`);
      return [];
    },
  };
  return { reader, calls };
}

const at = { host: 'web-1', takenAt: '2026-11-24T07:00:00.000Z' };
const kernel = defineCollector({
  purpose: 'test',
  reads: ['GET /swarm'],
  collect: async ({ engine }) => ({ kernel: await engine.get('/swarm') }),
});

it('fills a section per collector', async () => {
  const { reader } = recordingReader(() => '6.18');

  const snapshot = await takeSnapshot({ ...at, reader, collectors: { kernel } });

  expect(snapshot).toEqual({ ...at, kernel: { state: 'read', value: { kernel: '6.18' } } });
});

it('keeps what the first look asks from being asked again', async () => {
  const again = defineCollector({
    purpose: 'test',
    reads: ['GET /info', 'GET /containers/{id}/json'],
    collect: ({ engine }) => engine.get('/info'),
  });
  const { reader, calls } = recordingReader();

  const snapshot = await takeSnapshot({ ...at, reader, collectors: { again } });

  expect(snapshot.again).toMatchObject({
    state: 'unread',
    reason: expect.stringContaining('GET /info is not among the declared endpoints'),
  });
  expect(calls).toEqual(['GET /info {}']);
});

it('asks anew in the next snapshot', async () => {
  const { reader, calls } = recordingReader();

  await takeSnapshot({ ...at, reader, collectors: { kernel } });
  await takeSnapshot({ ...at, reader, collectors: { kernel } });

  expect(calls).toHaveLength(2);
});

it('leaves a section unread with the reason when the engine failed', async () => {
  const { reader } = recordingReader(() => {
    throw new OutsideError('engine-timeout', 'web-1');
  });

  const { kernel: section } = await takeSnapshot({ ...at, reader, collectors: { kernel } });

  expect(section).toEqual({
    state: 'unread',
    reason: 'The engine did not answer in time: web-1',
  });
});

it('says so when the fault is its own', async () => {
  const broken = defineCollector({
    purpose: 'test',
    reads: [],
    collect: () => {
      throw new TypeError('x is not a function');
    },
  });
  const { reader } = recordingReader();

  const snapshot = await takeSnapshot({ ...at, reader, collectors: { broken, kernel } });

  expect(snapshot.broken).toEqual({
    state: 'unread',
    reason: 'Seawall could not read it (bug): x is not a function',
  });
  expect(snapshot.kernel.state).toBe('read');
});

it('holds each collector to its own calls, not to those of all', async () => {
  const greedy = defineCollector({
    purpose: 'test',
    reads: ['GET /nodes'],
    collect: ({ engine }) => engine.get('/swarm'),
  });
  const { reader, calls } = recordingReader();

  const snapshot = await takeSnapshot({ ...at, reader, collectors: { greedy } });

  expect(snapshot.greedy).toMatchObject({
    state: 'unread',
    reason: expect.stringContaining('GET /swarm is not among the declared endpoints'),
  });
  expect(calls).toEqual([]);
});

it('passes on an endpoint that becomes better known while reading', async () => {
  const { reader } = recordingReader();
  let isMutualTls = false;
  const learning: EngineReader = {
    ...reader,
    get endpoint() {
      return { ...reader.endpoint, isMutualTls };
    },
    async get() {
      isMutualTls = true;
      return {};
    },
  };
  const endpoint = defineCollector({
    purpose: 'test',
    reads: ['GET /swarm'],
    async collect({ engine }) {
      await engine.get('/swarm');
      return engine.endpoint.isMutualTls;
    },
  });

  const snapshot = await takeSnapshot({ ...at, reader: learning, collectors: { endpoint } });

  expect(snapshot.endpoint).toEqual({ state: 'read', value: true });
});
