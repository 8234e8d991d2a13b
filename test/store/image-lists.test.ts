import { images } from '../../commands/images.ts';
import { fullAccess } from '../../src/command/access.ts';
import { knownFirstWord, permissionOf } from '../../src/command/permission.ts';
import { runLine } from '../../src/command/run-line.ts';
import type { ForeignList } from '../../src/exposure/foreign-list.ts';
import { readList } from '../../src/exposure/read-list.ts';
import { answerDocument } from '../../src/views/answer.ts';
import { terminalText } from '../../src/views/terminal-text.ts';
import {
  cyclonedxList,
  listedDigest,
  listedId,
  spdxList,
  syftList,
  trivyList,
} from '../support/image-lists.ts';
import { containerOf, debPackage, imageList, observedImage } from '../support/observed-images.ts';
import { type OwnCore, openOwnCore, silentHost } from '../support/own-core.ts';
import { scanRecord } from '../support/scan-records.ts';
import { takeRecords } from '../support/taken-feeds.ts';

let core: OwnCore;
const files: Record<string, unknown> = {};

beforeEach(async () => {
  core = await openOwnCore([silentHost('web-1', true)]);
  await takeRecords(core.store, {
    'CVE-2026-1000': { package: 'openssl', fixed: '3.0.13-1' },
    'CVE-2026-2000': { package: 'openssl', fixed: '3.0.1-1' },
  });
});
afterEach(() => core.remove());

/** A host with the image of the lists, whose container nobody could read, and one of another. */
async function scan(id = listedId) {
  const at = new Date().toISOString();
  const shop = observedImage('shop:1.2', {
    id,
    digests: [`registry.example/shop@${listedDigest}`],
  });
  const other = observedImage('other:1');
  const container = containerOf('shop:1.2', []);
  await core.store.scans.saveScan(
    scanRecord({
      ...{ host: 'web-1', startedAt: at, finishedAt: at, imageList: imageList([shop, other]) },
      containers: [
        { ...container, facts: { ...container.facts, imageId: id }, surface: null },
        containerOf('other:1', [debPackage('libssl3', '3.0.13-1', 'openssl')]),
      ],
    }),
  );
}
async function ask(text: string, isTerminal = true) {
  const actor = { id: 'U1', name: 'alice', place: 'terminal' };
  const feedFiles = {
    readList: async (path: string): Promise<ForeignList> => {
      const list = readList(files[path]);
      if (list.state === 'unread') throw new Error(list.reason);
      return list.value;
    },
    open: () => {
      throw new Error('no feed');
    },
  };
  const context = {
    ...core.context,
    actor,
    feedFiles: isTerminal ? feedFiles : null,
    onProgress: () => {},
  };
  return runLine(context, { text, access: fullAccess, reference: 'a1b2' });
}
const shown = async (text: string) => terminalText(answerDocument(await ask(text)));
async function exposed(text = 'exposure CVE-2026-1000') {
  const answer = await ask(text);
  if (answer.kind !== 'exposure') throw new Error(JSON.stringify(answer));
  return answer.results
    .filter(({ image }) => image === 'shop:1.2')
    .map(({ state, package: found, reason }) => [
      state,
      found?.name ?? null,
      found?.toldBy ?? reason,
    ]);
}
const syft = 'syft 1.2.0’s file of no date';

test('what a list names is judged by its name, and what it leaves out is unknown', async () => {
  await scan();
  files.a = syftList();
  expect(await exposed()).toEqual([
    ['unknown', null, expect.stringContaining('its packages are not known')],
  ]);

  const taken = await shown('images import a');
  expect(taken).toContain('Took a list of what is in shop:1.2');
  expect(taken).toContain(`${syft} (syft): 2 packages`);
  expect(await exposed()).toEqual([['affected-fix-available', 'libssl3', syft]]);
  expect(await shown('exposure CVE-2026-1000')).toContain(`libssl3 3.0.11-1, by ${syft}`);
  // Repaired by its version, and somebody else’s word: nobody says "no".
  expect(await exposed('exposure CVE-2026-2000')).toEqual([
    [
      'unknown',
      null,
      `only a list by somebody else says what it has, which may leave packages out (${syft})`,
    ],
    ['vendor-says-not-affected', 'libssl3', syft],
  ]);
  expect(await exposed('exposure zlib')).toEqual([
    ['unknown', null, expect.stringContaining('only a list')],
  ]);
  expect(await exposed('exposure openssl<3.0.13')).toEqual([
    ['affected-fix-available', 'libssl3', syft],
  ]);
  expect(await exposed('exposure lodash=4.17.20')).toEqual([['affected-no-fix', 'lodash', syft]]);
  const answer = await ask('exposure CVE-2026-1000');
  expect(answer).toMatchObject({ images: { total: 2, notInventoried: 1 } });
  expect(await shown('images shop:1.2')).toContain(`Lists by others`);
  expect(await shown('images shop:1.2')).toContain('Contents: unknown');

  expect(await shown('images forget shop:1.2')).toContain('Forgot 1 list of what is in shop:1.2');
  expect(await exposed()).toEqual([
    ['unknown', null, expect.stringContaining('its packages are not known')],
  ]);
  expect(await ask('images forget shop:1.2')).toMatchObject({
    kind: 'problem',
    message: expect.stringContaining('No list of what is in'),
  });
  const { entries } = await core.store.audit.list({}, 10);
  expect(entries.map(({ what }) => what)).toEqual(
    expect.arrayContaining([
      expect.stringContaining('import a'),
      expect.stringContaining('forget shop:1.2'),
    ]),
  );
});

test('what Seawall read itself goes before a list', async () => {
  await scan();
  files.b = { ...syftList(), source: {} };
  await ask('images import b other:1');
  const answer = await ask('exposure CVE-2026-1000');
  if (answer.kind !== 'exposure') throw new Error(answer.kind);
  expect(answer.results.find(({ image }) => image === 'other:1')).toMatchObject({
    ...{ state: 'vendor-says-not-affected', package: { version: '3.0.13-1', toldBy: null } },
  });
});

test('a list is bound by what its file says, and to no other image', async () => {
  files.trivy = trivyList();
  files.spdx = spdxList();
  files.cyclonedx = cyclonedxList();
  files.nobody = { ...syftList(), source: { metadata: { tags: ['gone:1'] } } };
  files.bare = { ...syftList(), source: { metadata: { tags: ['other:1'] } } };
  // Before any host has it, it is kept for the id that engines will call it by.
  expect(await ask('images import trivy')).toMatchObject({ image: { id: listedId, hosts: [] } });
  await scan();
  expect(await exposed()).toEqual([
    ['affected-fix-available', 'libssl3', 'trivy 0.68.1’s file of 2026-11-20'],
  ]);
  expect(await ask('images import spdx')).toMatchObject({
    image: { id: listedId, hosts: ['web-1'] },
  });
  expect(await ask('images import bare')).toMatchObject({ image: { name: 'other:1' } });
  expect(await ask('images import nobody')).toMatchObject({
    kind: 'problem',
    message: expect.stringContaining('No image here is the one of the file (gone:1)'),
  });
  expect(await ask('images import trivy other:1')).toMatchObject({
    kind: 'problem',
    message: expect.stringContaining('about another image than other:1'),
  });
  expect(await ask('images import')).toMatchObject({
    kind: 'problem',
    message: expect.stringContaining('takes a file'),
  });
  expect(await ask('images import trivy', false)).toMatchObject({
    kind: 'problem',
    message: expect.stringContaining('on the machine that has them'),
  });
  const lists = await core.store.imageLists.list();
  expect(lists.map(({ imageName, tool, format }) => [imageName, tool, format])).toEqual([
    ['other:1', 'syft', 'syft'],
    ['shop:1.2', 'syft', 'spdx'],
    ['shop:1.2', 'trivy', 'trivy'],
  ]);
  // A newer one of the same program takes the place of the older.
  await ask('images import trivy');
  expect(await core.store.imageLists.list()).toHaveLength(3);
  // Another image under the tag of before is not the one of the file.
  await core.store.imageLists.forget(listedId);
  await scan(`sha256:${'9'.repeat(64)}`);
  // The longest names that are taken fit into every index.
  const name = encodeURIComponent('€'.repeat(300)).slice(0, 1_800);
  files.long = {
    ...{ ...syftList(), source: {}, descriptor: { name: '€'.repeat(300) } },
    artifacts: [name, 'a'.repeat(1_900)].map((one) => ({ purl: `pkg:npm/${one}@1` })),
  };
  expect(await ask('images import long other:1')).toMatchObject({
    ...{ lists: [{ packages: 1 }], refused: { count: 1 } },
  });
  files.moved = { ...trivyList(), Metadata: { ImageID: listedId, RepoTags: ['shop:1.2'] } };
  expect(await ask('images import moved')).toMatchObject({ image: { id: listedId, hosts: [] } });
});

test('whoever may only look takes and forgets no list, and sees images of any name', () => {
  const needs = ['import', 'forget', 'shop:1.2', ''].map((word) =>
    permissionOf(images, word === '' ? [] : [word]),
  );
  expect(needs).toEqual(['approve', 'approve', 'view', 'view']);
  expect(knownFirstWord(images, ['IMPORT', 'a'], ([word = '']) => word)).toEqual(['import', 'a']);
  expect(knownFirstWord(images, ['imports'], ([word = '']) => word)).toEqual(['imports']);
});
