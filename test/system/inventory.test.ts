import { execFileSync, spawn } from 'node:child_process';
import {
  createReadStream,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { FilesystemInventory } from '../../src/inventory/filesystem-inventory.ts';
import { readFilesystem } from '../../src/inventory/read-filesystem.ts';
import { debianMirror, stateOfMirror } from '../support/debian-mirror.ts';
import { kept, stateOfFiles } from '../support/kept.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { keptDebian } from './package-images.ts';

/** To fetch and unpack packages takes minutes where others are at work as well. */
const MADE_WITHIN_MS = 900_000;
const folder = makeTemporaryFolder();
const environment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
  DEBIAN_FRONTEND: 'noninteractive',
};
const run = (program: string, words: readonly string[], input = ''): string =>
  execFileSync(program, words, {
    encoding: 'utf8',
    env: environment,
    input,
    stdio: 'pipe',
    maxBuffer: 64 * 1024 * 1024,
  });

/** What is found in what `tar` makes of these words; it takes the names of files from `list`. */
async function inventoryOf(words: readonly string[], list = ''): Promise<FilesystemInventory> {
  const input = list === '' ? 'ignore' : 'pipe';
  const stdio = [input, 'pipe', 'inherit'] as const;
  const tar = spawn('tar', ['-c', ...words], { env: environment, stdio: [...stdio] });
  tar.stdin?.end(list);
  if (tar.stdout === null) throw new Error('tar has no output');
  return readFilesystem(tar.stdout);
}

/** What is found, each once. */
const told = (found: readonly { name: string; version: string | null }[]): string[] =>
  [...new Set(found.map(({ name, version }) => `${name} ${version}`))].sort();

/** Debian packages with what they hold, by the name that others know it by. */
const debs: Readonly<Record<string, string>> = {
  'redis-tools': 'redis',
  memcached: 'memcached',
  nginx: 'nginx',
  'apache2-bin': 'httpd',
  'ruby-rack': 'rack',
  'ruby-minitest': 'minitest',
  rake: 'rake',
  'python3-six': 'six',
  'python3-flask': 'flask',
  'python3-jinja2': 'jinja2',
};

/**
 * Paths of Debian packages as the mirror has them, without what each would run before, and not packed: they are unpacked
 * in every run.
 */
async function downloaded(): Promise<string[]> {
  const madeOf = [
    await stateOfMirror(debianMirror()),
    ...(await stateOfFiles(import.meta.filename)),
  ];
  const cache = await kept('inventory-debs', madeOf, async (making) => {
    run('apt-get', ['update', '-q']);
    run('sh', ['-c', 'cd "$0" && apt-get download "$@"', making, ...Object.keys(debs)]);
    for (const name of readdirSync(making)) {
      const [file, tree] = [join(making, name), join(folder, name)];
      run('dpkg-deb', ['-R', file, tree]);
      rmSync(join(tree, 'DEBIAN/preinst'), { force: true });
      run('dpkg-deb', ['-Znone', '-b', tree, file]);
    }
  });
  return run('find', [cache, '-name', '*.deb']).trim().split('\n');
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg’s own.
const FORMAT = '--showformat=${Package} ${Version}';

/** The version of those who wrote it: without what Debian numbers itself. */
const upstream = (version: string): string =>
  version
    .replace(/^\d+:/, '')
    .replace(/-[^-]*$/, '')
    .replace(/[+~].*$/, '');

describe('what Debian packages hold', () => {
  const root = join(folder, 'root');
  let truth: string[];

  beforeAll(async () => {
    const database = join(root, 'var/lib/dpkg');
    for (const one of ['info', 'updates', 'triggers']) {
      mkdirSync(join(database, one), { recursive: true });
    }
    for (const file of ['status', 'available']) writeFileSync(join(database, file), '');
    const files = await downloaded();
    truth = files
      .map((file) => run('dpkg-deb', ['-W', FORMAT, file]).split(' '))
      .map(([name = '', version = '']) => `${debs[name]} ${upstream(version)}`)
      .sort();
    // By dpkg itself, which keeps what it unpacked.
    run('dpkg', [`--root=${root}`, '--force-all', '--unpack', ...files]);
  }, MADE_WITHIN_MS);

  it('is theirs where their database is, and without it has the versions of who wrote it', async () => {
    const whole = await inventoryOf(['-C', root, '.']);
    expect(whole).toMatchObject({ packages: [], programs: [], unread: [], cut: null });
    expect(whole.ownedBySystem).toBeGreaterThanOrEqual(truth.length);

    const bare = await inventoryOf(['-C', root, '--exclude=./var/lib/dpkg', '.']);
    expect(told([...bare.packages, ...bare.programs])).toEqual(truth);
    expect(bare).toMatchObject({ ownedBySystem: 0, unread: [], cut: null });

    const slim = await inventoryOf(['-C', root, '--exclude=./var/lib/dpkg/info/*', '.']);
    expect(slim).toMatchObject({ packages: [], programs: [], ownedBySystem: 0 });
    expect(slim.unread.length).toBeGreaterThanOrEqual(truth.length);
  });
});

describe('what rpm installed', () => {
  const root = join(folder, 'rpm');
  const own = 'usr/local/lib/own-1.dist-info/METADATA';

  beforeAll(() => {
    const [spec, path] = [join(folder, 'six.spec'), '/usr/lib/python3/six-1.dist-info/METADATA'];
    const text = `Name: six
Version: 1
Release: 1
Summary: x
License: MIT
BuildArch: noarch
%description
x
%install
mkdir -p %{buildroot}/usr/lib/python3/six-1.dist-info
printf 'Name: six\\nVersion: 1\\n' >%{buildroot}${path}
%files
/usr/lib/python3
`;
    writeFileSync(spec, text);
    run('rpmbuild', ['-bb', '--define', `_topdir ${folder}/build`, spec]);
    const built = join(folder, 'build/RPMS/noarch/six-1-1.noarch.rpm');
    for (const [format, database] of [
      ['sqlite', 'var/lib/rpm'],
      ['ndb', 'usr/lib/sysimage/rpm'],
    ]) {
      const place = join(root, String(format));
      mkdirSync(join(place, dirname(own)), { recursive: true });
      writeFileSync(join(place, own), 'Name: own\nVersion: 1\n');
      const words = [
        '--root',
        place,
        '--define',
        `_db_backend ${format}`,
        '--dbpath',
        `/${database}`,
      ];
      run('rpm', [...words, '-i', '--nodeps', '--nosignature', '--ignorearch', built]);
    }
  });

  it.each(['sqlite', 'ndb'])(
    'is left out by its database (%s), and unknown without',
    async (format) => {
      const found = await inventoryOf(['-C', join(root, format), '.']);
      expect(found).toMatchObject({ packages: [{ path: own }], ownedBySystem: 1, unread: [] });
      const cut = join(
        root,
        format,
        format === 'ndb' ? 'usr/lib/sysimage/rpm/Packages.db' : 'var/lib/rpm/rpmdb.sqlite',
      );
      writeFileSync(cut, readFileSync(cut).subarray(0, 4_000));
      const spoilt = await inventoryOf(['-C', join(root, format), '.']);
      expect(spoilt).toMatchObject({ packages: [{ path: own }], ownedBySystem: 0 });
      expect(spoilt.unread).toHaveLength(2);
    },
  );
});

it(
  'nothing of a Debian that was installed whole is anybody else’s',
  async () => {
    const { archive, installed } = (await keptDebian(debianMirror(), ['apache2'])).fuller;
    expect(installed.map(({ name }) => name)).toContain('apache2-bin');
    expect(await readFilesystem(createReadStream(archive))).toEqual({
      packages: [],
      programs: [],
      ownedBySystem: expect.any(Number),
      unread: [],
      cut: null,
    });
  },
  MADE_WITHIN_MS,
);

describe('what npm installed for this project', () => {
  const modules = realpathSync('node_modules');
  const list = run('find', [
    modules,
    '-name',
    'package.json',
    '-printf',
    `${basename(modules)}/%P\n`,
  ]);
  const inModules = ['-C', dirname(modules)];

  it('is what npm says that it installed', async () => {
    const { packages, unread } = await inventoryOf([...inModules, '-T', '-'], list);
    const lock = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8')) as {
      packages: Record<string, { name?: string; version: string; link?: boolean }>;
    };
    const installed = Object.entries(lock.packages).filter(([, { link }]) => !link);
    expect(packages.map(({ path, version }) => `${path} ${version}`).sort()).toEqual(
      installed.map(([path, { version }]) => `${path}/package.json ${version}`).sort(),
    );
    const folders = installed.map(([path]) => `${path}/package.json`);
    // What else has a name and a version there lies in a folder that npm did not make.
    expect(unread.filter(({ path }) => folders.includes(path))).toEqual([]);
    expect(unread.map(({ path, copies }) => ({ path, copies }))).toEqual(
      unread.map(({ path }) => {
        const { name, version } = JSON.parse(readFileSync(join(modules, '..', path), 'utf8'));
        return { path, copies: [{ name, version }] };
      }),
    );
  });

  it('in a Go program has the modules that stand in it', async () => {
    const path = run('find', [modules, '-path', '*typescript-linux*/lib/tsc']).trim();
    const inventory = await inventoryOf(['-C', '/', path.slice(1)]);
    // The list is lines of text in the program, more than once.
    const text = run('grep', ['-aoP', '^(mod|dep)\\t\\S+\\t\\S+', path]);
    const lines = [...new Set(text.trim().split('\n'))];
    expect(lines.length).toBeGreaterThan(2);
    const [stdlib, ...others] = inventory.packages;
    expect(stdlib).toMatchObject({ name: 'stdlib', version: expect.stringMatching(/^1\.\d+/) });
    expect(others.map(({ name, version }) => `${name}\t${version}`)).toEqual(
      lines.map((line) => line.split('\t').slice(1).join('\t')),
    );
    expect(others.filter(({ isMainModule }) => isMainModule)).toHaveLength(1);
  });
});

it('programs are of the version that they say themselves', async () => {
  const [postgres = ''] = run('find', ['/usr/lib/postgresql', '-path', '*/bin/postgres']).split(
    '\n',
  );
  const haproxy = realpathSync('/usr/sbin/haproxy');
  const paths = [postgres, haproxy, process.execPath];
  const { programs, unread } = await inventoryOf([
    '-C',
    '/',
    ...paths.map((path) => path.slice(1)),
  ]);
  const ownWords = /\d+\.\d+(?:\.\d+)?/;
  expect(programs.map(({ name, version }) => [name, version])).toEqual([
    ['postgres', ownWords.exec(run(postgres, ['--version']))?.[0]],
    ['haproxy', ownWords.exec(run(haproxy, ['-v']))?.[0]],
    ['node', process.versions.node],
  ]);
  expect(unread).toEqual([]);
});

it('archives that zip made tell what is in them', async () => {
  const place = join(folder, 'jars');
  const coordinates = join(place, 'META-INF/maven/org.apache.logging.log4j/log4j-core');
  mkdirSync(coordinates, { recursive: true });
  mkdirSync(join(place, 'lib'));
  const properties = 'groupId=org.apache.logging.log4j\nartifactId=log4j-core\nversion=2.14.1\n';
  writeFileSync(join(coordinates, 'pom.properties'), properties);
  const zip = (...words: string[]) => run('sh', ['-c', 'cd "$0" && zip -qr "$@"', place, ...words]);
  zip('lib/log4j.jar', 'META-INF');
  zip('-0', 'app.war', 'lib');
  // Some begin with a script that runs them.
  writeFileSync(join(place, 'run.jar'), '#!/bin/sh\nexec java -jar "$0" "$@"\n');
  run('sh', ['-c', 'cat "$0/app.war" >>"$0/run.jar"', place]);
  const { packages } = await inventoryOf(['-C', place, 'lib/log4j.jar', 'app.war', 'run.jar']);
  expect(packages.map(({ purl, path }) => [purl, path])).toEqual(
    ['lib/log4j.jar', 'app.war!/lib/log4j.jar', 'run.jar!/lib/log4j.jar'].map((path) => [
      'pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1',
      path,
    ]),
  );
});
