import { OutsideError } from '../../src/shared/errors.ts';
import type { EngineReader } from '../../src/snapshot/collector.ts';
import * as collectors from '../../src/snapshot/collectors/index.ts';
import { lookFirst } from '../../src/snapshot/look-first.ts';
import { valueIn } from '../../src/snapshot/outcome.ts';
import { takeSnapshot } from '../../src/snapshot/take-snapshot.ts';
import { hostDoor } from '../support/host-door.ts';
import { kernelHost } from '../support/kernel-host.ts';
import { recordedReader } from '../support/recorded-reader.ts';

/** A reader that counts what it is asked. */
function countingReader(reader: EngineReader) {
  const counts = new Map<string, number>();
  const count = (method: string, path: string, query: object = {}) => {
    const call = `${method} ${path} ${JSON.stringify(query)}`;
    counts.set(call, (counts.get(call) ?? 0) + 1);
  };
  const counting: EngineReader = {
    ...reader,
    get(path, query) {
      count('GET', path, query);
      return reader.get(path, query);
    },
    head(path, query) {
      count('HEAD', path, query);
      return reader.head(path, query);
    },
  };
  return { counting, counts };
}

it.each(['api', 'kernel'])(
  'asks each thing once in a whole snapshot at the level %s',
  async (level) => {
    const { counting: reader, counts } = countingReader(recordedReader());
    const doors = level === 'api' ? {} : { door: hostDoor({}), kernelDoor: kernelHost({}) };

    await takeSnapshot({
      host: 'web-1',
      takenAt: '2026-11-24T07:00:00.000Z',
      reader,
      collectors,
      ...doors,
    });

    expect(counts.size).toBeGreaterThan(200);
    // Files are looked at for packages and for programs, and changes last, each at its own time.
    const repeated = [...counts].filter(
      ([call, count]) => count > 1 && !/archive|changes/.test(call),
    );
    expect(repeated).toEqual([]);
  },
);

it('asks for nothing that no collector needs', async () => {
  const { counting: reader, counts } = countingReader(recordedReader());
  const { engine } = collectors;

  await takeSnapshot({
    host: 'web-1',
    takenAt: '2026-11-24T07:00:00.000Z',
    reader,
    collectors: { engine },
  });

  expect([...counts.keys()].sort()).toEqual(['GET /info {}', 'GET /plugins {}', 'GET /version {}']);
});

it('reads a thousand containers of a host, running ones first, and names the rest as unread', async () => {
  const state = (index: number) => (index % 4 === 0 ? 'running' : 'exited');
  const listed = Array.from({ length: 1_200 }, (_, index) => ({
    Id: `c${index}`,
    Names: [`/c${index}`],
    Image: 'web',
    ImageID: 'sha256:1',
    State: state(index),
  }));
  const asked = new Set<string>();
  const first = await lookFirst({
    reader: {
      ...recordedReader({ '/containers/json': listed }),
      get: async (path) => {
        if (path === '/containers/json') return listed;
        asked.add(path.split('/')[2] ?? '');
        throw new OutsideError('engine-status', 'not recorded');
      },
    },
    wanted: ['GET /containers/json', 'GET /containers/{id}/json', 'GET /containers/{id}/top'],
    ownerLabel: null,
  });
  const left = valueIn(first.containers).filter(({ isLeftOut }) => isLeftOut);

  expect(valueIn(first.containers)).toHaveLength(1_200);
  expect(left).toHaveLength(200);
  expect(new Set(left.map((one) => one.state))).toEqual(new Set(['exited']));
  expect(left.filter(({ id }) => asked.has(id))).toEqual([]);
  expect(String(JSON.stringify(left[0]?.inspected))).toContain('of 1200 containers 1000');
});

it.each([
  ['3 hours ahead', { SystemTime: '2026-11-24T10:00:00.500Z' }, 3 * 3_600_000],
  ['5 minutes behind', { SystemTime: '2026-11-24T06:55:00.500Z' }, -5 * 60_000],
  ['right, with an answer that took long', { SystemTime: '2026-11-24T07:00:00.000Z' }, 0],
  ['not told', { SystemTime: '' }, undefined],
  ['told in words', { SystemTime: 'noon' }, undefined],
])('compares the clock of the engine with ours: %s', async (_what, told, aheadMs) => {
  const times = ['2026-11-24T07:00:00.000Z', '2026-11-24T07:00:01.000Z'].map(Date.parse);
  const info = await recordedReader().get('/info');
  const first = await lookFirst({
    reader: recordedReader({ '/info': { ...(info as object), ...told } }),
    wanted: collectors.engine.reads,
    ownerLabel: null,
    now: () => times.shift() ?? Number.NaN,
  });

  expect(valueIn(first.engine).clockAheadMs).toBe(aheadMs);
});
