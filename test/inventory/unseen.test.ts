import { otherSystemOf, unseenOf } from '../../src/exposure/installed.ts';
import type { LanguageEcosystem } from '../../src/inventory/filesystem-inventory.ts';
import { elf } from '../support/elf.ts';
import { makeZip } from '../support/make-zip.ts';
import { type TarPart, tarOf } from '../support/tar-bytes.ts';
import { goProgram } from './go-program.ts';
import { inventoryIn, inventoryOf, told } from './inventory-of.ts';
import { rustProgram } from './rust-program.ts';

// What lies in a file system and does not say which packages it holds: of its ecosystem nobody may say "not there".

const all: readonly LanguageEcosystem[] = [
  ...(['npm', 'PyPI', 'RubyGems', 'Maven', 'Go', 'crates.io', 'Packagist'] as const),
];
const doubted = async (...parts: readonly TarPart[]) => {
  const inventory = await inventoryIn(...parts);
  return all.filter((ecosystem) => unseenOf(inventory, ecosystem) !== null);
};
/** More than is held of a program. */
const MUCH = Buffer.alloc(40 * 1024 * 1024);
const MEI = 'MEI\x0c\x0b\x0a\x0b\x0e';
const program = (text: string) => elf({ machine: 62, text });
const file = (name: string) => ({ name, bytes: Buffer.from('x') });
const pom = (group: string, artifact: string) => ({
  name: `META-INF/maven/${group}/${artifact}/pom.properties`,
  bytes: Buffer.from(`groupId=${group}\nartifactId=${artifact}\nversion=1.0\n`),
});

describe('a program', () => {
  const commit = '90b35a6239c3d8bdabc530a6a0816f7ff89a0aaf';

  it.each([
    ['of the compiler', `/rustc/${commit}/library/std/src/panicking.rs\0`],
    ['of an old one', `/rustc/${commit}/src/libcore/option.rs\0`],
    ['of a distribution', '/usr/src/rustc-1.63.0/library/core/src/fmt/mod.rs\0'],
  ])('of Rust without a list leaves crates unknown: texts %s', async (_, text) => {
    expect(await doubted({ name: 'app', body: program(text) })).toEqual(['crates.io']);
    const large = [program(''), MUCH, Buffer.from(text)];
    expect(await doubted({ name: 'app', body: large })).toEqual(['crates.io']);
  });

  it.each([
    ['tells its crates', Buffer.concat([rustProgram({ packages: [] })])],
    ['is of Go', goProgram('go1.21.5', ['mod\texample.com/a\tv1.0.0\t'])],
    ['only speaks of the compiler', program('/rustc/version /library/ UPX\0')],
    ['unpacks others', program(`${' '.repeat(2_000)}UPX!\0`)],
  ])('that %s leaves nothing unknown', async (_, body) => {
    expect(await doubted({ name: 'app', body })).toEqual([]);
  });

  it('that UPX packed may be anything', async () => {
    expect(await doubted({ name: 'app', body: program('\0\0UPX!\x0d\x16\x01') })).toEqual([
      'Go',
      'crates.io',
    ]);
  });

  it.each([
    ['PyInstaller', `${MEI}${' '.repeat(12)}\0\0\x01\x37libpython3.11.so.1.0`, ['PyPI']],
    [
      'PyInstaller, with more behind it',
      `${MEI}${MEI} libpython3.so${' '.repeat(2 ** 21)}`,
      ['PyPI'],
    ],
    ['nobody, as what reads such', `${MEI}${' '.repeat(2 ** 20)}libpython3.so`, []],
    ['nobody, as the end of a name', 'x.svm_heap\0', []],
    ['Node', 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:1', ['npm']],
    ['nobody', 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:0', []],
    ['pkg', 'pkg/prelude/bootstrap.js', ['npm']],
    ['Bun', '\n---- Bun! ----\n\0\0\0\0\0\0\0\0', ['npm']],
    ['nobody, as the command itself', `\n---- Bun! ----\n${' '.repeat(100)}`, []],
    ['Deno', `d3n0l4nd${'\0'.repeat(16)}`, ['npm']],
    ['GraalVM', '\0.text\0.svm_heap\0', ['Maven']],
  ])('that %s put into one file leaves its language unknown', async (_, text, ecosystems) => {
    for (const between of [Buffer.alloc(0), MUCH]) {
      const body = [program(''), between, Buffer.from(text, 'latin1')];
      expect(await doubted({ name: 'app', body })).toEqual(ecosystems);
    }
  });

  it('of Go that somebody took the list of modules out of leaves Go unknown', async () => {
    const text = Buffer.from('\xff Go build ID: "a/b/c/d"\n \xff', 'latin1');
    expect(await doubted({ name: 'app', body: Buffer.concat([program(''), text]) })).toEqual([
      'Go',
    ]);
    const whole = goProgram('go1.21.5', ['mod\texample.com/a\tv1.0.0\t'], text);
    expect(await doubted({ name: 'app', body: whole })).toEqual([]);
  });

  it('of a package of the system is judged with that', async () => {
    const parts = [
      { name: 'usr/bin/rg', body: program(`/rustc/${commit}/library/core/src/option.rs\0`) },
      { name: 'var/lib/dpkg/info/ripgrep.list', body: '/.\n/usr/bin/rg\n' },
    ];
    expect(await doubted(...parts)).toEqual([]);
  });
});

describe('packages of a system beside its own database', () => {
  const tellsOf = async (...parts: readonly TarPart[]) =>
    otherSystemOf(await inventoryIn(...parts));
  const status = (...names: string[]) => ({
    name: 'var/lib/dpkg/status',
    body: names.map((name) => `Package: ${name}\n\n`).join(''),
  });
  const list = (name: string) => ({ name: `var/lib/dpkg/info/${name}.list`, body: '/.\n' });

  it.each([
    ['opt/chroot/var/lib/dpkg/status', 'opt/chroot'],
    ['opt/distroless/var/lib/dpkg/status.d/libc6', 'opt/distroless'],
    ['usr/lib/box/rootfs/var/lib/dpkg/status', 'usr/lib/box/rootfs'],
    ['usr/lib/box/usr/lib/apk/db/installed', 'usr/lib/box'],
    ['rootfs/lib/apk/db/installed', 'rootfs'],
    ['rootfs/usr/lib/apk/db/installed', 'rootfs'],
    ['mnt/sysroot/usr/lib/sysimage/rpm/rpmdb.sqlite', 'mnt/sysroot'],
    ['var/lib/dpkg/updates/0003', 'var/lib/dpkg/updates'],
    ['opt/conda/conda-meta/openssl-3.0.7-h0b41bf4_1.json', 'opt/conda/conda-meta'],
    ['nix/store/0a1b-openssl-3.0.7/lib/libssl.so.3', 'nix/store'],
    ['var/lib/pacman/local/openssl-3.0.7-1/desc', 'var/lib/pacman/local'],
    ['usr/lib/opkg/status', 'usr/lib/opkg'],
    [
      'home/linuxbrew/.linuxbrew/Cellar/openssl@3/3.0.7/INSTALL_RECEIPT.json',
      'home/linuxbrew/.linuxbrew/Cellar',
    ],
  ])('are said to be there: %s', async (name, at) => {
    const inventory = [{ name, body: 'x' }, { name: `${name}2`, body: 'x' }, status('bash')];
    expect(await tellsOf(...inventory)).toContain(`${at}: packages of `);
    expect(await doubted(...inventory, list('bash'))).toEqual([]);
  });

  it.each([
    'var/lib/dpkg/status',
    'var/lib/dpkg/status.d/libc6',
    'lib/apk/db/installed',
    'usr/lib/apk/db/installed',
    'usr/lib/sysimage/rpm/rpmdb.sqlite',
    'usr/share/doc/conda-meta.json',
  ])('are not those of the database itself: %s', async (name) => {
    expect(await tellsOf({ name, body: 'Package: bash\n' })).toBeNull();
    expect(await tellsOf({ name: `opt/x/${name}`, body: '' })).toBeNull();
  });

  it('are those that have files, and that somebody cut out of it', async () => {
    expect(await tellsOf(status('bash', 'libc6'), list('bash'), list('libc6:amd64'))).toBeNull();
    expect(await tellsOf(list('bash'), status('bash'), list('openssl'))).toBe(
      'var/lib/dpkg/info/openssl.list: the package openssl has files, and is not in the database of dpkg',
    );
  });
});

it.each([
  ['app/bower_components/jquery/bower.json', 'npm'],
  ['app/bower_components/jquery/.bower.json', 'npm'],
  ['opt/tool/resources/app.asar', 'npm'],
  ['srv/app.pex', 'PyPI'],
  ['srv/app.pyz', 'PyPI'],
  ['usr/local/bin/phpunit.phar', 'Packagist'],
])(
  'an archive or folder of a manager that is not read leaves its language unknown: %s',
  async (name, ecosystem) => {
    expect(await doubted({ name, body: 'x' })).toEqual([ecosystem]);
    expect(await doubted({ name: `${name}.md`, body: 'x' })).toEqual([]);
  },
);

it.each(['usr/local/bin/phar.phar', 'usr/bin/phar8.2.phar'])(
  '%s comes with PHP itself',
  async (name) => {
    expect(await doubted({ name, body: 'x' })).toEqual([]);
  },
);

it('many places of one ecosystem hide none of another', async () => {
  const many = Array.from({ length: 120 }, (_, index) => ({
    name: `app/${index}/bower_components/jquery/bower.json`,
    body: 'x',
  }));
  const chroot = { name: 'opt/chroot/var/lib/dpkg/status', body: 'x' };

  expect(otherSystemOf(await inventoryIn(...many, chroot))).toContain('opt/chroot');
});

it('a distribution of Python without METADATA leaves Python unknown', async () => {
  const folder = 'srv/venv/lib/python3.12/site-packages/requests-2.19.0.dist-info';
  const record = { name: `${folder}/RECORD`, body: 'x' };
  const metadata = { name: `${folder}/METADATA`, body: 'Name: requests\nVersion: 2.19.0\n' };

  expect(await doubted(record)).toEqual(['PyPI']);
  expect(await doubted(record, metadata)).toEqual([]);
});

describe('by another name', () => {
  const jar = makeZip([{ name: 'META-INF/MANIFEST.MF', bytes: Buffer.from('x') }]);

  it.each(['lib/log4j-core-2.14.1.jar.old', 'app/server'])(
    'a Java archive leaves Java unknown: %s',
    async (name) => {
      expect(await doubted({ name, body: jar })).toEqual(['Maven']);
      expect(await doubted({ name, body: makeZip([file('mimetype')]) })).toEqual([]);
      expect(await doubted({ name: `${name}.xpi`, body: jar })).toEqual([]);
    },
  );

  // As Composer begins, and as PHP signs what it writes.
  const phar = (...lines: readonly string[]) =>
    Buffer.from(
      `${lines.join('\n')}\n * This file is part of Composer.${' '.repeat(9_000)}\x03\0\0\0GBMB`,
      'latin1',
    );
  const composer = phar('#!/usr/bin/env php', '<?php', '/*');

  it.each([
    ['usr/bin/composer', composer],
    ['usr/local/bin/wp', phar('#!/opt/php/bin/php8.3 -d phar.readonly=0', '<?php', '/*')],
    ['srv/app.php', phar('<?php', '/*')],
  ])('an archive of PHP leaves PHP unknown: %s', async (name, body) => {
    expect(await doubted({ name, body })).toEqual(['Packagist']);
    const { unread } = await inventoryOf(tarOf({ name, body }), { pieceBytes: 3 });
    expect(unread.map(({ path }) => path)).toEqual([name]);
  });

  it.each([
    [
      'a script',
      'app/artisan',
      '#!/usr/bin/env php\n<?php\nPhar::mapPhar();\n__HALT_COMPILER();\n',
    ],
    ['a text', 'app/notes', 'the archive ends with GBMB'],
    ['the command of PHP itself', 'usr/local/bin/phar', composer],
    ['the command of PHP itself', 'usr/local/bin/phar.phar8', composer],
  ])('%s leaves nothing unknown: %s', async (_, name, body) => {
    expect(await doubted({ name, body })).toEqual([]);
  });

  it.each([
    ['with its folders', ['META-INF/', 'META-INF/sym/', 'META-INF/sym/rt.jar/']],
    ['without', ['META-INF/sym/rt.jar/java/lang/Object.class']],
  ])('signatures of classes of a JDK leave nothing unknown, %s', async (_, names) => {
    const body = makeZip(names.map(file));
    expect(await doubted({ name: 'opt/java/lib/ct.sym', body })).toEqual([]);
  });

  it('a program of Python in an archive leaves Python unknown', async () => {
    const zip = makeZip([file('__main__.py')]);
    const body = (line: string) => Buffer.concat([Buffer.from(`${line}\n`), zip]);
    const python = { name: 'usr/local/bin/tool', body: body('#!/usr/bin/env python3') };
    expect(await doubted(python)).toEqual(['PyPI']);
    expect(await doubted({ ...python, body: body('#!/bin/sh') })).toEqual([]);
  });

  it.each([
    ['app/node_modules', '/opt/deps', ['npm']],
    ['app/node_modules', '../srv/current', ['npm']],
    ['app/node_modules', '/usr/local/lib/node_modules', []],
    ['srv/node_modules/a/node_modules', '../../node_modules', []],
    ['usr/share/nodejs/x/node_modules', '/usr/share/nodejs', []],
    ['app/modules', '/opt/deps', []],
  ])(
    'packages of npm behind a link are not looked for: %s → %s',
    async (name, linkName, ecosystems) => {
      expect(await doubted({ name, type: '2', linkName })).toEqual(ecosystems);
    },
  );
});

describe('a Java archive', () => {
  const jarOf = (...files: readonly { name: string; bytes: Buffer }[]) => ({
    name: 'app.jar',
    body: makeZip(files),
  });

  it.each([
    ['of another', 'com.example', 'app', 'org/springframework/beans/A.class'],
    ['of another beside its own', 'com.example', 'app', 'com/example/A.class org/yaml/B.class'],
    [
      'of another project of its maker',
      'org.apache.kafka',
      'kafka',
      'org/apache/kafka/A.class org/apache/logging/log4j/core/B.class',
    ],
    [
      'that it moved below its own',
      'org.apache.flink',
      'core',
      'org/apache/flink/A.class org/apache/flink/shaded/com/google/common/B.class',
    ],
    ['in an application', 'com.example', 'app', 'WEB-INF/classes/org/yaml/B.class'],
  ])('with classes %s leaves Java unknown', async (_, group, artifact, classes) => {
    const files = classes.split(' ').map(file);
    expect(await doubted(jarOf(pom(group, artifact), ...files))).toEqual(['Maven']);
  });

  it.each([
    ['com.example', 'app', 'com/example/a/A.class com/example/Other.class'],
    ['com.google.guava', 'guava', 'com/google/common/base/A.class com/google/thirdparty/B.class'],
    ['commons-io', 'commons-io', 'org/apache/commons/io/A.class'],
    ['junit', 'junit', 'junit/framework/A.class org/junit/B.class'],
    ['org.apache.httpcomponents', 'httpclient', 'org/apache/http/client/A.class'],
    ['com.fasterxml.jackson.core', 'jackson-databind', 'com/fasterxml/jackson/databind/A.class'],
    ['mysql', 'mysql-connector-java', 'com/mysql/cj/A.class'],
    ['org.ow2.asm', 'asm', 'org/objectweb/asm/A.class module-info.class'],
    ['javax.servlet', 'javax.servlet-api', 'javax/servlet/A.class'],
    ['ch.qos.logback', 'logback-core', 'META-INF/versions/21/ch/qos/logback/core/A.class'],
  ])('of %s:%s has only its own', async (group, artifact, classes) => {
    const files = classes.split(' ').map(file);
    expect(await doubted(jarOf(pom(group, artifact), ...files))).toEqual([]);
  });

  it('has what each of its coordinates stands for', async () => {
    const files = ['com/example/A.class', 'org/yaml/snakeyaml/B.class'].map(file);
    const own = [pom('com.example', 'app'), pom('org.yaml', 'snakeyaml')];
    expect(await doubted(jarOf(...own, ...files))).toEqual([]);
  });

  it('is not compared without end', async () => {
    const files = Array.from({ length: 3_000 }, (_, index) => file(`a${index}/b/C.class`));
    const own = Array.from({ length: 1_000 }, (_, index) => pom(`g${index}`, 'a'));
    expect(await doubted(jarOf(...own, ...files))).toEqual(['Maven']);
  });

  it.each(['hpi', 'jpi', 'sar', 'nar', 'aar', 'kar'])('may be a .%s', async (ending) => {
    const inner = makeZip([pom('org.apache.logging.log4j', 'log4j-core')]);
    const bytes = makeZip([pom('com.example', 'x'), { name: 'lib/in.jar', bytes: inner }]);
    const inventory = await inventoryIn({ name: `p/x.${ending}`, body: bytes });
    expect(told(inventory)).toEqual([
      `Maven com.example:x 1.0 p/x.${ending}`,
      `Maven org.apache.logging.log4j:log4j-core 1.0 p/x.${ending}!/lib/in.jar`,
    ]);
    expect(await doubted({ name: `p/x.${ending}`, body: makeZip([file('A.class')]) })).toEqual([
      'Maven',
    ]);
    expect(await doubted({ name: `p/x.${ending}`, body: 'nix-archive-1' })).toEqual([]);
  });

  it('whose coordinates are damaged leaves Java unknown, and no programs', async () => {
    const { name } = pom('com.example', 'app');
    expect(await doubted(jarOf({ name, bytes: Buffer.from('version=1') }))).toEqual(['Maven']);
  });
});

describe('Yarn without node_modules', () => {
  // As Yarn 4.5 writes it, shortened.
  const pnp = (...rows: readonly string[]) =>
    ["const RAW_RUNTIME_STATE =\n'{\\", '  "packageRegistryData": [\\', ...rows, "]}';"].join('\n');
  const row = (name: string, locator: string, place: string) =>
    `    ["${name}", [\\\n      ["${locator}", {\\\n        "packageLocation": "${place}",\\`;
  const cache = '../root/.yarn/berry/cache/x.zip/node_modules';

  it('is read from its list', async () => {
    const body = pnp(
      row('lodash', 'npm:4.17.15', './.yarn/cache/lodash-npm-4.zip/node_modules/lodash/'),
      row('@babel/core', 'npm:7.0.0', `${cache}/@babel/core/`),
      row(
        'fdir',
        `virtual:${'a1'.repeat(64)}#npm:6.5.0`,
        './.yarn/__virtual__/x/node_modules/fdir/',
      ),
      row('fsevents', 'patch:fsevents@npm%3A2.3.3#optional!x&hash=d', `${cache}/fsevents/`),
      row('ours', 'https://github.com/a/b.git#commit=1', `${cache}/ours/`),
      row('app', 'workspace:.', './'),
      row('x', 'git@github.com:a/b.git#commit=1', `${cache}/x/`),
      row('app', 'npm:1', './').replace('"npm:1"', 'null'),
    );
    const inventory = await inventoryIn({ name: 'app/.pnp.cjs', body });
    expect(told(inventory)).toEqual([
      'npm lodash 4.17.15 app/.pnp.cjs',
      'npm @babel/core 7.0.0 app/.pnp.cjs',
      'npm fdir 6.5.0 app/.pnp.cjs',
      'npm fsevents 2.3.3 app/.pnp.cjs',
      'npm ours - app/.pnp.cjs',
      'npm x - app/.pnp.cjs',
    ]);
    expect(await doubted({ name: 'app/.pnp.cjs', body })).toEqual([]);
  });

  it('may have the list beside it', async () => {
    const list = {
      packageRegistryData: [
        ['a', [['npm:1.0.0', { packageLocation: './.yarn/cache/a.zip/node_modules/a/' }]]],
      ],
    };
    const inventory = await inventoryIn(
      { name: '.pnp.cjs', body: "require('./.pnp.data.json')" },
      { name: '.pnp.data.json', body: JSON.stringify(list, null, 2) },
    );
    expect(told(inventory)).toEqual(['npm a 1.0.0 .pnp.data.json']);
    expect(inventory.unread).toEqual([]);
  });

  it('with another list is unknown', async () => {
    const good = row('a', 'npm:1.0.0', `${cache}/a/`);
    const other = good.replace('"npm:1.0.0"', '{"npm": "1.0.0"}');
    for (const body of ['#!/usr/bin/env node\n', pnp(good, other)]) {
      expect(await doubted({ name: 'app/.pnp.cjs', body })).toEqual(['npm']);
    }
  });
});

it('a gem of a commit is of no version, whatever it says', async () => {
  const body = 'Gem::Specification.new do |s|\n s.name = "rack"\n s.version = "2.0.1"\nend\n';
  const gems = 'usr/local/bundle/ruby/3.2.0/bundler/gems';
  const inventory = await inventoryIn(
    { name: `${gems}/rack-abc123f/rack.gemspec`, body },
    { name: `${gems}/rails-0a1b2c3d4e5f/activerecord/activerecord.gemspec`, body: 'x' },
    { name: `${gems}/rack-abc123f/spec/fixtures/x/y.gemspec`, body },
  );
  expect(told(inventory)).toEqual([
    `RubyGems rack - ${gems}/rack-abc123f/rack.gemspec`,
    `RubyGems activerecord - ${gems}/rails-0a1b2c3d4e5f/activerecord/activerecord.gemspec`,
  ]);
});
