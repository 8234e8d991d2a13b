import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { createTunnels } from '../../src/hub/tunnels.ts';
import { openHostDirectory, reachedFrom } from '../../src/programs/host-directory.ts';
import { openQueue } from '../../src/programs/open-queue.ts';
import { openEdgeRig } from '../support/edge-rig.ts';
import { openEventEngine } from '../support/event-engine.ts';
import { temporaryFile } from '../support/temporary-database.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const root = makeTemporaryFolder();

test('a host that dialled out is reached by the process that it is connected to alone', async () => {
  const place = temporaryFile();
  const store = await place.open(Date.now);
  const engine = await openEventEngine();
  const edges = await openEdgeRig(store, Date.now);
  const hub = await openHostDirectory([], { store: store.edges, tunnels: edges.tunnels });
  const other = await openHostDirectory([], { store: store.edges, tunnels: createTunnels() });
  const reach = async () => {
    await hub.refresh();
    await other.refresh();
    const [asHub, asWorker] = [{ isHub: true }, { isHub: false }];
    return [
      [hub.placeOf('web-7'), reachedFrom(hub, asHub)('web-7')],
      [other.placeOf('web-7'), reachedFrom(other, asWorker)('web-7')],
    ];
  };

  const key = await edges.add('web-7');
  // Whoever listens for it says that it is away, and nobody else.
  expect(await reach()).toEqual([
    ['any', true],
    ['any', false],
  ]);
  const folder = mkdtempSync(join(root, 'edge-'));
  const edge = edges.startEdge({ key, folder, engineUrl: engine.url });
  await until(async () => edges.tunnels.find('web-7') !== null);
  expect(await reach()).toEqual([
    ['here', true],
    ['elsewhere', false],
  ]);
  expect(hub.watched()).toEqual([]);

  // Tried from elsewhere it would be stored as a host that is down.
  const queue = await openQueue(place.url, store, 'terminal', other.placeOf);
  const work = () => Promise.reject(new Error('was tried'));
  const job = { host: 'web-7', what: 'scan', asker: 'person', isBrief: false } as const;
  await expect(queue.scans.run(job, work)).rejects.toMatchObject({ code: 'engine-unreachable' });
  await expect(queue.scans.run({ ...job, host: 'web-1' }, work)).rejects.toThrow('was tried');

  await queue.close();
  await edge.stop();
  await edges.close();
  await engine.close();
  await store.close();
  place.remove();
});
