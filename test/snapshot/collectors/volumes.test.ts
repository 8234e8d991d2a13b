import { volumes } from '../../../src/snapshot/collectors/volumes.ts';
import { recordedReader } from '../../support/recorded-reader.ts';
import { runCollector } from '../../support/run-collector.ts';

const read = async (answer: unknown) =>
  runCollector(volumes, { engine: recordedReader({ '/volumes': answer }) });

describe('volumes', () => {
  it('are read from the recording', async () => {
    await expect(runCollector(volumes, { engine: recordedReader() })).resolves.toEqual([
      { name: 'myvol', driver: 'local', bindSource: null, mount: null },
    ]);
  });

  it('come by name, with the path that they bind', async () => {
    const found = await read({
      Volumes: [
        { Name: 'b', Driver: 'local', Options: { o: 'bind', device: '/etc/' } },
        { Name: 'a', Driver: 'nfs', Options: null },
      ],
    });

    expect(found).toEqual([
      { name: 'a', driver: 'nfs', bindSource: null, mount: null },
      { name: 'b', driver: 'local', bindSource: '/etc', mount: null, isNonRecursive: true },
    ]);
  });

  it('are none when the engine writes null', async () => {
    await expect(read({ Volumes: null, Warnings: null })).resolves.toEqual([]);
  });

  it.each<[unknown]>([[null], [[]], [{}], [{ Volumes: {} }], [{ Volumes: [{ Name: 'a' }] }]])(
    'are unread when the answer is %j',
    async (answer) => {
      await expect(read(answer)).rejects.toThrow('GET /volumes: expected');
    },
  );
});
