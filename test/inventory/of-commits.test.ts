import { inventoryIn, told } from './inventory-of.ts';

// A package of a commit says the number of some release, and is none.

const json = JSON.stringify;
const site = 'usr/lib/python3.12/site-packages';
const vcs = { url: 'https://github.com/django/django', vcs_info: { vcs: 'git', commit_id: 'a1' } };

it.each([
  ['of a commit', vcs, '-'],
  ['of a folder', { url: 'file:///src', dir_info: { editable: true } }, '5.1.4'],
  ['of an archive', { url: 'https://example.com/a.whl', archive_info: {} }, '5.1.4'],
])('a distribution of Python %s', async (_, direct, version) => {
  const folder = `${site}/My.Django-5.1.4.dist-info`;
  const parts = [
    { name: `${folder}/METADATA`, body: 'Name: my-django\nVersion: 5.1.4\n' },
    { name: `${folder}/direct_url.json`, body: json(direct) },
  ];
  const expected = [`PyPI my-django ${version} ${folder}/METADATA`];
  expect(told(await inventoryIn(...parts))).toEqual(expected);
  expect(told(await inventoryIn(...parts.toReversed()))).toEqual(expected);
});

it('packages of npm by the list of the whole tree, each at its place', async () => {
  const lodash = json({ name: 'lodash', version: '4.17.21' });
  const commit = 'git+ssh://git@github.com/lodash/lodash.git#ddfd9b1';
  const body = json({
    packages: {
      '': { name: 'app' },
      'node_modules/lodash': { version: '4.17.21', resolved: commit },
      'node_modules/lod': { name: 'lodash', resolved: 'https://codeload.github.com/l/l/tar.gz/a' },
      'node_modules/@a/b/node_modules/lodash': { resolved: 'https://packages.example/l.tgz' },
      'packages/a': { resolved: commit },
      'node_modules/c d': { resolved: commit },
    },
  });
  const inventory = await inventoryIn(
    { name: 'app/node_modules/.package-lock.json', body },
    { name: 'app/node_modules/lodash/package.json', body: lodash },
    { name: 'app/node_modules/lod/package.json', body: lodash },
    { name: 'app/node_modules/@a/b/node_modules/lodash/package.json', body: lodash },
    { name: 'b/node_modules/.package-lock.json', body: 'no JSON' },
  );
  expect(told(inventory)).toEqual([
    'npm lodash - app/node_modules/lodash/package.json',
    'npm lodash - app/node_modules/lod/package.json',
    'npm lodash 4.17.21 app/node_modules/@a/b/node_modules/lodash/package.json',
  ]);
  expect(inventory.unread).toEqual([]);
});

it('packages of npm by the folder of pnpm, or by what they say of where they are from', async () => {
  const body = json({ name: 'is-odd', version: '3.0.1' });
  const from = (_resolved: string) => json({ name: 'is-odd', version: '3.0.1', _resolved });
  const at = (folder: string) => `a/node_modules/.pnpm/${folder}/node_modules/is-odd/package.json`;
  const inventory = await inventoryIn(
    { name: at('o@https+++codeload.github.com+j+o+tar.gz+a'), body },
    { name: at('is-odd@git+https+++example.com+is-odd.git+a1'), body },
    { name: at('github.com+j+is-odd@a1'), body },
    { name: at('is-odd@3.0.1'), body },
    { name: at('@git+is-odd@3.0.1'), body },
    {
      name: 'b/node_modules/is-odd/package.json',
      body: from('git+https://github.com/j/is-odd#a1'),
    },
    { name: 'c/node_modules/is-odd/package.json', body: from('https://packages.example/i.tgz') },
  );
  const versions = inventory.packages.map(({ version }) => version);
  expect(versions).toEqual([null, null, null, '3.0.1', '3.0.1', null, '3.0.1']);
});
