import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PackageFacts } from '../../src/snapshot/facts/packages.ts';

const run = promisify(execFile);
const environment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
  DEBIAN_FRONTEND: 'noninteractive',
};
const sourceFolder = '/etc/apt/sources.list.d';

/** Where this machine gets Debian from, and which release it is. */
export function debianMirror(): { url: string; suite: string } {
  const deb822 = readdirSync(sourceFolder)
    .filter((name) => name.endsWith('.sources'))
    .map((name) => readFileSync(join(sourceFolder, name), 'utf8'))
    .flatMap((text) => text.split(/\n\s*\n/))
    .map((stanza) => [/^URIs:\s*(\S+)/m.exec(stanza)?.[1], /^Suites:\s*(\S+)/m.exec(stanza)?.[1]]);
  const lines = readdirSync('/etc/apt')
    .filter((name) => name === 'sources.list')
    .map((name) => readFileSync(join('/etc/apt', name), 'utf8'))
    .flatMap((text) => [...text.matchAll(/^deb (?:\[.*?\] )?(\S+) (\S+)/gm)])
    .map(([, url, suite]) => [url, suite]);
  for (const [url, suite] of [...deb822, ...lines]) {
    if (url && suite && /^https?:/.test(url) && /^[a-z]+$/.test(suite)) return { url, suite };
  }
  throw new Error('/etc/apt names no mirror of Debian to make images from');
}

/** Installs a small Debian into a folder. */
export async function makeDebian(
  folder: string,
  { url, suite }: { url: string; suite: string },
  include: readonly string[] = [],
): Promise<void> {
  const packages = include.length > 0 ? [`--include=${include.join(',')}`] : [];
  const words = ['--variant=minbase', ...packages, suite, folder, url];
  await run('debootstrap', words, { env: environment, maxBuffer: 64 * 1024 * 1024 });
}

/** Installed packages of a Debian in a folder, as dpkg itself tells them. */
export function dpkgQuery(folder: string): PackageFacts[] {
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
export function makeRpmDatabases(folder: string): PackageFacts[] {
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
