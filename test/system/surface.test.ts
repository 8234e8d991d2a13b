import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ExposureAnswer } from '../../src/answers/exposure-answer.ts';
import type { SoftwareAnswer } from '../../src/answers/surface-answer.ts';
import { fullAccess } from '../../src/command/access.ts';
import { runLine } from '../../src/command/run-line.ts';
import { createSnapshotTaker } from '../../src/engine/snapshot-taker.ts';
import { assembleCore } from '../../src/programs/assemble.ts';
import { defaultPolicy } from '../../src/rules/policy.ts';
import type { ContainerPackages, PackageFacts } from '../../src/snapshot/facts/packages.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { surfaceOfSnapshot } from '../../src/surface/container-surface.ts';
import type { SurfaceAnswer } from '../../src/views/surface.ts';
import { debianMirror } from '../support/debian-mirror.ts';
import { patient } from '../support/patient.ts';
import { openRealEngine, type RealEngine } from '../support/real-engine.ts';
import { openRecordingProxy, type RecordingProxy } from '../support/recording-proxy.ts';
import { startContainer } from '../support/run-options.ts';
import { runHere } from '../support/run-seawall.ts';
import { keptDebian, keptRpmDatabases, type PackageImage } from './package-images.ts';

const run = promisify(execFile);

let engine: RealEngine;
let proxy: RecordingProxy;
let take: () => Promise<Snapshot>;
let first: Snapshot;
/** What the package manager of each image says, by name of the container. */
const truth = new Map<string, PackageFacts[]>();

/** Calls about package databases; another collector looks for programs in the same containers. */
const packageCalls = (calls: readonly string[], method: string) =>
  calls.filter((call) => call.startsWith(method) && /path=.*(dpkg|rpm|apk|os-release)/.test(call));

/** Imports the images beside each other, and remembers what their package managers say. */
async function importImages(images: Readonly<Record<string, PackageImage>>): Promise<void> {
  await Promise.all(
    Object.entries(images).map(async ([name, { archive, installed }]) => {
      truth.set(name, installed);
      await run('docker', ['--host', engine.url, 'import', archive, name]);
    }),
  );
}

/** What a snapshot says of the container with a name. */
function of(snapshot: Snapshot, name: string) {
  const { containers, packages } = snapshot;
  if (containers.state === 'unread' || packages.state === 'unread') throw new Error('unread');
  const id = containers.value.read.find((container) => container.name === name)?.id;
  const found = packages.value.find(({ containerId }) => containerId === id)?.facts;
  const surface = surfaceOfSnapshot(snapshot, new Map()).get(id ?? '');
  if (found === undefined || surface === undefined) throw new Error(`${name} was not looked at`);
  return { installed: found, surface };
}

function valueIn(installed: ContainerPackages['facts']) {
  if (installed.state === 'unread') throw new Error(installed.reason);
  return installed.value;
}

beforeAll(async () => {
  const mirror = debianMirror();
  const suite = mirror.suite === 'bookworm' ? 'trixie' : 'bookworm';
  const [{ plain, fuller: apache }, { plain: other }, rpm] = await Promise.all([
    keptDebian(mirror, ['apache2']),
    keptDebian({ ...mirror, suite }),
    keptRpmDatabases(),
  ]);
  engine = await openRealEngine();
  await importImages({ plain, apache, other, ...rpm });
  const bdb = join(engine.folder, 'bdb');
  mkdirSync(join(bdb, 'var/lib/rpm'), { recursive: true });
  writeFileSync(join(bdb, 'var/lib/rpm/Packages'), 'an old database');
  execFileSync('tar', ['-C', bdb, '-cf', `${bdb}.tar`, '.']);
  engine.docker('import', `${bdb}.tar`, 'bdb');
  engine.importBaseImage();

  const sleep = ['plain', 'sleep', 'infinity'] as const;
  await startContainer(engine.socketPath, 'plain', ['--no-network'], sleep);
  engine.docker('run', '--name', 'apache', '--network', 'none', 'apache', 'true');
  for (const name of ['other', 'sqlite', 'ndb', 'bdb']) {
    engine.docker('create', '--name', name, name, 'x');
  }
  engine.docker('create', '--name', 'none', 'base:1.0', 'true');
  engine.docker('create', '--name', 'none-2', '--label', 'a=b', 'base:1.0', 'true');
  engine.docker('create', '--name', 'plain-2', 'plain', 'true');
  await startContainer(
    engine.socketPath,
    'covered',
    ['--no-network', '--mount', 'type=volume,dst=/var/lib/dpkg'],
    sleep,
  );

  proxy = await openRecordingProxy({
    listenOn: join(engine.folder, 'proxy.sock'),
    engineSocket: engine.socketPath,
  });
  const taker = createSnapshotTaker({
    hosts: [{ ...patient, name: 'h', url: proxy.url }],
    clock: Date.now,
  });
  take = () => taker.takeSnapshot('h');
  first = await take();
}, 900_000);
afterAll(async () => {
  await proxy?.close();
  await engine?.close();
});

it.each([
  ['plain', 'running'],
  ['apache', 'exited'],
  ['other', 'created'],
])('a Debian that is %s (%s) has the packages that dpkg says', (name) => {
  const { inventory, isOwn } = valueIn(of(first, name).installed);

  expect(inventory.manager).toBe('dpkg');
  expect(inventory.operatingSystem).toMatchObject({ id: 'debian' });
  expect(inventory.packages.length).toBeGreaterThan(60);
  expect(inventory.packages).toEqual(truth.get(name));
  expect(isOwn).toBe(false);
});

it.each(['sqlite', 'ndb'])('an rpm database of the format %s says what rpm -qa says', (name) => {
  const { inventory } = valueIn(of(first, name).installed);

  expect(inventory).toMatchObject({ manager: 'rpm', operatingSystem: null });
  expect(inventory.packages).toEqual(truth.get(name));
  expect(inventory.packages.map(({ version }) => version)).toContain('7:2.5~rc1-3.el9');
});

it('says of what it cannot read why, and of what has no database that it has none', () => {
  expect(of(first, 'bdb').installed).toMatchObject({
    state: 'unread',
    reason: expect.stringContaining('Berkeley DB'),
  });
  expect(of(first, 'covered').installed).toMatchObject({
    state: 'unread',
    reason: expect.stringContaining('below the mount /var/lib/dpkg,'),
  });
  for (const name of ['none', 'none-2']) {
    expect(valueIn(of(first, name).installed).inventory).toEqual({
      manager: null,
      operatingSystem: null,
      packages: [],
    });
  }
});

it('counts the processes of what runs', () => {
  const count = (name: string) => of(first, name).surface.processes;

  expect(count('plain')).toEqual({ state: 'read', value: { count: 1, source: 'top' } });
  expect(count('other')).toEqual({ state: 'read', value: { count: 0, source: 'state' } });
});

describe('another scan', () => {
  let calls: string[];
  beforeAll(async () => {
    const before = proxy.calls.length;
    const again = await take();
    calls = proxy.calls.slice(before);
    expect(again.packages).toEqual(first.packages);
  });

  it('reads no database again, and asks once for that of each container', () => {
    expect(packageCalls(calls, 'GET')).toEqual([]);
    // Four Debians, three databases of rpm; the one below a mount is not asked for.
    const found = packageCalls(calls, 'HEAD').filter((call) => /status|rpm/.test(call));
    expect(found).toHaveLength(7);
  });
});

it('sees what a container changed, in that container alone', async () => {
  engine.docker('exec', 'plain', 'dpkg', '--force-all', '--purge', 'tzdata');
  const before = proxy.calls.length;
  const changed = await take();

  const { inventory, isOwn } = valueIn(of(changed, 'plain').installed);
  expect(isOwn).toBe(true);
  expect(inventory.packages).toEqual(truth.get('plain')?.filter(({ name }) => name !== 'tzdata'));
  expect(valueIn(of(changed, 'plain-2').installed)).toEqual(
    valueIn(of(first, 'plain-2').installed),
  );
  const read = packageCalls(proxy.calls.slice(before), 'GET');
  expect(read.filter((call) => call.includes('status'))).toHaveLength(1);
});

/** What the same line gives of what a program stored: in a terminal each would scan anew. */
async function stored<A>(text: string): Promise<A> {
  const hosts = [{ name: 'local', url: engine.url, isDefault: true, labels: {} }];
  const core = await assembleCore({
    hosts: hosts.map((host) => ({ ...host, tls: undefined, evidence: 'api' as const })),
    databaseUrl: `sqlite:${join(engine.folder, 'data', 'seawall.db')}`,
    policy: defaultPolicy,
  });
  const actor = { id: 'U1', name: 'alice', place: 'terminal' };
  const context = { ...core.context, actor, onProgress: () => {} };
  try {
    return (await runLine(context, { text, access: fullAccess, reference: 'a1b2' })) as A;
  } finally {
    await core.store.close();
  }
}

it('tells a program which containers have a software, in which version', async () => {
  const environment = { DOCKER_HOST: engine.url };
  const ask = (...words: string[]) =>
    runHere(['surface', ...words, '--json'], { cwd: engine.folder, environment });

  const { stdout, stderr, status } = await ask('apache2');
  expect({ status, stderr }).toMatchObject({ status: 0 });
  const apache = truth.get('apache')?.find(({ name }) => name === 'apache2');
  const { answer, instances } = JSON.parse(stdout) as SoftwareAnswer & { answer: string };
  expect(answer).toBe('software');
  expect(instances).toMatchObject([
    { name: 'apache', state: 'exited', version: apache?.sourceVersion },
  ]);
  expect(instances[0]?.packages).toContainEqual(apache);

  const overview = await stored<SurfaceAnswer>('surface');
  expect(overview.totals).toMatchObject([
    { containers: 10, packages: { unknown: 2 }, withoutDatabase: 2 },
  ]);
  // The two releases have nearly all of their software in two versions.
  expect(overview.software.find(({ name }) => name === 'bash')).toMatchObject({ containers: 4 });
  // Packages of two containers are unknown, so that nobody has it is not known.
  expect(await stored('surface apache')).toMatchObject({
    ...{ kind: 'software', containers: 0, reason: expect.any(String) },
  });
});

describe('asked for a vulnerability', () => {
  const ask = async (...words: string[]): Promise<ExposureAnswer> => {
    const environment = { DOCKER_HOST: engine.url };
    const ended = await runHere([...words, '--json'], { cwd: engine.folder, environment });
    if (ended.status !== 0) throw new Error(ended.stdout + ended.stderr);
    return JSON.parse(ended.stdout);
  };
  const installed = (name: string, source: string) =>
    truth.get(name)?.find(({ sourceName }) => sourceName === source)?.sourceVersion ?? '';
  const statesOf = ({ results }: ExposureAnswer) =>
    Object.fromEntries(
      results.flatMap(({ containers, state }) => containers.map(({ name }) => [name, state])),
    );
  /** What dpkg itself says. */
  const isOlder = (version: string, fixed: string) => {
    try {
      execFileSync('dpkg', ['--compare-versions', version, 'lt', fixed]);
      return true;
    } catch {
      return false;
    }
  };

  beforeAll(async () => {
    const release = valueIn(of(first, 'plain').installed).inventory.operatingSystem?.versionId;
    const record = (id: string, name: string, fixed: string) => ({
      ...{ id: `DEBIAN-${id}`, modified: new Date().toISOString(), upstream: [id] },
      affected: [
        {
          package: { ecosystem: `Debian:${release}`, name },
          ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0.1' }, { fixed }] }],
        },
      ],
    });
    const records = [
      record('CVE-2099-10001', 'tar', `${installed('plain', 'tar')}+mended`),
      record('CVE-2099-10002', 'tar', installed('plain', 'tar')),
      record('CVE-2099-10003', 'apache2', `${installed('apache', 'apache2')}+mended`),
    ];
    const file = join(engine.folder, 'sample.jsonl');
    writeFileSync(file, records.map((one) => JSON.stringify(one)).join('\n'));
    await ask('feeds', 'import', file);
  });

  it('says of every container what dpkg says of its version, and of others that nobody knows', async () => {
    const states = statesOf(await stored('exposure CVE-2099-10001'));

    const fixed = `${installed('plain', 'tar')}+mended`;
    for (const name of ['plain', 'plain-2', 'apache']) {
      expect(isOlder(installed('plain', 'tar'), fixed)).toBe(true);
      expect([name, states[name]]).toEqual([name, 'affected-fix-available']);
    }
    // Another release, databases without a release, one that nobody could read, none at all.
    for (const name of ['other', 'sqlite', 'ndb', 'bdb', 'covered', 'none', 'none-2']) {
      expect([name, states[name]]).toEqual([name, 'unknown']);
    }
    const mended = statesOf(await stored('exposure CVE-2099-10002'));
    expect(isOlder(installed('plain', 'tar'), installed('plain', 'tar'))).toBe(false);
    expect(mended.plain).toBe('vendor-says-not-affected');
  });

  it('tells it from the base image that has none of it', async () => {
    const states = statesOf(await stored('exposure CVE-2099-10003'));

    expect(states).toMatchObject({
      ...{ apache: 'affected-fix-available', plain: 'not-present', other: 'unknown' },
    });
  });

  it('remembers it of a container that is gone', async () => {
    engine.docker('rm', 'apache');
    const answer = await ask('exposure', 'CVE-2099-10003');

    expect(answer.running.affected + answer.stopped.affected).toBe(0);
    expect(answer.gone).toMatchObject({ affected: 1, fixable: 1 });
    expect(answer.results[0]).toMatchObject({
      state: 'affected-fix-available',
      containers: [{ name: 'apache', state: 'gone' }],
      window: { to: expect.any(String) },
    });
  });
});
