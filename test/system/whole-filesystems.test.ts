import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ExposureAnswer } from '../../src/answers/exposure-answer.ts';
import type { ScanAnswer } from '../../src/answers/scan-answer.ts';
import { fullAccess } from '../../src/command/access.ts';
import { runLine } from '../../src/command/run-line.ts';
import { feedOfJson } from '../../src/feeds/make-feed.ts';
import { assembleCore, type Core } from '../../src/programs/assemble.ts';
import { defaultPolicy } from '../../src/rules/policy.ts';
import type { Answer } from '../../src/views/answer.ts';
import { goProgram } from '../inventory/go-program.ts';
import { makeZip } from '../support/make-zip.ts';
import type { RealEngine } from '../support/real-engine.ts';
import { openRecordingProxy, type RecordingProxy } from '../support/recording-proxy.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';
import { workerEngine } from '../support/worker-engine.ts';

const libraries = ['yaml', 'p-limit', 'yocto-queue', 'kysely'];
const LODASH = 'srv/app/node_modules/yaml';

let engine: RealEngine;
let proxy: RecordingProxy;
let database: TemporaryDatabase;
let core: Core;

const write = (root: string, path: string, content: string | Buffer): void => {
  mkdirSync(join(root, dirname(path)), { recursive: true });
  writeFileSync(join(root, path), content);
};

const pomOf = (group: string, artifact: string, version: string): string =>
  `groupId=${group}\nartifactId=${artifact}\nversion=${version}\n`;

/** An application of several languages, none of which any package manager of the system installed. */
function makeRoot(root: string): void {
  for (const name of libraries) {
    const folder = join(root, 'srv/app/node_modules', name);
    mkdirSync(folder, { recursive: true });
    cpSync(join('node_modules', name, 'package.json'), join(folder, 'package.json'));
  }
  write(
    root,
    'usr/local/lib/python3.12/site-packages/Typing_Extensions-4.8.0.dist-info/METADATA',
    'Metadata-Version: 2.1\nName: Typing_Extensions\nVersion: 4.8.0\n\nText\n',
  );
  write(
    root,
    'usr/local/bundle/specifications/rack-2.2.8.gemspec',
    'Gem::Specification.new do |s|\n  s.name = "rack".freeze\n  s.version = "2.2.8"\nend\n',
  );
  const pom = 'META-INF/maven/org.apache.logging.log4j/log4j-core/pom.properties';
  const bytes = Buffer.from(pomOf('org.apache.logging.log4j', 'log4j-core', '2.14.1'));
  write(root, 'srv/log4j-core.jar', makeZip([{ name: pom, bytes }]));
  const modules = [
    'path\texample.com/server',
    'mod\texample.com/server\tv1.4.0\th1:x=',
    'dep\tgolang.org/x/net\tv0.20.0\th1:x=',
  ];
  write(root, 'srv/server', goProgram('go1.22.1', modules));
  write(root, 'data/kept', 'of the image');
}

beforeAll(async () => {
  engine = await workerEngine();
  const listenOn = join(engine.folder, 'proxy.sock');
  proxy = await openRecordingProxy({ listenOn, engineSocket: engine.socketPath });
  const root = join(engine.folder, 'root');
  makeRoot(root);
  const archive = join(engine.folder, 'root.tar');
  execFileSync('tar', ['-C', root, '-cf', archive, '.']);
  const declares = ['--change', 'VOLUME /data'];
  engine.docker('import', ...declares, archive, 'app:1.0');
  engine.docker('import', ...declares, '--change', 'LABEL other=1', archive, 'same:1.0');
  database = temporaryDatabase();
  const host = { url: proxy.url, isDefault: false, labels: {} };
  core = await assembleCore({
    hosts: [
      { ...host, name: 'files', evidence: 'files' },
      { ...host, name: 'api', evidence: 'api', inventory: 'full' },
    ],
    databaseUrl: database.url,
    policy: defaultPolicy,
  });
});
afterAll(async () => {
  await core?.store.close();
  database?.remove();
  await proxy?.close();
  await engine?.close();
});

async function ask<K extends Answer['kind']>(
  text: string,
  kind: K,
): Promise<Extract<Answer, { kind: K }>> {
  proxy.calls.length = 0;
  const actor = { id: 'U1', name: 'alice', place: 'terminal' };
  const context = { ...core.context, actor, onProgress: () => {} };
  const answer = await runLine(context, { text, access: fullAccess, reference: 'a1b2' });
  if (answer.kind !== kind) throw new Error(JSON.stringify(answer));
  return answer as Extract<Answer, { kind: K }>;
}
const scan = async (line: string): Promise<ScanAnswer['scans'][number]['filesystems']> =>
  (await ask(line, 'scan')).scans[0]?.filesystems ?? null;
const exportsAsked = () => proxy.calls.filter((call) => call.includes('/export'));
const readsOfStatus = () => proxy.calls.filter((call) => /dpkg(?:%2F|\/)status/i.test(call));
const imagesOf = async (host: string) =>
  (await core.store.filesystems.listImages([host])).filter(({ name }) => /^(app|same):/.test(name));
const versionOf = (name: string): string =>
  JSON.parse(readFileSync(join('node_modules', name, 'package.json'), 'utf8')).version;

describe('whole file systems', () => {
  it('are read when somebody asks, once for images of the same layers', async () => {
    expect(await scan('scan on files')).toBeNull();
    expect(exportsAsked()).toEqual([]);

    const first = await scan('scan deep on files');
    expect(first).toMatchObject({ unread: [], read: first?.known });
    expect(exportsAsked()).toHaveLength(first?.read ?? 0);
    const images = await imagesOf('files');
    expect(images).toMatchObject([{ readFrom: 'probe' }, { readFrom: 'probe' }]);
    expect(new Set(images.map(({ filesystemId }) => filesystemId)).size).toBe(1);

    expect(await scan('scan --deep on files')).toEqual({ ...first, read: 0 });
    expect(exportsAsked()).toEqual([]);
  });

  it('leave nothing behind, in the engine or in the past', async () => {
    expect(engine.docker('ps', '--all', '--quiet')).toBe('');
    expect(engine.docker('volume', 'ls', '--quiet')).toBe('');
    const { containers } = await ask('containers gone on files', 'containers');
    expect(containers).toEqual([]);
  });

  it('are not needed for packages of the system: a scan reads them of an image that nobody runs', async () => {
    const root = join(engine.folder, 'system');
    const status = ['libssl3', 'zlib1g'].map((name) =>
      [
        `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64`,
        'Version: 1:1.2.3-1\n\n',
      ].join('\n'),
    );
    write(root, 'var/lib/dpkg/status', status.join(''));
    write(root, 'usr/lib/os-release', 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian 12"\n');
    mkdirSync(join(root, 'etc'));
    symlinkSync('../usr/lib/os-release', join(root, 'etc/os-release'));
    const archive = join(engine.folder, 'system.tar');
    execFileSync('tar', ['-C', root, '-cf', archive, '.']);
    engine.docker('import', archive, 'system:1.0');
    await scan('scan on files');

    expect(exportsAsked()).toEqual([]);
    expect(readsOfStatus()).not.toEqual([]);
    expect(await ask('images system:1.0 on files', 'image')).toMatchObject({
      image: { containers: 0, inventory: { value: { manager: 'dpkg', packages: 2 } } },
      packages: { value: [{ name: 'libssl3', version: '1:1.2.3-1' }, { name: 'zlib1g' }] },
    });
    expect(engine.docker('ps', '--all', '--quiet')).toBe('');
    await scan('scan on files');
    expect(readsOfStatus()).toEqual([]);
  });

  it('hold what was put into them, and where', async () => {
    const [image] = await imagesOf('files');
    const id = image?.filesystemId ?? 0;
    const names = [
      ...[...libraries, 'typing-extensions', 'rack', 'org.apache.logging.log4j:log4j-core'],
      ...['example.com/server', 'golang.org/x/net', 'stdlib'],
    ];
    const found = (await core.store.filesystems.findComponents([id], names)).get(id);
    const lines = (found?.components ?? []).map(
      ({ ecosystem, name, version, places }) =>
        `${ecosystem} ${name} ${version} ${places[0]?.path}`,
    );

    expect(found).toMatchObject({ cut: null, unread: [] });
    expect(lines).toEqual(
      expect.arrayContaining([
        ...libraries.map(
          (name) => `npm ${name} ${versionOf(name)} srv/app/node_modules/${name}/package.json`,
        ),
        expect.stringMatching(/^PyPI typing-extensions 4\.8\.0 usr\/local\/lib\/python3\.12\//),
        'RubyGems rack 2.2.8 usr/local/bundle/specifications/rack-2.2.8.gemspec',
        expect.stringMatching(/^Maven org\.apache\.logging\.log4j:log4j-core 2\.14\.1 srv\/log4j/),
        'Go golang.org/x/net v0.20.0 srv/server',
        'Go example.com/server v1.4.0 srv/server',
      ]),
    );
    expect(found?.components.find(({ name }) => name === 'example.com/server')).toMatchObject({
      ecosystem: 'Go',
      isMainModule: true,
    });
  });

  it('answer who is exposed, also of an image that nobody runs', async () => {
    const record = {
      ...{ id: 'GHSA-2222-3333-4444', modified: new Date().toISOString() },
      aliases: ['CVE-2026-12345'],
      affected: [
        {
          package: { ecosystem: 'npm', name: 'yaml' },
          ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '999.0.0' }] }],
        },
      ],
    };
    const feed = await feedOfJson(record, (reason) => {
      throw new Error(reason);
    });
    await core.store.feeds.replace(feed);
    const answer: ExposureAnswer = await ask('exposure CVE-2026-12345 on files', 'exposure');

    expect(answer.images).toMatchObject({ affected: 2, notInventoried: 0 });
    expect(answer.results.filter(({ state }) => state === 'affected-fix-available')).toMatchObject([
      { image: 'app:1.0', containers: [], fixedIn: '999.0.0', package: { name: 'yaml' } },
      { image: 'same:1.0', package: { path: expect.stringContaining(LODASH) } },
    ]);
  });

  it('are read at the level api through a container alone, and others are unknown', async () => {
    engine.docker('create', '--name', 'stopped', 'same:1.0', 'x');
    const found = await scan('scan on api');

    expect(proxy.calls.filter((call) => !/^(GET|HEAD) /.test(call))).toEqual([]);
    expect(exportsAsked()).toHaveLength(1);
    expect(found).toMatchObject({ read: 1 });
    expect(await imagesOf('api')).toMatchObject([
      { name: 'app:1.0', readFrom: 'container' },
      { name: 'same:1.0', readFrom: 'container' },
    ]);
    for (const { reason } of found?.unread ?? [])
      expect(reason).toContain('no container of it exists');
  });
});
