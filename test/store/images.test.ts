import * as migration from '../../migrations/0027-images.ts';
import { imageOrder } from '../../src/inspections/find-images.ts';
import type { ImagesAsked } from '../../src/ports/image-store.ts';
import type { ScanRecord } from '../../src/ports/scan-record.ts';
import type { Store } from '../../src/store/open-store.ts';
import { osv, osvAffected } from '../support/exposure-records.ts';
import {
  containerOf,
  debPackage,
  imageId,
  imageList,
  observedImage,
} from '../support/observed-images.ts';
import { morning, scanRecord } from '../support/scan-records.ts';
import { storeForEach } from '../support/store-for-each.ts';
import type { TemporaryDatabase } from '../support/temporary-database.ts';

let place: TemporaryDatabase;
let store: Store;

storeForEach((own) => {
  ({ place, store } = own);
});

const scan = (day: number, difference: Partial<ScanRecord>) =>
  store.scans.saveScan(
    scanRecord({ startedAt: morning(day), finishedAt: morning(day), ...difference }),
  );
const asked = (difference: Partial<ImagesAsked> = {}): ImagesAsked => ({
  hosts: ['web-1', 'web-2'],
  ...{ facets: [], createdBefore: null, contents: null },
  ...difference,
});

it('pages in the order of bytes, whatever the language of the server', async () => {
  const tags = ['zebra:1', 'Zebra:1', 'apfel:1', 'äpfel:1', 'apfel:10', 'apfel:2'];
  await scan(0, { imageList: imageList(tags.map((tag) => observedImage(tag))) });
  await scan(0, { host: 'web-2', imageList: imageList([observedImage('apfel:1')]) });
  const seen: string[] = [];
  let after: string | null = null;
  for (;;) {
    const page = await store.images.pageImages({ ...asked(), after, limit: 2 });
    expect(page.before).toBe(seen.length);
    expect(page.total).toBe(7);
    const last = page.images.at(-1);
    if (last === undefined) break;
    seen.push(...page.images.map(({ host, name }) => `${host} ${name}`));
    after = imageOrder(last);
  }

  expect(seen).toEqual([
    ...['Zebra:1', 'apfel:1', 'apfel:10', 'apfel:2', 'zebra:1', 'äpfel:1'].map(
      (tag) => `web-1 ${tag}`,
    ),
    'web-2 apfel:1',
  ]);
});

it('filters by what is stored, and counts apart what may belong to it', async () => {
  const used = observedImage('used:1', { createdAt: '2024-01-01T00:00:00.000Z' }, ['secret']);
  const dateless = observedImage('dateless:1', { createdAt: '' }, ['unverified'], ['secret']);
  const container = containerOf('used:1', [debPackage('libssl3', '3')]);
  await scan(0, { imageList: imageList([used, dateless]), containers: [container] });
  const names = async (difference: Partial<ImagesAsked>) => {
    const page = await store.images.pageImages({ ...asked(difference), after: null, limit: 9 });
    return [page.images.map(({ name }) => name), page.unverified.images.map(({ name }) => name)];
  };
  const [key] = await store.images.listContents(['web-1']);
  if (key === undefined) throw new Error('nothing is in it');

  expect(await names({ facets: ['secret'] })).toEqual([['used:1'], ['dateless:1']]);
  expect(await names({ facets: ['unused'] })).toEqual([['dateless:1'], []]);
  expect(await names({ createdBefore: Date.UTC(2025, 0) })).toEqual([['used:1'], ['dateless:1']]);
  const none = { all: [], sure: [], possible: [] };
  const contents = { sure: [key], possible: [], own: none };
  expect(await names({ contents })).toEqual([['used:1'], ['dateless:1']]);
  const unsure = { sure: [], possible: [key], own: none };
  expect(await names({ contents: unsure })).toEqual([[], ['dateless:1', 'used:1']]);
  const named = await store.images.listNames(['web-1']);
  const all = named.flatMap((one) => (one.contents.inventory === null ? [] : [one.key]));
  expect(named.map((one) => one.contents)).toContainEqual(key);
  const cleared = { ...contents, own: { ...none, all } };
  expect(await names({ contents: cleared })).toEqual([[], ['dateless:1']]);
  const doubtful = { ...contents, own: { ...none, all, possible: all } };
  expect(await names({ contents: doubtful })).toEqual([[], ['dateless:1', 'used:1']]);
});

it('finds images by name, by the beginning of an id and by their layers', async () => {
  const digest = `shop@sha256:${'7'.repeat(64)}`;
  const shop = observedImage('shop:1', { digests: [digest], layers: ['a', 'b'] });
  await scan(0, { imageList: imageList([shop, observedImage('other:1')]) });
  const hosts = ['web-1', 'web-2'];
  const found = async (names: string[]) =>
    (await store.images.findImages({ hosts, names, limit: 5 })).map(({ name }) => name);

  expect(await found(['shop:1'])).toEqual(['shop:1']);
  expect(await found([digest, imageId('other:1')])).toEqual(['other:1', 'shop:1']);
  // The text of a layer is no name.
  expect(await found(['a'])).toEqual([]);
  const prefix = imageId('shop:1').slice(0, 20);
  expect(await store.images.findByIdPrefix({ hosts, prefix, limit: 5 })).toHaveLength(1);
  const byLayers = await store.images.findByLayers({ hosts, layers: [['a'], ['a', 'b']] });
  expect([...byLayers.keys()]).toEqual(['a b']);
});

it('finds images of the first layers of another: its host’s own, and one of any host that is known', async () => {
  const lower = (host: string, containers: string[]) =>
    scan(0, {
      host,
      imageList: imageList([observedImage('base:1', { layers: ['a'] })]),
      containers: containers.map((name) => containerOf(name, [debPackage('libssl3', '3')])),
    });
  await lower('web-1', []);
  await lower('web-2', ['base:1']);
  await lower('web-3', []);
  const wanted = { host: 'web-1', id: imageId('base:1') };

  expect(await store.images.listLayers([wanted, { host: 'web-1', id: 'none' }])).toEqual([
    { ...wanted, name: 'base:1', layers: ['a'], inventoryId: null, filesystemId: null },
  ]);
  const found = await store.images.findPrefixes([{ host: 'web-1', chains: [['a'], ['a', 'b']] }]);
  expect([...found.keys()]).toEqual(['a']);
  expect(found.get('a')?.map(({ host, inventoryId }) => [host, inventoryId])).toEqual([
    ['web-1', null],
    ['web-2', expect.any(Number)],
  ]);
});

it('keeps the packages of an image whose containers are gone, and says which ran', async () => {
  const container = containerOf('shop:1', [debPackage('libssl3', '3')]);
  const list = imageList([observedImage('shop:1')]);
  await scan(0, { imageList: list, containers: [container] });
  await scan(1, { imageList: list, containers: [] });
  const [image] = (await store.images.pageImages({ ...asked(), after: null, limit: 1 })).images;

  expect(image?.inventory).toMatchObject({ state: 'read', value: { packages: 1 } });
  expect(image).toMatchObject({ containers: 0, running: 0 });
  const ran = { host: 'web-1', id: imageId('shop:1'), limit: 5 };
  expect(await store.images.listContainersOf(ran)).toEqual({
    containers: [expect.objectContaining({ from: morning(0), to: morning(1) })],
    total: 1,
  });
  // Of an image that could not be read what was known stays.
  const unread = [{ id: imageId('shop:1'), name: 'shop:1', reason: 'it is too large' }];
  await scan(2, { imageList: imageList([], { unread }) });
  const page = await store.images.pageImages({ ...asked(), after: null, limit: 1 });
  expect(page.images[0]?.facts.state).toBe('read');
  await scan(3, { imageList: imageList([]) });
  expect((await store.images.pageImages({ ...asked(), after: null, limit: 1 })).total).toBe(0);
});

it('finds records by the packages they speak of, and what else is known of a vulnerability', async () => {
  const record = osv({
    ...{ id: 'DEBIAN-CVE-2026-1', upstream: ['CVE-2026-1'] },
    affected: ['Debian:12', 'Debian:13'].map((release) =>
      osvAffected(release, 'openssl', [{ introduced: '0' }]),
    ),
  });
  const rpm = osv({
    ...{ id: 'ALSA-2026:1', related: ['CVE-2026-1', 'CVE-2026-9'] },
    severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N' }],
    affected: [osvAffected('AlmaLinux:9', 'glibc-utils', [{ introduced: '0' }])],
  });
  const generic = osv({
    ...{ id: 'GHSA-xxxx', aliases: ['CVE-2026-1'] },
    severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:L' }],
    affected: [osvAffected('PyPI', 'Open_SSL', [{ introduced: '0' }])],
  });
  async function* rows() {
    for (const one of [record, rpm, generic]) yield { kind: 'advisory' as const, record: one };
  }
  const load = () => ({ source: 'osv/mixed', rows: rows(), asOf: () => null });
  await store.feeds.replace(load());
  // A generation that no longer answers leaves none of its packages.
  await store.feeds.replace(load());
  const ids = async (ecosystem: string, names: string[]) =>
    (await store.feeds.recordsAbout({ ecosystem, names })).map(({ advisory, affected }) => [
      advisory.id,
      affected.length,
    ]);

  expect(await ids('Debian:12', ['openssl', 'zlib'])).toEqual([['DEBIAN-CVE-2026-1', 1]]);
  expect(await ids('Debian:11', ['openssl'])).toEqual([]);
  expect(await ids('AlmaLinux:9', ['glibc'])).toEqual([['ALSA-2026:1', 1]]);
  expect(await ids('PyPI', ['open.ssl'])).toEqual([['GHSA-xxxx', 1]]);
  const before = await ids('AlmaLinux:9', ['glibc']);
  const database = await place.openDatabase(Date.now);
  await migration.down(database.db);
  await migration.up(database.db);
  await database.close();
  expect(await ids('AlmaLinux:9', ['glibc'])).toEqual(before);
  expect(await ids('PyPI', ['open.ssl'])).toEqual([['GHSA-xxxx', 1]]);
  const severities = await store.feeds.severitiesOf(['CVE-2026-1', 'CVE-2026-9']);
  expect([...severities]).toEqual([
    ['CVE-2026-1', [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:L', record: 'GHSA-xxxx' }]],
  ]);
});
