import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PackageFacts } from '../../src/snapshot/facts/packages.ts';
import { type DebianMirror, stateOfMirror } from '../support/debian-mirror.ts';
import { kept, stateOfFiles } from '../support/kept.ts';

/** An image to be, with what its package manager says. */
export interface PackageImage {
  /** For `docker import`. */
  archive: string;
  installed: PackageFacts[];
}

const run = promisify(execFile);
const environment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
  DEBIAN_FRONTEND: 'noninteractive',
};
/**
 * Installs a small Debian into a folder, by apt itself, which takes half of what debootstrap does; the lists that it
 * read stay there.
 */
export async function makeDebian(
  folder: string,
  { url, suite }: DebianMirror,
  include: readonly string[] = [],
  variant = 'minbase',
): Promise<void> {
  const packages = include.length > 0 ? [`--include=${include.join(',')}`] : [];
  const how = ['--mode=root', `--variant=${variant}`, '--skip=cleanup/apt/lists'];
  await run('mmdebstrap', [...how, ...packages, suite, folder, url], {
    ...{ env: { ...environment, TMPDIR: tmpdir() }, maxBuffer: 64 * 1024 * 1024 },
  });
}

/** What is made of one release: a small Debian, and the same with more packages. */
export interface KeptDebian {
  plain: PackageImage;
  fuller: PackageImage;
}

/**
 * Both are made once for as long as the mirror has the same to give; without `more` they are one. Documentation, indexes
 * and caches are left out for speed. What is installed dpkg said in the whole of it.
 */
export async function keptDebian(
  mirror: DebianMirror,
  more: readonly string[] = [],
): Promise<KeptDebian> {
  const madeOf = [
    ...[await stateOfMirror(mirror), versionOf('mmdebstrap'), more.join()],
    ...(await stateOfFiles(import.meta.filename)),
  ];
  const folder = await kept(`debian-${mirror.suite}`, madeOf, async (making) => {
    const place = mkdtempSync(join(tmpdir(), 'seawall-debian-'));
    try {
      const root = join(place, 'root');
      // To add others takes apt.
      await makeDebian(root, mirror, [], more.length > 0 ? 'minbase' : 'essential');
      await keepAs('plain', root, making);
      if (more.length === 0) return;
      await addPackages(root, more);
      await keepAs('fuller', root, making);
    } finally {
      await run('rm', ['-rf', place]);
    }
  });
  const plain = imageIn(folder, 'plain');
  return { plain, fuller: more.length > 0 ? imageIn(folder, 'fuller') : plain };
}

async function keepAs(name: string, root: string, folder: string): Promise<void> {
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(dpkgQuery(root)));
  await archiveFolder(root, join(folder, `${name}.tar`));
}

/** As its own package manager does; what would start as a service does not. */
async function addPackages(root: string, names: readonly string[]): Promise<void> {
  writeFileSync(join(root, 'usr/sbin/policy-rc.d'), '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  const words = ['install', '--yes', '--no-install-recommends', ...names];
  await run('chroot', [root, 'apt-get', ...words], { env: environment, maxBuffer: 2 ** 26 });
  rmSync(join(root, 'usr/sbin/policy-rc.d'));
}

const imageIn = (folder: string, name: string, told = name): PackageImage => ({
  archive: join(folder, `${name}.tar`),
  installed: JSON.parse(readFileSync(join(folder, `${told}.json`), 'utf8')),
});

async function archiveFolder(folder: string, archive: string): Promise<void> {
  const without = ['usr/share', 'var/cache', 'var/lib/apt/lists'];
  const excludes = without.map((path) => `--exclude=./${path}/*`);
  await run('tar', ['-C', folder, '--numeric-owner', ...excludes, '-cf', archive, '.']);
}

const versionOf = (program: string): string =>
  execFileSync(program, ['--version'], { encoding: 'utf8', env: environment });

/** Installed packages of a Debian in a folder, as dpkg itself tells them. */
function dpkgQuery(folder: string): PackageFacts[] {
  const fields = ['Package', 'Version', 'Architecture', 'source:Package', 'source:Version'];
  const format = `${['db:Status-Status', ...fields].map((name) => `\${${name}}`).join('\t')}\n`;
  const told = execFileSync('chroot', [folder, 'dpkg-query', '-W', '-f', format], {
    encoding: 'utf8',
    env: environment,
  });
  return toFacts(
    told.split('\n').filter((line) => line.startsWith('installed\t')),
    1,
  );
}

/** The lines of a query as facts, in the order of inventories. */
function toFacts(lines: readonly string[], skipped: number): PackageFacts[] {
  const facts = lines.map((line) => {
    const [name = '', version = '', architecture = '', sourceName = '', sourceVersion = ''] = line
      .split('\t')
      .slice(skipped);
    return { name, version, architecture, sourceName, sourceVersion };
  });
  const key = (one: PackageFacts) => Object.values(one).join(' ');
  return facts.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

const packages = [
  { name: 'plain', version: '1.0', release: '1', arch: 'noarch', extra: '' },
  { name: 'with-epoch', version: '2.5~rc1', release: '3.el9', arch: 'noarch', extra: 'Epoch: 7' },
  { name: 'zero-epoch', version: '0.1^git1', release: '0', arch: 'noarch', extra: 'Epoch: 0' },
] as const;

/**
 * Makes an rpm database in each of the formats that rpm itself writes, `<folder>/<format>`, with
 * packages whose headers take more than a page. Gives what `rpm -qa` says of it.
 */
function makeRpmDatabases(folder: string): PackageFacts[] {
  const rpm = (program: string, ...words: string[]) =>
    execFileSync(program, words, {
      encoding: 'utf8',
      env: { ...environment, HOME: folder },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  mkdirSync(folder, { recursive: true });
  const files = packages.map(({ name, version, release, arch, extra }) => {
    const spec = join(folder, `${name}.spec`);
    const text = `Name: ${name}-tools
Version: ${version}
Release: ${release}
Summary: A package
License: MIT
BuildArch: ${arch}
${extra}
%description
${`${name} `.repeat(3000)}
%package -n ${name}
Summary: What is installed
%description -n ${name}
${`${name} `.repeat(2000)}
%files -n ${name}
`;
    writeFileSync(spec, text);
    rpm('rpmbuild', '-bb', '--define', `_topdir ${folder}/build`, spec);
    const evr = `${version}-${release}`;
    return join(folder, 'build', 'RPMS', arch, `${name}-${evr}.${arch}.rpm`);
  });
  for (const format of ['sqlite', 'ndb']) {
    const words = ['--define', `_db_backend ${format}`, '--dbpath', join(folder, format)];
    rpm('rpm', ...words, '--initdb');
    rpm('rpm', ...words, '-i', '--justdb', '--nodeps', '--nosignature', '--ignorearch', ...files);
  }
  const format = '%{NAME}\t%{EVR}\t%{ARCH}\t%{SOURCERPM}\n';
  const told = rpm('rpm', '--dbpath', join(folder, 'sqlite'), '-qa', '--qf', format);
  const lines = told
    .split('\n')
    .filter(Boolean)
    .map((line) => line.replace(/\t([^\t]+)-([^-]+-[^-]+)\.src\.rpm$/, '\t$1\t$2'));
  return toFacts(lines, 0);
}

const rpmFolders = { sqlite: 'var/lib/rpm', ndb: 'usr/lib/sysimage/rpm' } as const;

/** For each format that rpm writes a root that holds a database alone, where that format has its place. */
export async function keptRpmDatabases(): Promise<Record<keyof typeof rpmFolders, PackageImage>> {
  const madeOf = [versionOf('rpm'), ...(await stateOfFiles(import.meta.filename))];
  const folder = await kept('rpm', madeOf, async (making) => {
    const databases = join(making, 'databases');
    const installed = makeRpmDatabases(databases);
    writeFileSync(join(making, 'installed.json'), JSON.stringify(installed));
    for (const [format, path] of Object.entries(rpmFolders)) {
      const root = join(making, format);
      cpSync(join(databases, format), join(root, path), { recursive: true });
      await archiveFolder(root, `${root}.tar`);
      await run('rm', ['-rf', root]);
    }
    await run('rm', ['-rf', databases]);
  });
  return {
    sqlite: imageIn(folder, 'sqlite', 'installed'),
    ndb: imageIn(folder, 'ndb', 'installed'),
  };
}
