import type { ImageAnswer, ImagesAnswer } from '../../src/answers/image-answer.ts';
import type { AdvisoryRecord } from '../../src/exposure/advisory.ts';
import type { FeedRow } from '../../src/ports/feed-store.ts';
import type { ImageList } from '../../src/ports/image-store.ts';
import type { Paging } from '../../src/ports/intent.ts';
import type { ObservedContainer } from '../../src/ports/scan-record.ts';
import { read, unread } from '../../src/shared/reading.ts';
import { answerDocument } from '../../src/views/answer.ts';
import { terminalText } from '../../src/views/terminal-text.ts';
import { osv, osvAffected } from '../support/exposure-records.ts';
import { foundProgram, haveLibraries, npmPackage } from '../support/having-libraries.ts';
import { having, packageOf } from '../support/having-packages.ts';
import {
  containerOf,
  debPackage,
  imageId,
  imageList,
  observedImage,
} from '../support/observed-images.ts';
import { askFor, askLine, type OwnCore, openOwnCore, silentHost } from '../support/own-core.ts';
import { currentFinding, morning, scanRecord } from '../support/scan-records.ts';
import { takeRecords } from '../support/taken-feeds.ts';

let core: OwnCore;
const day = 10;

beforeEach(async () => {
  core = await openOwnCore(['web-1', 'web-2'].map((name) => silentHost(name)));
});
afterEach(() => core.remove());

const scan = (
  on: number,
  list: ImageList | null,
  containers: ObservedContainer[] = [],
  difference: Partial<Parameters<typeof scanRecord>[0]> = {},
) =>
  core.context.store.saveScan(
    scanRecord({
      ...{ startedAt: morning(on), finishedAt: morning(on), containers, imageList: list },
      ...difference,
    }),
  );

async function take(source: string, rows: FeedRow[]) {
  await core.store.feeds.replace({ source, rows: each(rows), asOf: () => morning(day) });
}
async function* each<T>(items: readonly T[]) {
  yield* items;
}
const advisory = (record: AdvisoryRecord): FeedRow => ({ kind: 'advisory', record });

const record = (id: string, name: string, fixed: string | null, score?: string) =>
  advisory(
    osv({
      id: `DEBIAN-${id}`,
      upstream: [id],
      ...(score && { severity: [{ type: 'CVSS_V3', score }] }),
      affected: [
        osvAffected('Debian:12', name, [{ introduced: '0' }, ...(fixed ? [{ fixed }] : [])]),
        osvAffected('Debian:13', name, [{ introduced: '0' }, { fixed: '99' }]),
      ],
    }),
  );
const CRITICAL = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
const LOW = 'CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N';

const entryOf = (cve: string) => ({
  ...{ cve, vendor: 'OpenSSL', product: 'OpenSSL', dateAdded: '2026-01-02' },
  isUsedByRansomware: false,
});

const takeFeeds = async () => {
  await take('osv/Debian', [
    record('CVE-2026-1', 'openssl', '3.0.15', LOW),
    record('CVE-2026-2', 'openssl', '3.0.16'),
    record('CVE-2026-3', 'zlib', null, CRITICAL),
    record('CVE-2026-4', 'curl', '8', CRITICAL),
  ]);
  await take('kev', [
    {
      kind: 'exploited',
      entry: entryOf('CVE-2026-2'),
    },
  ]);
  await take('epss', [
    { kind: 'prediction', entry: { cve: 'CVE-2026-3', probability: 0.4, percentile: 0.9 } },
  ]);
};

const now = () => Date.parse(morning(day));
const run = (text: string, paging?: Paging) => askLine(core, text, { now, paging });
const list = (text: string, paging?: Paging) => askFor(core, 'images', text, { now, paging });
async function show(text: string): Promise<ImageAnswer> {
  const answer = await run(text);
  if (answer.kind !== 'image') throw new Error(JSON.stringify(answer));
  return answer;
}
const names = ({ images }: ImagesAnswer) => images.map(({ name }) => name);

const shop = observedImage('shop:1', { layers: ['a', 'b', 'c', 'd'] }, ['secret']);
const debian = observedImage('debian:12', {
  layers: ['a', 'b'],
  createdAt: '2025-10-01T00:00:00.000Z',
});
const onShop = containerOf('shop:1', [
  debPackage('libssl3', '3.0.11', 'openssl'),
  debPackage('zlib1g', '1.2.13', 'zlib'),
]);

it('says of each image what is in it, what it stands on, who uses it and what is known against it', async () => {
  await takeFeeds();
  await scan(9, imageList([shop, debian]), [onShop]);
  const answer = await list('images');
  const [base, own] = answer.images;

  expect(names(answer)).toEqual(['debian:12', 'shop:1']);
  expect(own?.inventory).toMatchObject({ state: 'read', value: { packages: 2, manager: 'dpkg' } });
  expect(own).toMatchObject({ containers: 1, running: 1, facets: ['secret'] });
  expect(own?.base).toEqual({
    state: 'read',
    value: { by: 'layers', name: 'debian:12', digest: null, host: 'web-1', layers: 2 },
  });
  // Exploited before what is only probable.
  expect(own?.exposure).toMatchObject({
    state: 'read',
    value: { affected: 3, fixable: 2, exploited: 1, critical: 1, worst: { id: 'CVE-2026-2' } },
  });
  expect(base?.inventory).toMatchObject({ state: 'unread' });
  expect(base?.exposure).toMatchObject({ state: 'unread' });
  expect(answer.total).toEqual({
    count: 2,
    unread: [{ host: 'web-2', reason: 'it was never scanned', since: null }],
  });
});

it('counts libraries and programs like packages, and says what of them nobody could judge', async () => {
  await takeFeeds();
  await take('osv/npm', [
    advisory(
      osv({
        id: 'GHSA-1',
        aliases: ['CVE-2026-9'],
        severity: [{ type: 'CVSS_V3', score: CRITICAL }],
        affected: [osvAffected('npm', 'lodash', [{ introduced: '0' }, { fixed: '4.17.21' }])],
      }),
    ),
  ]);
  const scratch = observedImage('scratch:1');
  const plain = observedImage('plain:1');
  const other = observedImage('other:1');
  const noSystem = {
    ...containerOf('scratch:1', []),
    surface: {
      ...containerOf('scratch:1', []).surface,
      installed: read({
        inventory: { manager: null, operatingSystem: null, packages: [] },
        isOwn: false,
      }),
    },
  } as ObservedContainer;
  await scan(9, imageList([shop, debian, scratch, plain, other]), [
    ...[onShop, noSystem, containerOf('plain:1', []), containerOf('other:1', [])],
  ]);
  const lodash = npmPackage('lodash', '4.17.20');
  await haveLibraries(
    core.store,
    {
      // Without a container it has no packages of a system, and still its libraries.
      [imageId('debian:12')]: { packages: [lodash] },
      [imageId('scratch:1')]: {
        packages: [{ ...lodash, path: 'srv/lodash' }],
        programs: [foundProgram('redis', '7.2.4')],
      },
      [imageId('plain:1')]: { packages: [npmPackage('lodash', '4.17.21')] },
      [imageId('other:1')]: { cut: 'it has more than 4 GB' },
    },
    morning(9),
  );
  const answer = await list('images');
  const said = answer.images.map(({ name, exposure }) => [
    name,
    exposure.state === 'read' ? exposure.value.critical : exposure.reason,
    exposure.state === 'read' ? exposure.value.gaps : [],
  ]);

  expect(said).toEqual([
    ['debian:12', 1, []],
    ['other:1', 0, ['it has more than 4 GB']],
    ['plain:1', 0, []],
    ['scratch:1', 1, ['it has no package database of a known kind', 'no feed covers Bitnami']],
    ['shop:1', 1, []],
  ]);
  // Judged once for both, each with its own place.
  expect(
    answer.images.map(({ exposure }) =>
      exposure.state === 'read' ? exposure.value.worst?.packages[0]?.path : null,
    ),
  ).toEqual(['app/node_modules/lodash', undefined, undefined, 'srv/lodash', null]);
  const critical = await list('images critical');
  expect(names(critical)).toEqual(['debian:12', 'scratch:1', 'shop:1']);
  expect(critical.unverified.map(({ name }) => name)).toEqual(['other:1']);
  const text = terminalText(answerDocument(answer));
  expect(text).toContain('1 library or program');
  expect(text).toContain('only packages of systems were read');
  expect(terminalText(answerDocument(await show('images plain:1')))).toContain('nothing known\n');
  const shown = await show('images scratch:1');
  expect(shown.exposure).toMatchObject({
    value: { affected: [{ id: 'CVE-2026-9', packages: [{ path: 'srv/lodash' }] }] },
  });
  expect(terminalText(answerDocument(shown))).toContain('/usr/local/bin/redis');
});

it('says of a release that gets no fixes that silence is no “no”, in images and in exposure', async () => {
  await takeRecords(
    core.store,
    {
      'CVE-2026-1001': { package: 'openssl' },
      'CVE-2026-1002': { package: 'openssl', fixed: '1-1' },
    },
    'osv/Debian',
    'Debian:10',
  );
  const old = having('old', '10', [packageOf('openssl', '2-1')]);
  const bare = having('bare', '10', [packageOf('bash', '1-1')]);
  const images = [old, bare].map(({ facts }) =>
    observedImage(facts.imageReference, { id: facts.imageId }),
  );
  await scan(9, imageList(images), [old, bare]);
  const answer = await list('images');
  expect(answer.images.map(({ support, exposure }) => [support, exposure])).toMatchObject([
    [{ state: 'ended', until: '2024-06-30' }, { value: { affected: 0, gaps: [{}] } }],
    [{ state: 'ended' }, { value: { affected: 1 } }],
  ]);
  const text = terminalText(answerDocument(answer));
  expect(text).toContain('Debian 10 (no fixes since 2024-06-30)');
  expect(text).toContain('nothing known in what was read');
  expect((await list('images critical')).unverifiedCount).toBe(2);

  const states = async (line: string) => {
    const found = await run(line);
    if (found.kind !== 'exposure') throw new Error(JSON.stringify(found));
    return found.results.map(({ state, image, reason }) => `${image} ${state}: ${reason}`);
  };
  const ended =
    'its release gets no fixes any more, so “not affected” is not certain (Debian:10 ended on 2024-06-30)';
  expect(await states('exposure CVE-2026-1001')).toEqual([
    'image-of-old affected-no-fix: null',
    `image-of-bare unknown: ${ended}`,
  ]);
  expect(await states('exposure CVE-2026-1002')).toEqual([
    `image-of-bare unknown: ${ended}`,
    'image-of-old vendor-says-not-affected: this version is repaired',
  ]);
  expect(await states('exposure CVE-2026-1003')).toEqual([
    `image-of-bare unknown: ${ended}`,
    `image-of-old unknown: ${ended}`,
  ]);
});

it('keeps the libraries of an image that is built anew, and changes those of its base', async () => {
  await takeFeeds();
  await take('osv/npm', [
    advisory(
      osv({
        id: 'GHSA-1',
        aliases: ['CVE-2026-9'],
        affected: [osvAffected('npm', 'lodash', [{ introduced: '0' }, { fixed: '4.17.21' }])],
      }),
    ),
  ]);
  const newer = observedImage('debian:12', {
    ...{ id: imageId('newer'), layers: ['a', 'x'], createdAt: '2025-12-20T00:00:00.000Z' },
  });
  const packages = [debPackage('zlib1g', '1.2.13', 'zlib')];
  await scan(9, imageList([shop, debian]), [
    containerOf('shop:1', packages),
    containerOf('debian:12', packages),
  ]);
  await scan(9, imageList([newer]), [containerOf('newer', packages)], { host: 'web-2' });
  const ofBase = npmPackage('lodash', '4.17.20');
  const own = { ...ofBase, path: 'srv/lodash' };
  const have = (mine: (typeof own)[]) =>
    haveLibraries(
      core.store,
      {
        [imageId('shop:1')]: { packages: mine },
        [imageId('debian:12')]: { packages: [ofBase] },
      },
      morning(9),
    );
  await haveLibraries(
    core.store,
    { [imageId('newer')]: { packages: [npmPackage('lodash', '4.17.21')] } },
    morning(9),
    'web-2',
  );

  await have([ofBase]);
  expect((await show('images shop:1 on web-1')).rebuild).toMatchObject({
    value: { fixes: 1, of: 2, brings: 0 },
  });
  await have([own]);
  expect((await show('images shop:1 on web-1')).rebuild).toMatchObject({
    value: { fixes: 0, of: 2, brings: 0 },
  });
});

it('keeps apart what has a property and what may have it', async () => {
  await takeFeeds();
  const old = observedImage('old:1', { createdAt: '2024-01-01T00:00:00.000Z' });
  const dateless = observedImage('dateless:1', { createdAt: '1970-01-01T00:00:00.000Z' });
  const unsure = observedImage('unsure:1', {}, ['unverified'], ['secret']);
  const images = [shop, debian, old, dateless, unsure];
  const curl = containerOf('old:1', [debPackage('curl', '7.88')]);
  await scan(9, imageList(images), [onShop, curl]);
  const filtered = async (text: string) => {
    const answer = await list(text);
    return [names(answer), answer.unverified.map(({ name }) => name), answer.unverifiedCount];
  };

  expect(await filtered('images secret')).toEqual([['shop:1'], ['unsure:1'], 1]);
  expect(await filtered('images unused')).toEqual([['dateless:1', 'debian:12', 'unsure:1'], [], 0]);
  expect(await filtered('images older-than=52w')).toEqual([['old:1'], ['dateless:1'], 1]);
  expect(await filtered('images known-exploited')).toEqual([
    ['shop:1'],
    ['dateless:1', 'debian:12', 'unsure:1'],
    3,
  ]);
  expect(await filtered('images critical')).toEqual([
    ['old:1', 'shop:1'],
    ['dateless:1', 'debian:12', 'unsure:1'],
    3,
  ]);
  expect(await filtered('images critical older-than=52w')).toEqual([['old:1'], ['dateless:1'], 1]);
});

describe('what feeds do not say', () => {
  const critical = record('CVE-2026-3', 'zlib', null, CRITICAL);
  const facetsOf = async (text: string) => {
    const answer = await list(text);
    return [names(answer), answer.unverified.map(({ name }) => name)];
  };

  it('is no “no” where one record alone names the release', async () => {
    await take('osv/DEBIAN-CVE-2026-3', [critical]);
    await take('kev', [{ kind: 'exploited', entry: entryOf('CVE-2026-1') }]);
    const curl = containerOf('old:1', [debPackage('curl', '7.88')]);
    await scan(9, imageList([shop, observedImage('old:1')]), [onShop, curl]);

    expect(await facetsOf('images critical')).toEqual([['shop:1'], ['old:1']]);
    expect(await facetsOf('images known-exploited')).toEqual([[], ['old:1', 'shop:1']]);
    const gaps = ['feeds have only some records of Debian:12'];
    expect(await show('images old:1')).toMatchObject({ exposure: { value: { gaps } } });
    await take('osv/Debian', [critical]);
    expect(await facetsOf('images critical')).toEqual([['shop:1'], []]);
  });

  it('is no “no” by a feed that is too old', async () => {
    await core.store.feeds.replace({
      ...{ source: 'osv/Debian', rows: each([critical]), asOf: () => morning(3) },
    });
    const curl = containerOf('old:1', [debPackage('curl', '7.88')]);
    await scan(9, imageList([shop, observedImage('old:1')]), [onShop, curl]);

    expect(await facetsOf('images critical')).toEqual([['shop:1'], ['old:1']]);
    const gaps = ['the feeds of Debian:12 are too old'];
    expect(await show('images old:1')).toMatchObject({ exposure: { value: { gaps } } });
  });

  it('is no “no” where nobody says what is exploited', async () => {
    await take('osv/Debian', [critical]);
    await scan(9, imageList([shop]), [onShop]);

    expect(await facetsOf('images known-exploited')).toEqual([[], ['shop:1']]);
    await take('kev', [{ kind: 'exploited', entry: entryOf('CVE-2026-1') }]);
    expect(await facetsOf('images known-exploited')).toEqual([[], []]);
  });
});

it('calls none unused while a container is not known', async () => {
  const missing = { unreadContainerIds: ['x'] };
  await scan(9, imageList([shop, debian], { isUseKnown: false }), [onShop], missing);
  const answer = await list('images unused');

  expect(names(answer)).toEqual([]);
  expect(answer.unverified.map(({ name }) => name)).toEqual(['debian:12']);
});

it('does not take for none what was not read', async () => {
  expect((await list('images')).total.count).toBeNull();
  await scan(8, null);
  expect((await list('images on web-1')).total).toEqual({
    count: null,
    unread: [{ host: 'web-1', reason: 'its images were not listed yet', since: null }],
  });
  const gone = { id: 'sha256:9', name: 'broken:1', reason: 'its answer is too large' };
  await scan(9, imageList([], { unread: [gone] }));
  const answer = await list('images on web-1');
  expect(answer.images[0]).toMatchObject({
    ...{ name: 'broken:1', facts: { state: 'unread', reason: 'its answer is too large' } },
    facets: ['unverified'],
  });
  expect(terminalText(answerDocument(answer))).toContain('its answer is too large');
});

it('says why vulnerabilities are not known', async () => {
  await scan(9, imageList([shop]), [onShop]);
  const reasonOf = async () => (await list('images')).images[0]?.exposure;

  expect(await reasonOf()).toEqual(unread('no advisory feed was imported yet'));
  await take('osv/npm', [
    advisory(osv({ id: 'GHSA-1', affected: [osvAffected('npm', 'x', [{ introduced: '0' }])] })),
  ]);
  expect(await reasonOf()).toEqual(unread('no feed covers Debian:12'));
});

it('turns pages in the order of names, with the counts of all', async () => {
  const many = Array.from({ length: 70 }, (_, index) =>
    observedImage(`image:${String(index).padStart(3, '0')}`),
  );
  await scan(9, imageList(many));
  const first = await list('images on web-1', { after: null, scans: null });
  const [next] = answerDocument(first).actions ?? [];
  if (next?.intent.kind !== 'page') throw new Error('no next page');
  const second = await list(next.intent.line, next.intent.paging);

  expect(first.total.count).toBe(70);
  expect(names(second)[0]).toBe('image:030');
  expect(second.page?.part).toEqual({ before: 30, total: 70 });
  expect((await list('images on web-1')).images).toHaveLength(70);
});

it('shows one image with its steps, containers, findings and packages', async () => {
  await takeFeeds();
  const steps = [
    {
      ...{ createdAt: '2025-12-01T00:00:00.000Z', instruction: 'RUN', sizeBytes: 1_000 },
      ...{ programs: ['apt-get'], variables: ['NPM_TOKEN'] },
    },
  ];
  const stepped = observedImage('shop:1', { ...shop.facts, steps, stepCount: 1 });
  const finding = currentFinding({
    ...{ rule: 'no-image-secret', subjectKind: 'image', subjectKey: 'shop:1' },
    message: 'holds secrets: NPM_TOKEN',
  });
  await scan(8, imageList([stepped]), [onShop], { findings: [finding] });
  await scan(9, imageList([stepped]), [], { findings: [finding] });
  const answer = await show('images shop:1');

  expect(answer.ran).toEqual([
    expect.objectContaining({ name: 'name-c-shop:1', from: morning(8), to: morning(9) }),
  ]);
  expect(answer.findings.map(({ rule }) => rule)).toEqual(['no-image-secret']);
  // What its container showed outlives the container.
  expect(answer.packages).toMatchObject({ state: 'read', value: [{ name: 'libssl3' }, {}] });
  expect(answer.exposure).toMatchObject({
    value: { affected: [{ id: 'CVE-2026-2' }, { id: 'CVE-2026-3' }, { id: 'CVE-2026-1' }] },
  });
  const shown = terminalText(answerDocument(answer));
  for (const said of ['apt-get', 'NPM_TOKEN', 'CVE-2026-2', 'libssl3', 'gone']) {
    expect(shown).toContain(said);
  }
});

it('counts what a rebuild on the newer base would fix', async () => {
  await takeFeeds();
  const newer = observedImage('debian:12', {
    ...{ id: imageId('newer'), layers: ['a', 'x'], createdAt: '2025-12-20T00:00:00.000Z' },
  });
  await scan(9, imageList([shop, debian]), [
    onShop,
    containerOf('debian:12', [
      debPackage('libssl3', '3.0.11', 'openssl'),
      debPackage('zlib1g', '1.2.13', 'zlib'),
    ]),
  ]);
  expect((await show('images shop:1')).rebuild).toEqual(unread('no newer debian:12 is known here'));

  const onNewer = containerOf('newer', [
    debPackage('libssl3', '3.0.17', 'openssl'),
    debPackage('zlib1g', '1.2.13', 'zlib'),
    debPackage('curl', '7.88'),
  ]);
  await scan(9, imageList([newer]), [], { host: 'web-2' });
  expect((await show('images shop:1 on web-1')).rebuild).toEqual(
    unread('the packages of debian:12 on web-2 are not known'),
  );
  await scan(9, imageList([newer]), [onNewer], { host: 'web-2' });
  expect((await show('images shop:1 on web-1')).rebuild).toEqual({
    state: 'read',
    value: {
      ...{ name: 'debian:12', host: 'web-2', createdAt: '2025-12-20T00:00:00.000Z' },
      ...{ fixes: 2, of: 3, brings: 1 },
    },
  });
});

it('names the base by the word of the label where no layers show it', async () => {
  const base = { name: 'docker.io/library/debian:12', digest: null };
  await scan(9, imageList([observedImage('shop:1', { base })]));

  expect((await list('images')).images[0]?.base).toMatchObject({
    value: { by: 'label', name: 'docker.io/library/debian:12', host: null },
  });
});

it('finds an image by its tag, without its tag, by its digest and by the beginning of its id', async () => {
  const digests = [`shop@sha256:${'7'.repeat(64)}`];
  const latest = observedImage('cache:latest', { digests });
  await scan(9, imageList([shop, latest]));
  const found = async (word: string) => (await show(`images ${word}`)).image.name;

  expect(await found('shop:1')).toBe('shop:1');
  expect(await found('cache')).toBe('cache:latest');
  expect(await found(digests[0] ?? '')).toBe('cache:latest');
  expect(await found(imageId('shop:1').slice(7, 19))).toBe('shop:1');
  expect(await run('images shop:2')).toMatchObject({ kind: 'problem' });
  expect(await run('images sho')).toMatchObject({
    ...{ kind: 'problem', correctedLine: 'images shop:1' },
  });
  expect(await run('images older-than=x')).toMatchObject({ kind: 'problem' });
  expect(await run('images unusd secret')).toMatchObject({
    ...{ kind: 'problem', correctedLine: 'images unused' },
  });
});

it('forgets an image that is gone, and writes nothing of one that stays', async () => {
  await scan(8, imageList([shop, debian]), [onShop]);
  await scan(9, imageList([shop]), [onShop]);

  expect(names(await list('images on web-1'))).toEqual(['shop:1']);
});
