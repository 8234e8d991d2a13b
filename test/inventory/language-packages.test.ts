import { makeZip } from '../support/make-zip.ts';
import { tarOf } from '../support/tar-bytes.ts';
import { inventoryIn, inventoryOf, told } from './inventory-of.ts';

const json = (value: unknown): string => JSON.stringify(value);

describe('npm packages', () => {
  it('are those that are installed, whatever they are called by the folder they lie in', async () => {
    const body = json({ name: 'lodash', version: '4.17.21' });
    const files = [
      'app/node_modules/lodash/package.json',
      'app/node_modules/a/node_modules/other-name/package.json',
      './app/node_modules/@scope/b/package.json',
      'app/node_modules/.pnpm/lodash@4.17.21/node_modules/lodash/package.json',
      'app/node_modules/.bun/lodash@4.17.21/node_modules/lodash/package.json',
      'app/node_modules/.deno/@scope+b@1.0.0/node_modules/@scope/b/package.json',
      'app/node_modules/.store/@scope/b@1.0.0-Ab_c/node_modules/@scope/b/package.json',
      'app/node_modules/.store/lodash-npm-4.17.21-6382451519/package/package.json',
    ];
    const others = [
      'app/package.json',
      'app/node_modules/resolve/test/node_modules/lodash/package.json',
      'app/node_modules/lodash/fp/package.json',
      'app/node_modules/.cache/x/package.json',
      'app/node_modules/.bun/lodash@4.17.21/package.json',
      'app/node_modules/.store/lodash-npm-4.17.21-6382451519/package/fp/package.json',
      'node_modules/package.json',
    ];
    const inventory = await inventoryIn(...[...files, ...others].map((name) => ({ name, body })));
    expect(told(inventory)).toEqual(
      files.map((path) => `npm lodash 4.17.21 ${path.replace('./', '')}`),
    );
    expect(inventory).toMatchObject({ programs: [], ownedBySystem: 0, unread: [], cut: null });
  });

  it('have a purl by their scope', async () => {
    const body = json({ name: '@babel/core', version: '7.0.0-rc.1+x' });
    const { packages } = await inventoryIn({ name: 'node_modules/@babel/core/package.json', body });
    expect(packages.map(({ purl }) => purl)).toEqual(['pkg:npm/%40babel/core@7.0.0-rc.1%2Bx']);
  });

  it.each([
    ['no JSON', '{', 'it is no JSON'],
    ['a list', '[]', 'it is no record of JSON'],
    ['no version', json({ name: 'a' }), 'a package in it has no version'],
    [
      'a name of many words',
      json({ name: 'a b', version: '1' }),
      'the name of a package in it is none',
    ],
    [
      'a version without end',
      json({ name: 'a', version: '1'.repeat(300) }),
      'the version of a package in it is none',
    ],
  ])('with %s are unknown', async (_, body, reason) => {
    const path = 'node_modules/a/package.json';
    expect(await inventoryIn({ name: path, body })).toMatchObject({
      packages: [],
      unread: [{ path, reason }],
    });
  });
});

it('Python distributions have normalised names', async () => {
  const body = 'Metadata-Version: 2.1\nName: Ruamel.Yaml__Clib\nVersion: 0.2.8\n\nName: other\n';
  const files = [
    'usr/local/lib/python3.12/site-packages/ruamel.yaml.clib-0.2.8.dist-info/METADATA',
    'opt/x.egg-info/PKG-INFO',
    'opt/x-1.egg/EGG-INFO/PKG-INFO',
    'opt/x-0.2.8.egg-info',
  ];
  const inventory = await inventoryIn(
    ...[...files, 'opt/METADATA', 'opt/PKG-INFO'].map((name) => ({ name, body })),
  );
  expect(told(inventory)).toEqual(files.map((path) => `PyPI ruamel-yaml-clib 0.2.8 ${path}`));
});

describe('a packed egg', () => {
  const egg = (files: Record<string, string>) =>
    makeZip(Object.entries(files).map(([name, text]) => ({ name, bytes: Buffer.from(text) })));
  const path = 'usr/local/lib/python3.11/site-packages/Jinja2-2.10-py3.11.egg';

  it('says what it is', async () => {
    const body = egg({ 'EGG-INFO/PKG-INFO': 'Name: Jinja2\nVersion: 2.10\n', 'a.py': '' });
    expect(told(await inventoryIn({ name: path, body }))).toEqual([`PyPI jinja2 2.10 ${path}`]);
  });

  it('that does not is unknown, and what is called so and is no archive is none', async () => {
    expect(await inventoryIn({ name: path, body: egg({ 'a.py': '' }) })).toMatchObject({
      ...{ packages: [], unread: [{ path, reason: 'an egg that does not say what it is' }] },
    });
    expect(await inventoryIn({ name: path, body: 'of a hen' })).toMatchObject({ unread: [] });
  });
});

it('gems are read by pattern, and one that computes its version is unknown', async () => {
  const stub = '# -*- encoding: utf-8 -*-\n# stub: rack 3.1.20 ruby lib\n';
  const whole =
    'Gem::Specification.new do |s|\n  s.name = "rake".freeze\n  s.version = "13.2.1".freeze\n';
  const inventory = await inventoryIn(
    { name: 'gems/specifications/rack-3.1.20.gemspec', body: `${stub}  s.version = Rack::V\n` },
    { name: 'gems/specifications/default/rake-13.2.1.gemspec', body: whole },
    { name: 'gems/specifications/x-1.gemspec', body: 's.name = "x"\ns.version = X::VERSION\n' },
    { name: 'gems/gems/rake-13/rake.gemspec', body: whole },
    { name: 'app/vendor/gems/rake-13.2.1/rake.gemspec', body: whole.replaceAll('s.', 'spec.') },
  );
  expect(told(inventory)).toEqual([
    'RubyGems rack 3.1.20 gems/specifications/rack-3.1.20.gemspec',
    'RubyGems rake 13.2.1 gems/specifications/default/rake-13.2.1.gemspec',
    'RubyGems rake 13.2.1 app/vendor/gems/rake-13.2.1/rake.gemspec',
  ]);
  expect(inventory.unread).toEqual([
    {
      path: 'gems/specifications/x-1.gemspec',
      reason: 'its name or version is computed by a program in Ruby',
    },
  ]);
});

it('Composer writes what it installed in two ways', async () => {
  const packages = [{ name: 'monolog/monolog', version: '3.5.0' }];
  const inventory = await inventoryIn(
    { name: 'a/vendor/composer/installed.json', body: json({ packages }) },
    { name: 'b/vendor/composer/installed.json', body: json(packages) },
    { name: 'c/vendor/composer/installed.json', body: json({ packages: 1 }) },
  );
  expect(inventory.packages.map(({ purl }) => purl)).toEqual(
    Array(2).fill('pkg:composer/monolog/monolog@3.5.0'),
  );
  expect(inventory.unread).toEqual([
    { path: 'c/vendor/composer/installed.json', reason: 'it lists no packages' },
  ]);
});

it('Composer may have another folder than `vendor`', async () => {
  const body = json({ packages: [{ name: 'sabre/dav', version: '4.1.0' }] });
  const name = 'usr/src/nextcloud/3rdparty/composer/installed.json';
  expect(told(await inventoryIn({ name, body }))).toEqual([`Packagist sabre/dav 4.1.0 ${name}`]);
});

it('a Java archive that was unpacked is read like a packed one', async () => {
  const name = 'srv/app/META-INF/maven/org.apache.logging.log4j/log4j-core/pom.properties';
  const body = 'groupId=org.apache.logging.log4j\nartifactId=log4j-core\nversion=2.14.1\n';
  const inventory = await inventoryIn({ name, body });
  expect(told(inventory)).toEqual([`Maven org.apache.logging.log4j:log4j-core 2.14.1 ${name}`]);
});

describe('Java archives', () => {
  const pom = (artifact: string, version = '2.17.1') => ({
    name: `META-INF/maven/org.x/${artifact}/pom.properties`,
    bytes: Buffer.from(
      `#Generated\r\ngroupId=org.x\r\nartifactId=${artifact}\r\nversion=${version}\r\n`,
    ),
  });
  const jar = makeZip([pom('core')]);
  const nested = (bytes: Buffer, times: number): Buffer =>
    times === 0
      ? bytes
      : nested(makeZip([{ name: 'lib/in.jar', bytes }, pom(`level-${times}`)]), times - 1);

  it('tell what they hold three deep, and the fourth is unknown', async () => {
    const inventory = await inventoryIn({ name: 'app.war', body: nested(jar, 3) });
    expect(told(inventory)).toEqual([
      'Maven org.x:level-1 2.17.1 app.war',
      'Maven org.x:level-2 2.17.1 app.war!/lib/in.jar',
      'Maven org.x:level-3 2.17.1 app.war!/lib/in.jar!/lib/in.jar',
    ]);
    const path = 'app.war!/lib/in.jar!/lib/in.jar!/lib/in.jar';
    expect(inventory.unread).toEqual([{ path, reason: 'it lies deeper than 3 archives' }]);
    expect(inventory.packages[0]?.purl).toBe('pkg:maven/org.x/level-1@2.17.1');
  });

  it('without coordinates are unknown, as are those that are damaged or packed too well', async () => {
    const bomb = makeZip([{ name: 'in.jar', bytes: Buffer.alloc(65 * 1024 * 1024) }, pom('bomb')]);
    const inventory = await inventoryIn(
      { name: 'a.jar', body: makeZip([{ name: 'A.class', bytes: Buffer.from('x') }]) },
      { name: 'b.jar', body: jar.subarray(0, -1) },
      { name: 'c.jar', body: makeZip([pom('core', '$(revision)'), pom('other')]) },
      { name: 'd.jar', body: makeZip([{ name: 'in.jar', bytes: jar.subarray(9) }, pom('outer')]) },
      { name: 'e.jar', body: bomb },
    );
    expect(told(inventory)).toEqual([
      'Maven org.x:other 2.17.1 c.jar',
      'Maven org.x:outer 2.17.1 d.jar',
      'Maven org.x:bomb 2.17.1 e.jar',
    ]);
    expect(inventory.unread).toEqual([
      {
        path: 'a.jar',
        reason: 'it has no pom.properties, so nobody knows which version of what it is',
      },
      { path: 'b.jar', reason: 'it has no end, or is none' },
      {
        path: 'c.jar!/META-INF/maven/org.x/core/pom.properties',
        reason: 'its pom.properties names no coordinates',
      },
      { path: 'd.jar!/in.jar', reason: 'its directory is damaged' },
      { path: 'e.jar!/in.jar', reason: 'it is larger than Seawall reads' },
    ]);
  });
});

it('is the same in whatever pieces the archive comes', async () => {
  const archive = tarOf(
    { name: 'a.jar', body: makeZip([{ name: 'A.class', bytes: Buffer.from('x') }]) },
    { name: 'node_modules/a/package.json', body: json({ name: 'a', version: '1' }) },
    { name: 'empty' },
    {
      name: 'node_modules/b/package.json',
      body: json({ name: 'b', version: '1', x: 'x'.repeat(2_000) }),
    },
  );
  const whole = await inventoryOf(archive);
  expect(whole.packages).toHaveLength(2);
  for (const pieceBytes of [1, 3, 511, 512, 700]) {
    expect(await inventoryOf(archive, { pieceBytes })).toEqual(whole);
  }
});

it('an archive of Java itself is no package of Maven, and what lies in it is one', async () => {
  const manifest = (title: string) => ({
    name: 'META-INF/MANIFEST.MF',
    bytes: Buffer.from(
      `Manifest-Version: 1.0\r\nSpecification-Title: Java Platform API Specification\r\nImplementation-Title: ${title}\r\n`,
    ),
  });
  const other = makeZip([{ name: 'A.class', bytes: Buffer.from('x') }]);
  const inventory = await inventoryIn(
    { name: 'opt/java/lib/jrt-fs.jar', body: makeZip([manifest('Java Runtime Environment')]) },
    { name: 'opt/a.jar', body: makeZip([manifest('Java Runtime Environment of mine')]) },
    {
      name: 'opt/b.jar',
      body: makeZip([manifest('Java Runtime Environment'), { name: 'in.jar', bytes: other }]),
    },
  );
  expect(inventory.unread.map(({ path }) => path)).toEqual(['opt/a.jar', 'opt/b.jar!/in.jar']);
});
