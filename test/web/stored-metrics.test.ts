import { Registry } from 'prom-client';
import type { HostDeclaration } from '../../src/ports/declarations.ts';
import { storedGauges } from '../../src/web/stored-metrics.ts';
import { scanRecord } from '../support/scan-records.ts';
import { takeRecords } from '../support/taken-feeds.ts';
import { temporaryDatabase } from '../support/temporary-database.ts';

test('of a host that was taken away no series stays', async () => {
  const place = temporaryDatabase();
  const store = await place.open();
  for (const host of ['web-1', 'web-2']) await store.scans.saveScan(scanRecord({ id: host, host }));
  const declared = (name: string) =>
    ({ name, labels: {}, endpoint: {} }) as unknown as HostDeclaration;
  let hosts = [declared('web-1'), declared('web-2')];
  const registry = new Registry();
  const { scans, watches, edges, scanJobs, feeds, outbox } = store;
  const set = storedGauges(registry, {
    get hosts() {
      return hosts;
    },
    ...{ unwatched: new Set<string>(), store: scans, watches, edges, scanJobs, feeds, outbox },
    ...{ feedsStaleAfterMs: 1_000, now: () => Date.parse('2026-01-02T06:00:00.000Z') },
  });
  const namesOf = async () =>
    new Set([...(await registry.metrics()).matchAll(/host="([^"]+)"/g)].map(([, name]) => name));

  await set([]);
  expect(await namesOf()).toEqual(new Set(['web-1', 'web-2']));
  // Nobody has looked at it: it is not known to be away.
  hosts.push(declared('web-3'));
  await set([]);
  const reachable = (await registry.metrics()).match(/^seawall_host_reachable{.*/gm);
  expect(reachable?.sort()).toEqual([
    'seawall_host_reachable{host="web-1"} 1',
    'seawall_host_reachable{host="web-2"} 1',
  ]);
  hosts = hosts.slice(0, 1);
  await set([]);

  expect(await namesOf()).toEqual(new Set(['web-1']));
  await store.close();
  place.remove();
});

test('a part of a feed gets too old, and one record alone does not', async () => {
  const place = temporaryDatabase();
  let now = Date.parse('2026-01-02T06:00:00.000Z');
  const store = await place.open(() => now);
  const registry = new Registry();
  const { scans, watches, edges, scanJobs, feeds, outbox } = store;
  const set = storedGauges(registry, {
    ...{ hosts: [], unwatched: new Set<string>(), store: scans, watches, edges, scanJobs, feeds },
    ...{ outbox, feedsStaleAfterMs: 1_000, now: () => now },
  });
  const ofFeeds = async () => {
    await set([]);
    return (await registry.metrics()).split('\n').filter((one) => one.startsWith('seawall_feeds{'));
  };
  for (const source of ['osv/Debian', 'osv/DEBIAN-CVE-2026-1']) {
    const said = source === 'osv/Debian' ? { 'CVE-2026-2': { package: 'openssl' } } : {};
    await takeRecords(store, said, source, 'Debian:12', true);
  }

  const nothing = { rows: (async function* () {})(), asOf: () => null };
  expect(await ofFeeds()).toEqual([
    'seawall_feeds{state="stale"} 0',
    'seawall_feeds{state="fresh"} 2',
  ]);
  now += 2_000;
  expect(await ofFeeds()).toEqual([
    'seawall_feeds{state="stale"} 1',
    'seawall_feeds{state="fresh"} 0',
  ]);
  // A file that was refused is no feed that answers.
  await expect(store.feeds.replace({ source: 'osv/npm', ...nothing })).rejects.toThrow('nothing');
  expect(await ofFeeds()).toContain('seawall_feeds{state="fresh"} 0');
  await store.close();
  place.remove();
});
