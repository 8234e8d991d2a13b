import type { Store } from '../../src/store/open-store.ts';
import { morning, scanRecord } from '../support/scan-records.ts';
import { storeForEach } from '../support/store-for-each.ts';

let store: Store;

storeForEach((own) => {
  store = own.store;
});

const refused = { section: 'engine' as const, reason: 'connection refused' };
const good = (day: number, host = 'web-1') =>
  store.scans.saveScan(scanRecord({ host, startedAt: morning(day) }));
const failed = (day: number, host = 'web-1', reason = refused.reason) =>
  store.scans.saveScan(
    scanRecord({
      host,
      startedAt: morning(day),
      engine: null,
      containers: null,
      unreadSections: [
        { section: 'images', reason: 'beside the point' },
        { ...refused, reason },
      ],
    }),
  );
const blindSince = (day: number, hosts = ['web-1']) =>
  store.scans.listBlindIntervals({ hosts, since: Date.parse(morning(day)) });

describe('a time in which a host could not be read', () => {
  it('lasts from the first failed scan to the next good one', async () => {
    await good(0);
    await failed(1);
    await failed(2, 'web-1', 'timed out');
    await good(3);

    expect(await blindSince(0)).toEqual([
      {
        kind: 'scan',
        host: 'web-1',
        from: morning(1),
        to: morning(3),
        lastGood: morning(0),
        failedScans: 2,
        cause: 'connection refused',
      },
    ]);
  });

  it('is the one that lasts where nobody asks for others', async () => {
    await good(0);
    await failed(1);
    await good(2);
    for (const host of ['web-2', 'web-3']) {
      await failed(1, host);
      await good(2, host);
      await failed(3, host, `${host} is down`);
      await failed(4, host, 'timed out');
    }

    const hosts = ['web-1', 'web-2', 'web-3', 'nobody'];
    expect(await store.scans.listBlindIntervals({ hosts, since: null })).toEqual(
      ['web-2', 'web-3'].map((host) => ({
        kind: 'scan',
        host,
        from: morning(3),
        to: null,
        lastGood: morning(2),
        failedScans: 2,
        cause: `${host} is down`,
      })),
    );
  });

  it('is told with its real beginning when it began before the time asked for', async () => {
    await good(0);
    await failed(1);
    await failed(3);

    expect(await blindSince(2)).toMatchObject([{ from: morning(1), to: null, failedScans: 2 }]);
  });

  it('is not told when it was over by then', async () => {
    await good(0);
    await failed(1);
    await good(2);
    await good(3);

    expect(await blindSince(2)).toEqual([]);
    expect(await blindSince(1)).toHaveLength(1);
  });

  it('has no data before it when the host could never be read', async () => {
    await failed(0);
    await failed(1);

    expect(await blindSince(5)).toMatchObject([{ from: morning(0), to: null, lastGood: null }]);
  });

  it('is one of several, each host by itself and in order', async () => {
    await good(0, 'web-2');
    await failed(1, 'web-2');
    await good(2, 'web-2');
    await failed(3, 'web-2');
    await good(0);
    await failed(2);

    expect(
      (await blindSince(0, ['web-2', 'web-1'])).map(({ host, from, to }) => [host, from, to]),
    ).toEqual([
      ['web-1', morning(2), null],
      ['web-2', morning(1), morning(2)],
      ['web-2', morning(3), null],
    ]);
  });

  it('is not known of a host that nobody scanned', async () => {
    expect(await blindSince(0, ['nowhere'])).toEqual([]);
  });

  it('is also one in which the engine answered but not its list of containers', async () => {
    await good(0);
    await store.scans.saveScan(
      scanRecord({
        startedAt: morning(1),
        containers: null,
        unreadSections: [{ section: 'containers', reason: '500' }],
      }),
    );

    expect(await blindSince(0)).toMatchObject([{ cause: '500' }]);
  });
});
