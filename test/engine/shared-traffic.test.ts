import type { ServerResponse } from 'node:http';
import { createTrafficOf } from '../../src/engine/engine-traffic.ts';
import { limits } from '../../src/engine/limits.ts';
import { createSnapshotTaker } from '../../src/engine/snapshot-taker.ts';
import { createWatchDoors } from '../../src/engine/watch-door.ts';
import { useEngines } from '../support/engine-door.ts';

const { serve } = useEngines();

/** An engine with so many containers, of each of which it answers late; how many calls it had at once. */
async function slowEngine() {
  let [now, most] = [0, 0];
  const late = (body: unknown) => (_: unknown, response: ServerResponse) => {
    now += 1;
    most = Math.max(most, now);
    setTimeout(() => {
      now -= 1;
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    }, 10);
  };
  const ids = Array.from({ length: 40 }, (_, index) => `c${index}`);
  const listed = ids.map((Id) => ({ Id, Names: [`/${Id}`], ImageID: '', State: 'exited' }));
  const engine = await serve({
    routes: {
      '/containers/json': late(listed),
      ...Object.fromEntries(ids.map((id) => [`/containers/${id}/json`, late({})])),
    },
  });
  return { engine, ids, most: () => most };
}

it('has eight calls at once however many scans ask, under whatever name', async () => {
  const { engine, most } = await slowEngine();
  const { url } = engine;
  const hosts = ['web-1', 'the-same'].map((name) => ({ name, url }));
  const trafficOf = createTrafficOf();
  const takers = [0, 1].map(() => createSnapshotTaker({ hosts, clock: Date.now, trafficOf }));

  await Promise.all(takers.flatMap((taker) => hosts.map(({ name }) => taker.takeSnapshot(name))));

  expect(most()).toBe(limits.concurrentCalls);
});

it('has its limit for a scan and a watcher together', async () => {
  const { engine, ids, most } = await slowEngine();
  const hosts = [{ name: 'web-1', url: engine.url }];
  const trafficOf = createTrafficOf();
  const taker = createSnapshotTaker({ hosts, clock: Date.now, trafficOf });
  const door = createWatchDoors({ hosts, clock: Date.now, ownerLabel: null, trafficOf })('web-1');

  await Promise.all([
    taker.takeSnapshot('web-1'),
    ...ids.map((id) => door.reader.get(`/containers/${id}/json`)),
  ]);
  door.close();

  expect(most()).toBe(limits.concurrentLooks);
});
