import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { debianMirror } from '../test/support/debian-mirror.ts';
import type { RealEngine } from '../test/support/real-engine.ts';
import { keptDebian, keptRpmDatabases } from '../test/system/package-images.ts';

/** Debian packages of which an application is put together; their database is not taken along. */
const parts: readonly string[] = [
  ...['ruby-rack', 'ruby-minitest', 'ruby-nokogiri', 'rake', 'ruby-sinatra'],
  ...['python3-six', 'python3-flask', 'python3-jinja2', 'python3-yaml', 'python3-requests'],
  ...['python3-urllib3', 'python3-cryptography', 'python3-sqlalchemy'],
  ...['libcommons-compress-java', 'libcommons-lang3-java', 'libcommons-io-java', 'libguava-java'],
  ...[
    'libjackson2-core-java',
    'libjackson2-databind-java',
    'liblog4j2-java',
    'libspring-core-java',
  ],
  ...['docker-cli', 'containerd', 'runc', 'docker-buildx', 'docker-compose'],
];
const environment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C.UTF-8',
};
const run = (program: string, ...words: string[]): string =>
  execFileSync(program, words, { encoding: 'utf8', env: environment });

/** Makes the images that both read; their names. Debian's mirror is needed. Throws what a program complains about. */
export async function makeImages(engine: RealEngine): Promise<string[]> {
  const mirror = debianMirror();
  const suite = mirror.suite === 'bookworm' ? 'trixie' : 'bookworm';
  const debians = [
    ['debian-with-apache', (await keptDebian(mirror, ['apache2'])).fuller],
    [`debian-${suite}`, (await keptDebian({ ...mirror, suite })).plain],
  ] as const;
  const rpms = await keptRpmDatabases();
  for (const [name, { archive }] of debians) engine.docker('import', archive, `${name}:1`);
  for (const [format, { archive }] of Object.entries(rpms)) {
    engine.docker('import', withRelease(engine, format, archive), `rpm-${format}:1`);
  }
  engine.docker('import', alpine(engine), 'alpine:1');
  engine.docker('import', application(engine), 'application:1');
  const made = [...debians.map(([name]) => name), ...Object.keys(rpms).map((one) => `rpm-${one}`)];
  return [...made, 'alpine', 'application'].map((name) => `${name}:1`);
}

/** A folder as an archive for `docker import`. */
function archived(engine: RealEngine, name: string, root: string): string {
  const archive = join(engine.folder, `${name}.tar`);
  run('tar', '-C', root, '--numeric-owner', '-cf', archive, '.');
  return archive;
}

function write(root: string, path: string, text: string): void {
  mkdirSync(join(root, dirname(path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** A database of rpm with the files that say which system it is of. */
function withRelease(engine: RealEngine, format: string, archive: string): string {
  const root = join(engine.folder, format);
  mkdirSync(root);
  run('tar', '-C', root, '-xf', archive);
  write(root, 'etc/os-release', 'ID="rocky"\nVERSION_ID="9.3"\nPRETTY_NAME="Rocky Linux 9.3"\n');
  write(root, 'etc/rocky-release', 'Rocky Linux release 9.3 (Blue Onyx)\n');
  return archived(engine, `${format}-with-release`, root);
}

/** As `apk` writes its database. */
function alpine(engine: RealEngine): string {
  const root = join(engine.folder, 'alpine');
  const installed = [
    ['musl', '1.2.5-r0', 'musl'],
    ['busybox-binsh', '1.36.1-r29', 'busybox'],
    ['libcrypto3', '3.3.1-r3', 'openssl'],
    ['libssl3', '3.3.1-r3', 'openssl'],
    ['tzdata', '2024a-r1', 'tzdata'],
    ['py3-pip', '24.0_git20240401-r2', 'py3-pip'],
  ].map(
    ([name, version, origin]) =>
      `C:Q1sSSp+k0eQHnHVIOpxWRQWMTsWTI=\nP:${name}\nV:${version}\nA:x86_64\nS:1\nI:1\nT:x\nU:x\nL:MIT\no:${origin}\nm:x\nt:1714000000\nc:x\nF:usr\n`,
  );
  write(root, 'lib/apk/db/installed', `${installed.join('\n')}\n`);
  write(root, 'etc/alpine-release', '3.20.1\n');
  write(root, 'etc/os-release', 'ID=alpine\nVERSION_ID=3.20.1\nPRETTY_NAME="Alpine Linux v3.20"\n');
  return archived(engine, 'alpine', root);
}

/** Where the application lies before it is an image. */
export const applicationFolder = ({ folder }: RealEngine): string => join(folder, 'application');

/** What this project installs from npm, and the parts above. */
function application(engine: RealEngine): string {
  const root = applicationFolder(engine);
  mkdirSync(root);
  const debs = join(engine.folder, 'debs');
  mkdirSync(debs);
  execFileSync('apt-get', ['download', '--quiet', ...parts], {
    cwd: debs,
    env: environment,
    stdio: 'ignore',
  });
  for (const file of readdirSync(debs)) run('dpkg-deb', '-x', join(debs, file), root);
  cpSync('node_modules', join(root, 'srv/app/node_modules'), {
    recursive: true,
    dereference: true,
    filter: (path) => !path.endsWith('/.bin'),
  });
  copyFileSync('package.json', join(root, 'srv/app/package.json'));
  return archived(engine, 'application', root);
}
