import { copiesOf, unseenOf } from '../../src/exposure/installed.ts';
import { filesystemLimits } from '../../src/inventory/filesystem-limits.ts';
import { tarOf } from '../support/tar-bytes.ts';
import { goProgram } from './go-program.ts';
import { inventoryIn, inventoryOf, told } from './inventory-of.ts';

// What is there and was not installed by a package manager at a place that programs load from.

const npm = (name: string, version: string) => JSON.stringify({ name, version });
const copies = (inventory: Parameters<typeof copiesOf>[0]) =>
  copiesOf(inventory).map(
    ({ ecosystem, name, version, found }) => `${ecosystem} ${name} ${version} ${found?.paths[0]}`,
  );

it('packages of npm are told by their places, but for those that are installed in that version', async () => {
  const pnpm = 'usr/lib/node_modules/pnpm';
  const inventory = await inventoryIn(
    { name: `${pnpm}/package.json`, body: npm('pnpm', '9.15.9') },
    { name: `${pnpm}/dist/node_modules/glob/package.json`, body: npm('glob', '10.4.5') },
    { name: `${pnpm}/dist/node_modules/ms/package.json`, body: npm('ms', '2.1.3') },
    { name: `${pnpm}/dist/package.json`, body: npm('pnpm', '0.0.0') },
    { name: `${pnpm}/esm/package.json`, body: '{"type":"module"}' },
    { name: `${pnpm}/test/package.json`, body: 'no JSON' },
    { name: 'opt/yarn-v1.22.5/package.json', body: npm('yarn', '1.22.5') },
    { name: 'opt/copy/package.json', body: npm('yarn', '1.22.5') },
    { name: 'app/node_modules/ms/package.json', body: npm('ms', '2.1.3') },
  );
  expect(told(inventory)).toEqual([
    `npm pnpm 9.15.9 ${pnpm}/package.json`,
    'npm ms 2.1.3 app/node_modules/ms/package.json',
  ]);
  expect(copies(inventory)).toEqual([
    `npm glob 10.4.5 ${pnpm}/dist/node_modules/glob/package.json`,
    'npm yarn 1.22.5 opt/yarn-v1.22.5/package.json',
  ]);
  expect(unseenOf(inventory, 'npm')).toBeNull();
});

it.each(['opt/tool/package.json', 'opt/tool/vendor/vendor.txt'])(
  'a program that is called %s is read as one',
  async (name) => {
    const body = goProgram('go1.24.0', ['mod\tgithub.com/a/b\tv2.0.0\t']);
    const inventory = await inventoryIn({ name, body });
    expect(told(inventory)).toContain(`Go github.com/a/b v2.0.0 ${name}`);
  },
);

it.each([
  ['npm', 'app/node_modules/.package-lock.json', 4 * 1024],
  ['npm', 'opt/tool/package.json', 4 * 1024],
  ['PyPI', 'usr/local/lib/python3.11/site-packages/pip/_vendor/vendor.txt', 64],
  ['PyPI', 'usr/local/lib/python3.11/site-packages/a-1.0.dist-info/direct_url.json', 64],
] as const)('what is said of packages of %s in too large a %s is unknown', async (of, name, kb) => {
  const body = 'a==1.0\n'.repeat((kb * 1024) / 7 + 1);
  const inventory = await inventoryIn({ name, body });
  const program = await inventoryIn({ name, body: goProgram('go1.24.0', []) + body });

  expect(inventory.unread).toMatchObject([{ path: name, ecosystem: of }]);
  expect(unseenOf(inventory, of)).not.toBeNull();
  expect(unseenOf(inventory, of === 'npm' ? 'PyPI' : 'npm')).toBeNull();
  expect(program.unread).not.toMatchObject([{ path: name, ecosystem: of }]);
});

it('packages of Python are told by the list that a package has of what is in it', async () => {
  const vendor = 'usr/local/lib/python3.11/site-packages/pip/_vendor/vendor.txt';
  const body = [
    'CacheControl==0.12.11  # Make sure to update the license',
    'requests==2.31.0',
    '    certifi==2023.5.7',
    'typing_extensions[a, b]==4.7.1',
    '# urllib3==1.0',
    'six',
  ].join('\n');
  const inventory = await inventoryIn({ name: vendor, body });
  expect(copies(inventory)).toEqual(
    ['cachecontrol 0.12.11', 'requests 2.31.0', 'certifi 2023.5.7', 'typing-extensions 4.7.1'].map(
      (one) => `PyPI ${one} ${vendor}`,
    ),
  );
  expect(unseenOf(inventory, 'PyPI')).toBeNull();
});

it('packages of Composer are told by the package that replaces them in its own version', async () => {
  const name = 'app/vendor/composer/installed.json';
  const replace = {
    'Illuminate/Database': 'self.version',
    'symfony/polyfill-php80': '*',
    'a/b': '1.0',
  };
  const framework = { name: 'laravel/framework', version: 'v10.1.0', replace };
  const inventory = await inventoryIn({ name, body: JSON.stringify({ packages: [framework] }) });
  expect(told(inventory)).toEqual([`Packagist laravel/framework v10.1.0 ${name}`]);
  expect(copies(inventory)).toEqual([`Packagist illuminate/database v10.1.0 ${name}`]);
});

it('what is installed by another name of a copy is unknown', async () => {
  const inventory = await inventoryOf(
    tarOf(
      { name: 'opt/ms/package.json', body: npm('ms', '2.0.0') },
      { name: 'app/node_modules/ms/package.json', type: '1', linkName: 'opt/ms/package.json' },
    ),
  );
  expect(unseenOf(inventory, 'npm')).toMatch(/^app\/node_modules\/ms\/package\.json: another name/);
});

it.each([
  ['more copies', 700, filesystemLimits],
  ['more files', 30, { ...filesystemLimits, unread: 20 }],
])('of %s than are kept any package may be one', async (_, count, limits) => {
  const files = Array.from({ length: count }, (_, at) => ({
    name: `src/${at}/package.json`,
    body: npm(`a${at}`, '1.0.0'),
  }));
  const inventory = await inventoryOf(tarOf(...files), { limits });
  expect(copiesOf(inventory).length).toBeLessThan(count);
  expect(unseenOf(inventory, 'npm')).toMatch(/ more files than are kept that name packages/);
  expect(unseenOf(inventory, 'PyPI')).toBeNull();
});
