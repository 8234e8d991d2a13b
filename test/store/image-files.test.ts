import type { ScanRecord } from '../../src/ports/scan-record.ts';
import { imageSearched, imageUnsearched, setUidFile } from '../../src/rules/example-facts.ts';
import type { Store } from '../../src/store/open-store.ts';
import { morning, scanRecord } from '../support/scan-records.ts';
import { storeForEach } from '../support/store-for-each.ts';

let store: Store;
let reopen: () => Promise<Store>;

storeForEach((own) => {
  ({ store, reopen } = own);
});

const scanOnDay = (day: number, images: ScanRecord['images'], host = 'web-1') =>
  store.scans.saveScan(scanRecord({ host, startedAt: morning(day), images }));
const found = imageSearched([setUidFile('/usr/bin/su')]);

it('keeps what was found in the images of each host, and nothing at first', async () => {
  expect(await store.scans.listImages('web-1')).toEqual([]);
  await scanOnDay(0, found);
  await scanOnDay(0, imageUnsearched('no container of it exists'), 'web-2');

  expect(await store.scans.listImages('web-1')).toEqual(found);
  expect(await store.scans.listImages('web-2')).toEqual(
    imageUnsearched('no container of it exists'),
  );
});

it('forgets what is no longer on the host, and nothing when no image was looked into', async () => {
  await scanOnDay(0, found);
  await scanOnDay(1, null);
  expect(await store.scans.listImages('web-1')).toEqual(found);

  await scanOnDay(2, []);
  expect(await store.scans.listImages('web-1')).toEqual([]);
});

it('survives a restart', async () => {
  await scanOnDay(0, found);
  await store.close();
  store = await reopen();

  expect(await store.scans.listImages('web-1')).toEqual(found);
});
