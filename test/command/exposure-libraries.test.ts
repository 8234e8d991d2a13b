import type { ExposureAnswer } from '../../src/answers/exposure-answer.ts';
import { feedOfRecords } from '../../src/feeds/make-feed.ts';
import type { FilesystemInventory } from '../../src/inventory/filesystem-inventory.ts';
import { type Reading, read, unread } from '../../src/shared/reading.ts';
import type { PackageInventory } from '../../src/snapshot/facts/packages.ts';
import { answerDocument } from '../../src/views/answer.ts';
import { terminalText } from '../../src/views/terminal-text.ts';
import { debPackage, imageList, observedImage } from '../support/observed-images.ts';
import { askFor, askLine, type OwnCore, openOwnCore, silentHost } from '../support/own-core.ts';
import { morning, observedContainer, scanRecord } from '../support/scan-records.ts';

// The records are hand-written, and true to the real ones in what they say.

let core: OwnCore;

beforeEach(async () => {
  core = await openOwnCore([silentHost('web-1', true)]);
});
afterEach(() => core.remove());

const affected = (ecosystem: string, name: string, fixed: string) => ({
  package: { ecosystem, name },
  ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }],
});
const records = [
  { id: 'GHSA-35jh-r3h4-6jhm', aliases: ['CVE-2021-23337'], of: ['npm', 'lodash', '4.17.21'] },
  {
    ...{ id: 'GHSA-jfh8-c2jp-5v3q', aliases: ['CVE-2021-44228'] },
    of: ['Maven', 'org.apache.logging.log4j:log4j-core', '2.15.0'],
  },
  {
    id: 'GHSA-52m2-vc4m-jj33',
    aliases: ['CVE-2024-51736'],
    of: ['Packagist', 'Symfony/Process', '5.4.46'],
  },
  { id: 'BIT-redis-2024-46981', aliases: ['CVE-2024-46981'], of: ['Bitnami', 'redis', '7.2.7'] },
  { id: 'PYSEC-2023-1', aliases: ['CVE-2023-1000'], of: ['PyPI', 'Typing.Extensions', '4.9.0'] },
  {
    id: 'DEBIAN-CVE-2099-1000',
    upstream: ['CVE-2099-1000'],
    of: ['Debian:12', 'redis', '5:7.0.15-2'],
  },
  { id: 'DEBIAN-CVE-2099-1001', upstream: ['CVE-2099-1001'], of: ['Debian:12', 'apt', '2.6.2'] },
] as const;

async function takeFeeds(): Promise<void> {
  for (const { of, ...record } of records) {
    async function* values() {
      yield { ...record, modified: morning(9), affected: [affected(of[0], of[1], of[2])] };
    }
    await core.store.feeds.replace(await feedOfRecords(values(), () => {}));
  }
}

const debian: PackageInventory = {
  manager: 'dpkg',
  operatingSystem: { id: 'debian', versionId: '12', prettyName: 'Debian 12' },
  packages: [],
};

const running = (id: string, inventory: PackageInventory = debian) => ({
  ...observedContainer(id, { imageId: id, imageReference: `image-of-${id}` }),
  surface: {
    ports: read([]),
    processes: read({ count: 1, source: 'top' as const }),
    setUid: read({ count: 0, rootCount: 0, isWhole: true }),
    installed: read({ inventory, isOwn: false }),
  },
});
type Running = ReturnType<typeof running>;

const scan = (containers: Running[], day = 9) =>
  core.context.store.saveScan(
    scanRecord({ startedAt: morning(day), finishedAt: morning(day), containers }),
  );

/** Image ids, each with what its whole file system holds or why it does not say so; null for one that nobody tried. */
async function have(
  images: Record<
    string,
    Partial<FilesystemInventory> | Reading<Partial<FilesystemInventory>> | null
  >,
  readFrom: 'probe' | 'container' = 'probe',
): Promise<void> {
  const { filesystems } = core.store;
  const seen = Object.keys(images).map((id) => ({ id, name: `image-of-${id}`, layers: id }));
  for (const { id, layersKey } of await filesystems.seeImages('web-1', morning(9), seen)) {
    const found = images[id];
    if (!found) continue;
    const empty = { packages: [], programs: [], ownedBySystem: 0, unread: [], cut: null };
    const reading = 'state' in found ? found : read(found);
    const inventory = reading.state === 'read' ? read({ ...empty, ...reading.value }) : reading;
    await filesystems.save('web-1', layersKey, {
      ...{ triedAt: morning(9), readFrom, inventory },
    });
  }
}

const npm = (name: string, version: string, path: string) => ({
  ...{ ecosystem: 'npm' as const, name, version, path, purl: `pkg:npm/${name}@${version}` },
});
const maven = (name: string, version: string) => ({
  ...{ ecosystem: 'Maven' as const, name, version, path: 'app/a.jar' },
  purl: `pkg:maven/${name.replace(':', '/')}@${version}`,
});
const redis = { name: 'redis', version: '7.2.4', path: 'usr/local/bin/redis', evidence: 'v=7.2.4' };

const now = () => Date.parse(morning(10));
const ask = (text: string) => askLine(core, text, { now });
const exposed = (text: string) => askFor(core, 'exposure', text, { now });
const shown = ({ results }: ExposureAnswer) =>
  results.map(({ state, image, package: found, fixedIn, reason }) =>
    [state, image, found && `${found.name} ${found.version} in ${found.path}`, fixedIn, reason]
      .filter((part) => part !== null)
      .join(' | '),
  );

it('judges libraries where the whole file system was read, and says where it was not', async () => {
  await takeFeeds();
  const old = npm('lodash', '4.17.20', 'app/node_modules/lodash');
  await scan(['old', 'mended', 'os'].map((id) => running(id)));
  await have({
    old: { packages: [old, { ...old, path: 'other/node_modules/lodash' }] },
    mended: { packages: [npm('lodash', '4.17.21', 'app/node_modules/lodash')] },
    unused: { packages: [old] },
    os: null,
  });
  const answer = await exposed('exposure CVE-2021-23337');

  const silent =
    'the feeds for its release have no record of it, which does not mean “not affected” (Debian:12)';
  expect(shown(answer)).toEqual([
    'affected-fix-available | image-of-old | lodash 4.17.20 in app/node_modules/lodash | 4.17.21',
    'affected-fix-available | image-of-unused | lodash 4.17.20 in app/node_modules/lodash | 4.17.21',
    `unknown | image-of-mended | ${silent}`,
    'unknown | image-of-os | only packages of the system were read, and this is about a library of a language (npm)',
    'vendor-says-not-affected | image-of-mended | lodash 4.17.21 in app/node_modules/lodash | 4.17.21 | this version is repaired',
  ]);
  expect(answer.results[0]?.package).toMatchObject({
    ...{ ecosystem: 'npm', purl: 'pkg:npm/lodash@4.17.20' },
    paths: ['app/node_modules/lodash', 'other/node_modules/lodash'],
  });
  expect(answer.images).toEqual({ total: 4, notInventoried: 0, systemOnly: 1, affected: 1 });
  expect(answer.next).toContain('scan deep');
  expect(terminalText(answerDocument(answer))).toContain('in /app/node_modules/lodash and 1 more');
});

it('says of whom “no” rests on an image as it was made', async () => {
  await takeFeeds();
  await scan(['made', 'old', 'other'].map((id) => running(id)));
  const found = {
    made: { packages: [] },
    other: { packages: [] },
    old: { packages: [npm('lodash', '4.17.20', 'app/node_modules/lodash')] },
  };
  await have(found);
  const lines = ['exposure lodash', 'exposure CVE-2099-1000', 'exposure CVE-2099-1001'];
  const counts: number[] = [];
  for (const line of lines) counts.push((await exposed(line)).asMade);
  // Somebody may have built redis from source in a container, and nobody apt.
  expect(counts).toEqual([2, 3, 0]);
  const text = terminalText(answerDocument(await exposed(lines[0] ?? '')));
  expect(text).toContain('Of 2 containers libraries and programs are those of the image');

  await have(found, 'container');
  const shown = await exposed('exposure lodash');
  expect(shown).toMatchObject({ asMade: 0, running: { affected: 1, unknown: 2 } });
});

it('judges packages of Composer by their versions, and says nothing of a branch', async () => {
  await takeFeeds();
  await scan(['old', 'mended', 'branch'].map((id) => running(id)));
  const process = (version: string) => {
    const purl = `pkg:composer/symfony/process@${version}`;
    const path = 'app/vendor/composer/installed.json';
    return {
      packages: [{ ecosystem: 'Packagist' as const, name: 'symfony/process', version, path, purl }],
    };
  };
  await have({ old: process('v5.4.45'), mended: process('v5.4.46'), branch: process('dev-main') });

  expect(
    (await exposed('exposure CVE-2024-51736')).results.map(
      ({ state, image, package: found }) => `${state} ${image} ${found?.version}`,
    ),
  ).toEqual([
    'affected-fix-available image-of-old v5.4.45',
    'unknown image-of-branch dev-main',
    'unknown image-of-mended undefined',
    'vendor-says-not-affected image-of-mended v5.4.46',
  ]);
});

it('takes silence of a file system that was not read whole for nothing', async () => {
  await takeFeeds();
  const scratch: PackageInventory = { manager: null, operatingSystem: null, packages: [] };
  await scan(['whole', 'jar', 'cut'].map((id) => running(id, scratch)));
  await have({
    whole: { packages: [npm('lodash', '4.17.21', 'app/lodash')] },
    jar: { unread: [{ path: 'app/a.jar', reason: 'it has no pom.properties' }] },
    cut: { cut: 'it has more than 4 GB' },
  });

  expect(shown(await exposed('exposure CVE-2021-44228'))).toEqual([
    'unknown | image-of-cut | not all of its file system could be read (it has more than 4 GB)',
    'unknown | image-of-jar | not all of its file system could be read (app/a.jar: it has no pom.properties)',
    'not-present | image-of-whole',
  ]);
  // A jar says nothing of npm.
  expect((await exposed('exposure CVE-2021-23337')).running).toMatchObject({
    unknown: 1,
    total: 3,
  });
});

it('says “no” of nothing that was read through a container, which may have changed it', async () => {
  await takeFeeds();
  const scratch: PackageInventory = { manager: null, operatingSystem: null, packages: [] };
  await scan(['old', 'mended', 'none'].map((id) => running(id, scratch)));
  const found = {
    old: { packages: [npm('lodash', '4.17.20', 'app/lodash')] },
    mended: { packages: [npm('lodash', '4.17.21', 'app/lodash')] },
    none: {},
  };
  const counts = async () => (await exposed('exposure CVE-2021-23337')).running;

  await have(found, 'container');
  expect(await counts()).toMatchObject({ affected: 1, unknown: 2, total: 3 });
  expect(shown(await exposed('exposure CVE-2021-23337'))).toContainEqual(
    expect.stringMatching(/^unknown \| image-of-none \| .*through a container/),
  );
  await have(found);
  expect(await counts()).toMatchObject({ affected: 1, unknown: 0, total: 3 });
});

it('judges a program from source where a record has its versions, and shows it where none has', async () => {
  await takeFeeds();
  await scan([running('built')]);
  await have({ built: { programs: [redis] } });

  expect(shown(await exposed('exposure CVE-2024-46981'))[0]).toBe(
    'affected-fix-available | image-of-built | redis 7.2.4 in usr/local/bin/redis | 7.2.7',
  );
  expect(shown(await exposed('exposure CVE-2099-1000'))).toEqual([
    'unknown | image-of-built | redis 7.2.4 in usr/local/bin/redis | it was built from source, and no record says which of its own versions are affected',
  ]);
});

it('makes no “no” of a repaired package where another build of its library lies beside it', async () => {
  async function* records() {
    yield {
      ...{ id: 'DEBIAN-CVE-2022-0778', upstream: ['CVE-2022-0778'], modified: morning(9) },
      affected: [affected('Debian:12', 'openssl', '3.0.2-1')],
    };
  }
  await core.store.feeds.replace(await feedOfRecords(records(), () => {}));
  const packages = [debPackage('libssl3', '3.0.11-1', 'openssl')];
  await scan([
    running('wheel', { ...debian, packages }),
    running('plain', { ...debian, packages }),
  ]);
  const path = 'opt/v/psycopg2_binary.libs/libcrypto-0628e7d4.so.1.1';
  const openssl = { name: 'openssl', version: '1.1.1k', path, evidence: 'OpenSSL 1.1.1k' };
  await have({ wheel: { programs: [openssl] }, plain: {} });

  const answer = await exposed('exposure CVE-2022-0778');
  expect(answer.running).toMatchObject({ affected: 0, unknown: 1, total: 2 });
  expect(shown(answer)[0]).toBe(
    `unknown | image-of-wheel | openssl 1.1.1k in ${path} | it was built from source, and no record says which of its own versions are affected`,
  );
  expect(shown(await exposed('exposure openssl'))).toContain(
    `affected-no-fix | image-of-wheel | openssl 1.1.1k in ${path}`,
  );
});

it('says of a package that it is not there where all was read, and of others that nobody knows', async () => {
  await scan(['os', 'cut', 'changed', 'whole'].map((id) => running(id)));
  await have({ os: null, cut: { cut: 'it has more than 4 GB' }, whole: {} });
  await have({ changed: { programs: [redis] } }, 'container');
  const states = async (text: string) =>
    (await exposed(text)).results.map(({ state, image }) => `${image} ${state}`);
  const unread = ['image-of-cut unknown', 'image-of-os unknown', 'image-of-whole not-present'];

  expect(await states('exposure left-pad')).toEqual(['image-of-changed unknown', ...unread]);
  expect(await states('exposure redis')).toEqual(['image-of-changed affected-no-fix', ...unread]);
});

it('finds a program by what distributions call it, and a vulnerability by its name', async () => {
  const node = { name: 'node', version: '20.1.0', path: 'usr/local/bin/node', evidence: 'v20.1.0' };
  await takeFeeds();
  await scan([running('whole')]);
  await have({
    whole: { programs: [node], packages: [maven('org.apache.logging.log4j:log4j-core', '2.14.0')] },
  });

  expect(shown(await exposed('exposure nodejs'))).toEqual([
    'affected-no-fix | image-of-whole | node 20.1.0 in usr/local/bin/node',
  ]);
  expect((await exposed('exposure nodejs<20')).results[0]?.state).toBe('not-present');
  const shell = await exposed('exposure Log4Shell');
  expect(shell.asked).toMatchObject({ kind: 'vulnerability', id: 'CVE-2021-44228' });
  expect(shell.running.affected).toBe(1);
});

it('finds no program by a part of what is asked for', async () => {
  const at = (name: string, version: string) => ({
    ...{ name, version, path: `usr/local/bin/${name}`, evidence: version },
  });
  await takeFeeds();
  await scan([running('whole')]);
  await have({
    whole: {
      programs: [at('mysql', '8.0.30'), at('php', '7.4.33'), at('httpd', '2.4.1')],
      packages: [npm('shellshock', '1.0.0', 'app/node_modules/shellshock')],
    },
  });

  for (const name of ['mysql2', 'php8.2<8.2.20', 'apache']) {
    expect(shown(await exposed(`exposure ${name}`))).toEqual(['not-present | image-of-whole']);
  }
  expect((await exposed('exposure php<8.2.20')).results[0]?.state).toBe('affected-fix-available');
  // The package of that name, and not the vulnerability.
  expect(shown(await exposed('exposure "shellshock>=0"'))).toEqual([
    'affected-no-fix | image-of-whole | shellshock 1.0.0 in app/node_modules/shellshock',
  ]);
});

it('says why the packages of the system were not read, and of no other that it is not there', async () => {
  const half = running('half');
  const installed = unread<never>('it mounts what must not be touched');
  await scan([{ ...half, surface: { ...half.surface, installed } } as Running]);
  await have({ half: { packages: [npm('lodash', '4.17.20', 'app/lodash')] } });

  const reason = 'its packages are not known (it mounts what must not be touched)';
  expect(shown(await exposed('exposure openssl'))).toEqual([`unknown | image-of-half | ${reason}`]);
  const [found] = (await exposed('exposure lodash')).results;
  expect(found).toMatchObject({ state: 'affected-no-fix', package: { name: 'lodash' } });
});

it('says of no package that it is not there beside a file that nobody could read', async () => {
  await scan(['jar', 'mixed', 'whole'].map((id) => running(id)));
  const jar = { unread: [{ path: 'app/mystery.jar', reason: 'it has no pom.properties' }] };
  const log4j = maven('org.apache.logging.log4j:log4j-core', '2.17.1');
  await have({ jar, mixed: { ...jar, packages: [log4j] }, whole: { packages: [log4j] } });
  const states = async (text: string) =>
    (await exposed(text)).results.map(({ state, image }) => `${image} ${state}`).sort();

  expect(await states('exposure left-pad')).toEqual([
    ...['image-of-jar unknown', 'image-of-mixed unknown', 'image-of-whole not-present'],
  ]);
  // Another one of it may be in there.
  expect(await states('exposure "org.apache.logging.log4j:log4j-core<2.15"')).toEqual([
    ...['image-of-jar unknown', 'image-of-mixed unknown', 'image-of-whole not-present'],
  ]);
});

it('takes the source of a library’s package for no answer on the library itself', async () => {
  const requests = debPackage('python3-requests', '2.32.3', 'requests');
  const packages = [requests, debPackage('libssl3', '3.0.15-1', 'openssl')];
  const ids = ['os', 'whole', 'partly'];
  await scan(ids.map((id) => running(id, { ...debian, packages })));
  const metadata = { path: 'opt/METADATA', reason: 'it is no text' };
  await have({ os: null, whole: {}, partly: { unread: [metadata] } });
  const states = async (text: string) =>
    (await exposed(text)).results.map(({ state, image }) => `${image} ${state}`).sort();
  const not = ids.map((id) => `image-of-${id} not-present`).sort();

  expect(await states('exposure "requests<2.31"')).toEqual([
    ...['image-of-os unknown', 'image-of-partly unknown', 'image-of-whole not-present'],
  ]);
  expect(await states('exposure "python3-requests<2.31"')).toEqual(not);
  expect(await states('exposure "openssl<3.0.13"')).toEqual(not);
});

it('says nothing of an older one in another root of the image', async () => {
  const packages = [debPackage('libssl3', '3.0.15-1', 'openssl')];
  await scan(['root', 'whole'].map((id) => running(id, { ...debian, packages })));
  const reason = 'packages of dpkg in a root of their own, which are not read';
  await have({
    root: { unread: [{ path: 'opt/chroot', reason, ecosystem: 'system' }] },
    whole: {},
  });
  const states = async (text: string) =>
    (await exposed(text)).results.map(({ state, image }) => `${image} ${state}`).sort();

  expect(await states('exposure "openssl<3.0.13"')).toEqual([
    ...['image-of-root unknown', 'image-of-whole not-present'],
  ]);
  expect(await states('exposure "openssl<3.1"')).toEqual([
    ...['image-of-root affected-fix-available', 'image-of-whole affected-fix-available'],
  ]);
});

it('takes a package of the system for what it is called, though a library is made of its source', async () => {
  const packages = [
    debPackage('rpm', '4.18.0-1', 'rpm'),
    debPackage('python3-rpm', '4.18.0-1', 'rpm'),
  ];
  await scan([running('os', { ...debian, packages })]);
  await have({ os: null });
  const { results } = await exposed('exposure "rpm<4.10"');

  expect(results.map(({ state }) => state)).toEqual(['not-present']);
});

it('finds packages in any case, and libraries by the last part of their names', async () => {
  await scan([running('a', { ...debian, packages: [debPackage('NetworkManager', '1:1.46.0-1')] })]);
  const of = (ecosystem: 'Go' | 'npm' | 'Packagist', name: string, version: string) => ({
    ...{ ecosystem, name, version, path: `app/${name}`, purl: `pkg:x/${name}@${version}` },
  });
  await have({
    a: {
      packages: [
        ...[
          maven('org.apache.logging.log4j:log4j-core', '2.14.1'),
          npm('lodash', '4.17.21', 'app'),
        ],
        ...[
          of('Go', 'golang.org/x/crypto', 'v0.30.0'),
          of('Go', 'github.com/goccy/yaml/v2', 'v2.1.0'),
        ],
        ...[of('npm', '@angular/core', '17.0.0'), of('npm', '@types/lodash', '4.14.0')],
        of('Packagist', 'symfony/process', 'v5.4.45'),
      ],
    },
  });
  const found = async (text: string) =>
    (await exposed(text)).results.map(({ state, package: one }) => `${state} ${one?.name}`);

  expect(await found('exposure networkmanager')).toEqual(['affected-no-fix NetworkManager']);
  expect(await found('exposure "NETWORKMANAGER<1.48"')).toEqual([
    'affected-fix-available NetworkManager',
  ]);
  expect(await found('exposure "Log4j-Core<2.15.0"')).toEqual([
    'affected-fix-available org.apache.logging.log4j:log4j-core',
  ]);
  expect(await found('exposure crypto')).toEqual(['affected-no-fix golang.org/x/crypto']);
  expect(await found('exposure x/crypto')).toEqual(['affected-no-fix golang.org/x/crypto']);
  expect(await found('exposure yaml')).toEqual(['affected-no-fix github.com/goccy/yaml/v2']);
  expect(await found('exposure core')).toEqual(['affected-no-fix @angular/core']);
  expect(await found('exposure Process')).toEqual(['affected-no-fix symfony/process']);
  // Types of a library are not the library.
  expect(await found('exposure lodash')).toEqual(['affected-no-fix lodash']);
  expect(await found('exposure apache')).toEqual(['not-present undefined']);

  const surface = async (word: string) => {
    const answer = await ask(`surface ${word}`);
    return answer.kind === 'software'
      ? [answer.name, ...answer.instances.map(({ software }) => software)]
      : answer.kind;
  };
  expect(await surface('NETWORKMANAGER')).toEqual(['NetworkManager', 'NetworkManager']);
  expect(await surface('log4j-core')).toEqual([
    ...['log4j-core', 'org.apache.logging.log4j:log4j-core'],
  ]);
  expect(await surface('Lodash')).toEqual(['lodash', 'lodash']);
  expect(await surface('apache')).toEqual(['apache']);
});

it('makes no “no” of a name that nothing has, where names begin with it', async () => {
  const packages = [debPackage('libssl3', '3.0.11-1', 'openssl')];
  await scan([running('a', { ...debian, packages }), running('b')]);
  const angular = npm('@angular/core', '17.0.0', 'app/node_modules/@angular/core/package.json');
  const log4j = ['core', 'api'].map((part) =>
    maven(`org.apache.logging.log4j:log4j-${part}`, '2.14.1'),
  );
  const deep = npm('lodash-es', '4.17.20', 'app/node_modules/lodash-es/package.json');
  await have({ a: { packages: [...log4j, angular, deep] }, b: {} });
  const told = async (text: string) => {
    const answer = await exposed(text);
    const { running: counts, results, unknown } = answer;
    const states = results.map(({ state, image }) => `${image} ${state}`);
    return [counts.affected, counts.unknown, ...states, ...unknown.map(({ reason }) => reason)];
  };
  const names = (text: string) =>
    `nothing in it has just this name, and what begins with it may be meant (${text})`;
  const ofOne = (reason: string) => [
    ...[0, 1, 'image-of-a unknown', 'image-of-b not-present', reason],
  ];

  const both =
    'org.apache.logging.log4j:log4j-api 2.14.1, org.apache.logging.log4j:log4j-core 2.14.1';
  expect(await told('exposure log4j')).toEqual(ofOne(names(both)));
  expect(await told('exposure "Log4j<2.17"')).toEqual(ofOne(names(both)));
  expect(await told('exposure ssl')).toEqual(ofOne(names('libssl3 3.0.11-1')));
  expect(await told('exposure angular')).toEqual(ofOne(names('@angular/core 17.0.0')));
  expect(await told('exposure "lodash<4.17.21"')).toEqual(ofOne(names('lodash-es 4.17.20')));
  const nowhere = [0, 0, 'image-of-a not-present', 'image-of-b not-present'];
  // Neither in this version, nor as a part of a word, nor where a package is called just so.
  for (const text of ['"log4j<2.1"', 'lod', 'ore', '"openssl<3.0"'])
    expect([text, await told(`exposure ${text}`)]).toEqual([text, nowhere]);
  expect(await ask('surface log4j')).toMatchObject({
    next: expect.arrayContaining(['surface org.apache.logging.log4j:log4j-api']),
  });
  const text = terminalText(answerDocument(await exposed('exposure log4j')));
  expect(text).toContain('No running container is known to have it; of 1 running container');
});

it('finds a library by any spelling of its name that is meant, with a version or without', async () => {
  await scan([running('a')]);
  const found = { ecosystem: 'PyPI' as const, name: 'typing-extensions', version: '4.8.0' };
  const place = { path: 'opt/x', purl: 'pkg:pypi/typing-extensions@4.8.0' };
  await have({ a: { packages: [npm('lodash', '4.17.20', 'app'), { ...found, ...place }] } });
  const states = async (text: string) => (await exposed(text)).results.map(({ state }) => state);

  expect(await states('exposure lodash')).toEqual(['affected-no-fix']);
  expect(await states('exposure "lodash<4.17.21"')).toEqual(['affected-fix-available']);
  expect(await states('exposure "lodash>=4.17.21"')).toEqual(['not-present']);
  expect(await states('exposure "Typing.Extensions<4.9"')).toEqual(['affected-fix-available']);
  const surface = await ask('surface Typing.Extensions');
  expect(surface).toMatchObject({
    kind: 'software',
    instances: [{ software: 'typing-extensions', version: '4.8.0', found: { paths: ['opt/x'] } }],
  });
});

it('judges packages of the system of an image without a container that a probe read', async () => {
  await takeFeeds();
  const unused = observedImage('unused:1', { id: 'unused' });
  await core.context.store.saveScan(
    scanRecord({
      ...{ startedAt: morning(9), finishedAt: morning(9), containers: [running('os')] },
      imageList: imageList([unused]),
    }),
  );
  await have({ os: null, unused: null });
  expect((await exposed('exposure CVE-2099-1000')).images).toMatchObject({ notInventoried: 1 });
  const redis7 = debPackage('redis', '5:7.0.15-1');
  await core.store.images.saveSystem('web-1', 'unused', {
    triedAt: morning(9),
    inventory: read({ ...debian, packages: [redis7] }),
  });

  const answer = await exposed('exposure CVE-2099-1000');
  expect(answer.images).toMatchObject({ notInventoried: 0, systemOnly: 2, affected: 1 });
  expect(answer.results[0]).toMatchObject({
    ...{ state: 'affected-fix-available', image: 'image-of-unused', containers: [] },
    package: { name: 'redis', version: '5:7.0.15-1' },
  });
});

it('gives no cause for packages of the system where an image was read whole, and not again', async () => {
  await takeFeeds();
  await scan([running('os')]);
  const reasonOf = async (inventory: Reading<Partial<FilesystemInventory>>) => {
    await have({ os: null, unused: inventory });
    const answer = await exposed('exposure CVE-2099-1000');
    return answer.unknown.find(({ image }) => image === 'image-of-unused')?.reason;
  };
  const whole = await reasonOf(read({}));

  expect(whole).toBeDefined();
  expect(await reasonOf(unread('the engine did not answer in time'))).toBe(whole);
});

it('says how many images nobody looked into', async () => {
  await takeFeeds();
  await scan([running('os')]);
  await have({ os: null, unused: null, other: null });
  const { headline } = answerDocument(await exposed('exposure CVE-2099-1000'));

  expect(headline).toContain('; 2 images are not inventoried');
});
