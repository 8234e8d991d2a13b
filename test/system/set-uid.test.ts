import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { createSnapshotTaker } from '../../src/engine/snapshot-taker.ts';
import type { RuleResult } from '../../src/findings/result.ts';
import type { SetUidFiles } from '../../src/snapshot/facts/set-uid.ts';
import { privilegeLine } from '../../src/snapshot/normalise/privileged-file.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { untilRuns } from '../support/commands-in.ts';
import { outputIn } from '../support/output-in.ts';
import { patient } from '../support/patient.ts';
import { baseImage, type RealEngine } from '../support/real-engine.ts';
import { openRecordingProxy, type RecordingProxy } from '../support/recording-proxy.ts';
import { startContainer } from '../support/run-options.ts';
import { runHere, runSeawall } from '../support/run-seawall.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { workerEngine } from '../support/worker-engine.ts';

const cwd = makeTemporaryFolder();
let engine: RealEngine;
let proxy: RecordingProxy;

/** The names that programs have in the image; `/bin` and `/sbin` lead into `/usr`. */
const planted = [
  '/home/x/tool set-uid 1000',
  '/opt/tool CAP_NET_BIND_SERVICE CAP_CHECKPOINT_RESTORE',
  '/usr/bin/at set-uid 1 set-gid 1',
  '/usr/bin/mount set-uid root',
  '/usr/bin/umount set-uid root',
  '/usr/bin/wall set-gid 5',
  '/usr/local/bin/ping CAP_NET_RAW',
];

function makeRootFilesystem(root: string): void {
  for (const path of ['usr/bin', 'usr/sbin', 'usr/local/bin', 'opt', 'home/x', 'srv', 'etc']) {
    mkdirSync(join(root, path), { recursive: true });
  }
  symlinkSync('usr/bin', join(root, 'bin'));
  symlinkSync('/usr/sbin', join(root, 'sbin'));
  copyFileSync('/usr/bin/busybox', join(root, 'usr/bin/busybox'));
  // `su` is a name of busybox and has no bit.
  for (const name of ['su', 'sh', 'sleep', 'find', 'chmod', 'cp']) {
    symlinkSync('busybox', join(root, 'usr/bin', name));
  }
  // What judges beside ours, with the libraries it wants.
  for (const file of ['/usr/sbin/getcap', ...librariesOf('/usr/sbin/getcap')]) {
    mkdirSync(join(root, dirname(file)), { recursive: true });
    copyFileSync(file, join(root, file));
  }
  const make = (path: string, mode: number, uid = 0, gid = 0) => {
    writeFileSync(join(root, path), path);
    chownSync(join(root, path), uid, gid);
    chmodSync(join(root, path), mode);
  };
  make('usr/bin/mount', 0o4755);
  linkSync(join(root, 'usr/bin/mount'), join(root, 'usr/bin/umount'));
  make('usr/bin/at', 0o6755, 1, 1);
  make('usr/bin/wall', 0o2755, 0, 5);
  make('home/x/tool', 0o4700, 1000, 1000);
  make('opt/tool', 0o755);
  make('usr/local/bin/ping', 0o755);
  execFileSync('setcap', [
    'cap_net_bind_service,cap_checkpoint_restore=ep',
    join(root, 'opt/tool'),
  ]);
  execFileSync('setcap', ['cap_net_raw=ep', join(root, 'usr/local/bin/ping')]);
  chmodSync(join(root, 'srv'), 0o2775);
}

const librariesOf = (program: string): string[] =>
  [...execFileSync('ldd', [program], { encoding: 'utf8' }).matchAll(/(\/\S+) \(/g)].map(
    ([, path = '']) => path,
  );

beforeAll(async () => {
  engine = await workerEngine();
  engine.importBaseImage();
  const root = join(engine.folder, 'root');
  makeRootFilesystem(root);
  const archive = join(engine.folder, 'root.tar');
  const attributes = ['--format=posix', '--xattrs', '--xattrs-include=security.capability'];
  execFileSync('tar', [...attributes, '-C', root, '-cf', archive, '.']);
  engine.docker('import', archive, 'planted:1.0');
  engine.build('renamed:1.0', 'FROM planted:1.0\nLABEL other=name\n');
  // Each with a layer more, which it takes no command to make.
  const more = join(engine.folder, 'more');
  writeFileSync(more, 'more');
  engine.docker('create', '--name', 'layers', 'planted:1.0', 'sh');
  for (const name of ['mounted', 'linked', 'changed', 'unused']) {
    engine.docker('cp', more, `layers:/etc/${name}`);
    engine.docker('commit', 'layers', `${name}:1.0`);
  }
  engine.docker('rm', 'layers');
  engine.docker('create', '--name', 'planted', 'planted:1.0', 'sh');
  engine.docker('create', '--name', 'renamed', 'renamed:1.0', 'sh');
  // A volume begins with what the image has there, the privileged file included.
  const start = (name: string, options: string[], ...command: string[]) =>
    startContainer(
      engine.socketPath,
      name,
      ['--no-network', ...options],
      [`${name}:1.0`, ...command],
    );
  const run = (name: string, volume: string) => start(name, ['--volume', volume], 'sleep', '3600');
  await run('mounted', 'data:/opt');
  await run('linked', 'more:/bin/more');
  const script =
    'chmod u-s /usr/bin/mount; cp /usr/bin/busybox /opt/mine; chmod u+s /opt/mine; sleep 3600';
  await start('changed', [], 'sh', '-c', script);
  await untilRuns(engine.root(), 'sleep 3600');
  engine.docker('create', '--name', 'plain', baseImage, 'true');
  proxy = await openRecordingProxy({
    listenOn: join(engine.folder, 'proxy.sock'),
    engineSocket: engine.socketPath,
  });
});
afterAll(async () => {
  await proxy?.close();
  await engine?.close();
});

/** By the tag of the image. */
function filesOf(snapshot: Snapshot, tag: string): SetUidFiles | string {
  const { images, setUid } = snapshot;
  if (images.state === 'unread' || setUid.state === 'unread') throw new Error('unread section');
  const image = images.value.read.find(({ tags }) => tags.includes(tag));
  const entry = setUid.value.find(({ imageIds }) => imageIds.includes(image?.id ?? ''));
  if (!entry) throw new Error(`nothing is said of ${tag}`);
  return entry.files.state === 'read' ? entry.files.value : entry.files.reason;
}

const linesOf = (found: SetUidFiles | string) =>
  typeof found === 'string' ? found : found.files.map(privilegeLine);
const archivesAsked = () => proxy.calls.filter((call) => /^GET .*\/archive\?/.test(call));

describe('the files of images on a real engine', () => {
  const taken: Snapshot[] = [];

  beforeAll(async () => {
    const hosts = [{ ...patient, name: 'host', url: proxy.url }];
    const taker = createSnapshotTaker({ hosts, clock: Date.now });
    for (const _ of ['four of them', 'the rest', 'nothing new']) {
      const before = taken.at(-1)?.setUid;
      proxy.calls.length = 0;
      const known = before?.state === 'read' ? before.value : [];
      taken.push(await taker.takeSnapshot('host', undefined, known));
    }
  });

  const latest = (): Snapshot => {
    const snapshot = taken.at(-1);
    if (!snapshot) throw new Error('no snapshot');
    return snapshot;
  };

  it('are those that find and getcap list in it', () => {
    const found = filesOf(latest(), 'planted:1.0');
    const inside = (...words: string[]) =>
      outputIn(engine, ['--network', 'host'], 'planted:1.0', ...words).split('\n');
    const bySetId = inside('find', '/', '-xdev', '-perm', '/6000', '-type', 'f');
    const byCapability = inside('/usr/sbin/getcap', '-r', '/').map((line) => line.split(' ')[0]);

    expect(linesOf(found)).toEqual(planted);
    expect(planted.map((line) => line.split(' ')[0])).toEqual(
      [...new Set([...bySetId, ...byCapability])].toSorted(
        (a = '', b = '') => Number(a > b) - Number(a < b),
      ),
    );
    expect(found).toMatchObject({ unsearched: [] });
  });

  it('are the same for an image of the same layers, which is not read again', () => {
    const { setUid } = latest();
    expect(linesOf(filesOf(latest(), 'renamed:1.0'))).toEqual(planted);
    expect(setUid.state === 'read' && setUid.value.some((one) => one.imageIds.length > 1)).toBe(
      true,
    );
  });

  it('are unknown where something is mounted, also through a symlink', () => {
    expect(filesOf(latest(), 'mounted:1.0')).toMatchObject({
      unsearched: [{ path: '/opt', reason: 'something is mounted at /opt' }],
    });
    expect(linesOf(filesOf(latest(), 'mounted:1.0'))).toEqual(
      planted.filter((line) => !line.startsWith('/opt')),
    );
    expect(filesOf(latest(), 'linked:1.0')).toMatchObject({
      unsearched: [
        { path: '/usr', reason: 'something is mounted at /usr/bin/more' },
        { path: '/bin', reason: 'something is mounted at /bin/more' },
      ],
    });
  });

  it('are not those that the container changed', () => {
    const found = filesOf(latest(), 'changed:1.0');
    expect(found).toMatchObject({
      unsearched: [{ path: '/usr', reason: 'the container changed /usr/bin/mount' }],
    });
    expect(linesOf(found)).not.toContain('/opt/mine set-uid root');
    expect(linesOf(found)).not.toContain('/usr/bin/mount set-uid root');
  });

  it('are unknown without a container', () => {
    expect(filesOf(latest(), 'unused:1.0')).toMatch(/^no container of it exists/);
  });

  it('are read of four images in a scan, and of none again', () => {
    const counts = taken.map(({ setUid }) => {
      const all = setUid.state === 'read' ? setUid.value.map(({ files }) => files) : [];
      const isLater = /not looked at yet/;
      return {
        read: all.filter(({ state }) => state === 'read').length,
        later: all.filter((one) => one.state === 'unread' && isLater.test(one.reason)).length,
      };
    });
    const whole = { read: 5, later: 0 };
    expect(counts).toEqual([{ read: 4, later: 1 }, whole, whole]);
    expect(archivesAsked()).toEqual([]);
  });
});

it('are remembered by the next process, and asked for with GET and HEAD alone', async () => {
  const scan = async (run = runHere) => {
    proxy.calls.length = 0;
    const { stdout } = await run(['scan', '--json'], {
      cwd,
      environment: { DOCKER_HOST: proxy.url },
    });
    const results: RuleResult[] = JSON.parse(stdout).results;
    return results.filter(({ rule }) => rule === 'no-unneeded-setuid');
  };
  await scan();
  expect(archivesAsked().length).toBeGreaterThan(0);
  expect(archivesAsked().filter((call) => /path=(%2F|\/)?(&|$)/.test(call))).toEqual([]);
  await scan();
  const results = await scan(runSeawall);

  expect(archivesAsked()).toEqual([]);
  expect(proxy.calls.filter((call) => !/^(GET|HEAD) /.test(call))).toEqual([]);
  const verdictOf = (name: string) => results.find(({ subject }) => subject.name === name);
  expect(verdictOf('planted:1.0')).toMatchObject({
    verdict: 'fail',
    message: expect.stringContaining('7 setuid, setgid or capability files'),
    evidence: expect.arrayContaining([
      expect.objectContaining({ path: 'files that give privileges', value: planted }),
    ]),
  });
  expect(verdictOf(baseImage)).toMatchObject({ verdict: 'pass' });
  expect(verdictOf('unused:1.0')).toMatchObject({ verdict: 'not-applicable' });
});
