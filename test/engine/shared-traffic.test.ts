import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTrafficOf } from '../../src/engine/engine-traffic.ts';
import { limits } from '../../src/engine/limits.ts';
import { createSnapshotTaker } from '../../src/engine/snapshot-taker.ts';
import { createWatchDoors } from '../../src/engine/watch-door.ts';
import { useEngines } from '../support/engine-door.ts';

const { serve } = useEngines();

/**
 * An engine that answers of its containers a moment after it had so many calls at once, and where it never has
 * them not at all; how many it had at most.
 */
async function slowEngine(awaited: number) {
  let [now, most] = [0, 0];
  const answer = (body: unknown) => (_: unknown, response: ServerResponse) => {
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  };
  const full = Promise.withResolvers<void>();
  const late = (body: unknown) => async (asked: unknown, response: ServerResponse) => {
    now += 1;
    most = Math.max(most, now);
    if (most >= awaited) full.resolve();
    await full.promise;
    await sleep(10);
    now -= 1;
    answer(body)(asked, response);
  };
  const ids = Array.from({ length: 40 }, (_, index) => `c${index}`);
  const listed = ids.map((Id) => ({ Id, Names: [`/${Id}`], ImageID: '', State: 'exited' }));
  const engine = await serve({
    routes: {
      '/containers/json': answer(listed),
      ...Object.fromEntries(ids.map((id) => [`/containers/${id}/json`, late({})])),
    },
  });
  return { engine, ids, most: () => most };
}

it('has eight calls at once however many scans ask, under whatever name', async () => {
  const { engine, most } = await slowEngine(limits.concurrentCalls);
  const { url } = engine;
  const hosts = ['web-1', 'the-same'].map((name) => ({ name, url }));
  const trafficOf = createTrafficOf();
  const takers = [0, 1].map(() => createSnapshotTaker({ hosts, clock: Date.now, trafficOf }));

  await Promise.all(takers.flatMap((taker) => hosts.map(({ name }) => taker.takeSnapshot(name))));

  expect(most()).toBe(limits.concurrentCalls);
});

it('has its limit for a scan and a watcher together', async () => {
  const { engine, ids, most } = await slowEngine(limits.concurrentLooks);
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
