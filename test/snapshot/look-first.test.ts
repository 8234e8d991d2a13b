import type { EngineReader } from '../../src/snapshot/collector.ts';
import * as collectors from '../../src/snapshot/collectors/index.ts';
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

  expect([...counts.keys()].sort()).toEqual(['GET /info {}', 'GET /version {}']);
});
