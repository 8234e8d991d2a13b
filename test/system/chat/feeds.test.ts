import { existsSync, readdirSync } from 'node:fs';
import { createFeedSync } from '../../../src/programs/feed-sync.ts';
import { keepFeeds } from '../../../src/programs/housekeeping.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import type { FeedsAnswer } from '../../../src/views/feeds.ts';
import { type FeedServer, openFeedServer, osvRecord, publish } from '../../support/feed-server.ts';
import { openSeawall, type RunningSeawall } from '../../support/seawall.ts';
import { temporaryFile } from '../../support/temporary-database.ts';
import { until } from '../../support/until.ts';

const ALL = '/Debian/all.zip';
let server: FeedServer;

beforeAll(async () => {
  server = await openFeedServer();
  publish(server, [osvRecord('DEBIAN-CVE-2024-1', '2026-11-20T08:00:00Z')]);
});
afterAll(() => server.close());

const sources = () => [{ name: 'osv' as const, url: server.url, ecosystems: ['Debian'] }];

test('who may approve fetches feeds in the chat, and nobody else', async () => {
  const bot: RunningSeawall = await openSeawall({
    ...{ hosts: [{ name: 'web-1', url: 'tcp://127.0.0.1:1', watch: false }], mode: 'http' },
    access: { approve: ['U0ALICE00'] },
    feeds: { sources: sources(), every: 'off' },
  });
  const ask = async (text: string, user: string) => {
    const count = bot.answers.length;
    await bot.workspace.sendCommand({ text, user });
    await until(() => bot.answers.length > count);
    return bot.answers[count];
  };

  expect(await ask('feeds sync', 'bob')).toMatchObject({ kind: 'problem', cause: 'refused' });
  expect(server.requests).toEqual([]);
  expect((await ask('feeds sync', 'alice')) as FeedsAnswer).toMatchObject({
    kind: 'feeds',
    fetched: [{ source: 'osv/Debian', outcome: 'taken' }],
    feeds: [{ source: 'osv/Debian', records: 1, revision: 1 }],
  });
  // How far it was is told in the message that is the answer at last; nothing in it stops what others wait for.
  const told = bot.workspace.messages('security').find(({ edits }) => edits.length > 0);
  const before = JSON.stringify(told?.edits);
  expect(before).toContain('Fetching 1 feed: 0 done');
  expect(before).not.toContain('Stop');
  expect(told?.text).toContain('Fetched 1 feed');
  await bot.close();
});

test('of two processes that look whether a feed is due one fetches it, once', async () => {
  const place = temporaryFile();
  server.requests.length = 0;
  const settings = {
    ...{ sources: sources(), everyMs: 3_600_000, staleAfterMs: 1 },
    proxy: { address: null, except: null },
  };
  const open = async () => {
    const store = await place.open(Date.now);
    const sync = createFeedSync({
      ...{ settings, databaseUrl: place.url, feeds: store.feeds, now: Date.now },
    });
    return { store, sync, kept: await keepFeeds(sync, settings, silentLogger, 1) };
  };

  const whole = server.files.get(ALL) as Buffer;
  const goOn = Promise.withResolvers<void>();
  server.files.set(ALL, (_request, response) => {
    response.writeHead(200, { 'content-length': whole.length }).write(whole.subarray(0, 20));
    void goOn.promise.then(() => response.end(whole.subarray(20)));
  });

  const first = await open();
  await until(
    () => existsSync(`${place.path}.feeds`) && readdirSync(`${place.path}.feeds`).length > 0,
  );
  const second = await open();
  const processes = [first, second];
  // What it leaves alone is the file of the other, whose number of a process is the same here.
  expect(await second.sync.run({ isForced: false })).toMatchObject([{ outcome: 'busy' }]);
  goOn.resolve();
  await until(async () => (await first.store.feeds.list())[0]?.loadedAt != null);
  const later = await Promise.all(processes.map(({ sync }) => sync.run({ isForced: false })));

  // Who asks while it runs shares it.
  expect(later.flat().filter(({ outcome }) => outcome === 'taken').length).toBeLessThan(2);
  for (const { kept, store } of processes) {
    await kept.close();
    await store.close();
  }
  expect(server.requests.filter((line) => line.includes('all.zip'))).toHaveLength(1);
  place.remove();
});
