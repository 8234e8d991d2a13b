import { OutsideError } from '../../../src/shared/errors.ts';
import type { EngineReader } from '../../../src/snapshot/collector.ts';
import { setUid } from '../../../src/snapshot/collectors/set-uid.ts';
import type { ImageSetUid, PrivilegedFile } from '../../../src/snapshot/facts/set-uid.ts';
import { engineStatus, recordedReader } from '../../support/recorded-reader.ts';
import { runCollector } from '../../support/run-collector.ts';

interface FakeImage {
  layers: string[] | null;
  sizeBytes?: number;
  /** Names of its containers. */
  containers: string[];
}

interface FakeEngine {
  images: Record<string, FakeImage>;
  /** By path; a directory, or where a symlink leads. */
  paths?: Record<string, 'directory' | { to: string }>;
  /** Per container. */
  mounts?: Record<string, { Type: string; Source?: string; Destination: string }[]>;
  states?: Record<string, string>;
  changes?: Record<string, unknown>;
  /** What the archives of a container hold or fail with. */
  files?: (container: string, path: string) => PrivilegedFile[];
}

/** An engine that holds images and containers, and tells which archives were asked for. */
function openFake(fake: FakeEngine) {
  const archives: string[] = [];
  const all = Object.entries(fake.images).flatMap(([image, { containers }]) =>
    containers.map((name) => ({ name, image })),
  );
  const answers: Record<string, unknown> = {
    '/images/json': Object.keys(fake.images).map((Id) => ({ Id, RepoTags: [`${Id}:1`] })),
    '/containers/json': all.map(({ name, image }) => ({
      Id: name,
      Names: [`/${name}`],
      ImageID: image,
      State: fake.states?.[name] ?? 'running',
      Labels: {},
    })),
  };
  for (const [id, { layers, sizeBytes = 1 }] of Object.entries(fake.images)) {
    answers[`/images/${id}/json`] = {
      Size: sizeBytes,
      RootFS: layers === null ? {} : { Layers: layers },
    };
  }
  for (const { name } of all) {
    answers[`/containers/${name}/json`] = {
      Id: name,
      State: { Status: fake.states?.[name] ?? 'running' },
      HostConfig: {},
      Mounts: fake.mounts?.[name] ?? [],
    };
    answers[`/containers/${name}/changes`] = fake.changes?.[name] ?? null;
  }
  const { paths = { '/usr': 'directory' } } = fake;
  const reader: EngineReader = {
    endpoint: recordedReader().endpoint,
    async get(path) {
      if (!Object.hasOwn(answers, path)) throw engineStatus(path, 404);
      return answers[path];
    },
    async head(path, query = {}) {
      const found = paths[query.path ?? ''];
      if (found === undefined) throw engineStatus(path, 404);
      const stat =
        found === 'directory'
          ? { mode: 2 ** 31 + 0o755, linkTarget: '' }
          : { mode: 2 ** 27 + 0o777, linkTarget: found.to };
      const header = Buffer.from(JSON.stringify(stat)).toString('base64');
      return { 'x-docker-container-path-stat': header };
    },
    async readArchive(path) {
      throw engineStatus(path, 404);
    },
    async privilegedFiles(path, query) {
      const container = path.split('/')[2] ?? '';
      archives.push(`${container} ${query.path}`);
      return fake.files?.(container, query.path ?? '') ?? [];
    },
  };
  const scan = (knownImages: readonly ImageSetUid[] = [], takenAt = '2026-01-01T00:00:00.000Z') =>
    runCollector(setUid, { engine: reader, context: { ownerLabel: null, knownImages, takenAt } });
  return { scan, archives };
}

const image = (layer: string, ...containers: string[]): FakeImage => ({
  layers: [layer],
  containers,
});
const reasonOf = (found: readonly ImageSetUid[], layers: string) => {
  const files = found.find((one) => one.layers === layers)?.files;
  return files?.state === 'unread' ? files.reason : undefined;
};
const suid = (path: string): PrivilegedFile => ({
  path,
  mode: 0o4755,
  uid: 0,
  gid: 0,
  capabilities: null,
});
const outside = () => new OutsideError('engine-timeout', 'too slow', { isRetryable: true });

it('reads images with the most containers first, four in a scan, and none twice', async () => {
  const { scan, archives } = openFake({
    images: {
      i1: image('l1', 'c1'),
      i2: image('l2', 'c2', 'c3', 'c4'),
      i3: image('l3', 'c5'),
      i4: image('l4', 'c6', 'c7'),
      i5: image('l5', 'c8'),
      i6: image('l6'),
      twin: image('l2'),
    },
  });

  const first = await scan();
  expect(archives).toEqual(['c2 /usr', 'c6 /usr', 'c1 /usr', 'c5 /usr']);
  expect(reasonOf(first, 'l5')).toMatch(/not looked at yet/);
  expect(reasonOf(first, 'l6')).toMatch(/^no container of it exists/);
  expect(first.find(({ layers }) => layers === 'l2')?.imageIds).toEqual(['i2', 'twin']);
  const second = await scan(first);
  expect(archives.slice(4)).toEqual(['c8 /usr']);
  expect(await scan(second)).toEqual(second);
  expect(archives).toHaveLength(5);
});

it('reads no more than 512 MB in a scan, beside the first image', async () => {
  const sizeBytes = 300 * 1024 * 1024;
  const { scan, archives } = openFake({
    images: {
      i1: { ...image('l1', 'c1'), sizeBytes: 3 * sizeBytes },
      i2: { ...image('l2', 'c2'), sizeBytes },
      i3: { ...image('l3', 'c3'), sizeBytes },
    },
  });

  const first = await scan();
  expect(archives).toEqual(['c1 /usr']);
  const second = await scan(first);
  expect(archives).toEqual(['c1 /usr', 'c2 /usr']);
  await scan(second);
  expect(archives).toEqual(['c1 /usr', 'c2 /usr', 'c3 /usr']);
});

it('tries what failed again after six hours, behind what was never tried', async () => {
  const { scan, archives } = openFake({
    images: { i1: image('l1', 'c1', 'more'), i2: image('l2', 'c2') },
    files: (container) => {
      if (container === 'c1') throw outside();
      return [];
    },
  });

  const first = await scan();
  expect(reasonOf(first, 'l1')).toMatch(/too slow$/);
  expect(reasonOf(first, 'l2')).toMatch(/not looked at yet/);
  const second = await scan(first, '2026-01-01T05:59:59.000Z');
  expect(archives).toEqual(['c1 /usr', 'c2 /usr']);
  expect(reasonOf(second, 'l1')).toMatch(/too slow$/);
  await scan(second, '2026-01-01T06:00:00.000Z');
  expect(archives).toEqual(['c1 /usr', 'c2 /usr', 'c1 /usr']);
});

it('keeps what was found when a later try fails', async () => {
  const mounts = { c1: [{ Type: 'volume', Destination: '/opt/data' }] };
  const paths = { '/usr': 'directory', '/opt': 'directory', '/opt/data': 'directory' } as const;
  const images = { i1: image('l1', 'c1') };
  const first = await openFake({ images, mounts, paths, files: () => [suid('usr/bin/su')] }).scan();
  const broken = openFake({
    images,
    mounts,
    paths,
    files: () => {
      throw outside();
    },
  });

  const [second] = await broken.scan(first, '2026-01-02T00:00:00.000Z');
  expect(broken.archives).toEqual(['c1 /usr']);
  expect(second?.readAt).toBe('2026-01-02T00:00:00.000Z');
  expect(second?.files).toEqual(first[0]?.files);
});

it('prefers a container without mounts, then one that never ran, and takes the next when it has gone', async () => {
  const { scan, archives } = openFake({
    images: { i1: image('l1', 'a-mounted', 'b-ran', 'c-created', 'd-gone') },
    states: { 'a-mounted': 'created', 'c-created': 'created', 'd-gone': 'created' },
    mounts: {
      'a-mounted': [{ Type: 'bind', Source: '/srv/x', Destination: '/usr/share/x' }],
      'd-gone': [{ Type: 'tmpfs', Destination: '/usr/tmp' }],
    },
    files: (container) => {
      if (container !== 'b-ran') throw engineStatus('/archive', 404);
      return [];
    },
  });

  const [found] = await scan();
  expect(archives).toEqual(['c-created /usr', 'd-gone /usr', 'b-ran /usr']);
  expect(found?.files).toMatchObject({ state: 'read', value: { container: 'b-ran' } });
});

it('takes the next container where the engine cannot open one, and says so where it can open none', async () => {
  const filesOf = (broken: string[]) =>
    openFake({
      images: { i1: image('l1', 'a-broken', 'b-ran') },
      states: { 'a-broken': 'created' },
      files: (container) => {
        if (broken.includes(container)) throw engineStatus('/archive', 500, 'no such volume');
        return [];
      },
    }).scan();

  const [found] = await filesOf(['a-broken']);
  expect(found?.files).toMatchObject({ state: 'read', value: { container: 'b-ran' } });
  const [none] = await filesOf(['a-broken', 'b-ran']);
  expect(none).toMatchObject({ readAt: '2026-01-01T00:00:00.000Z', files: { state: 'unread' } });
});

it('asks for directories once, whatever symlinks lead there, and never for the whole', async () => {
  const { scan, archives } = openFake({
    images: { i1: image('l1', 'c1') },
    paths: {
      '/usr': 'directory',
      '/bin': { to: '/usr/bin' },
      '/sbin': { to: 'usr/sbin' },
      '/lib': { to: '/' },
      '/home': { to: '/var/home' },
      '/opt': 'directory',
    },
    files: (_, path) => (path === '/usr' ? [suid('usr/bin/su')] : []),
  });

  const [found] = await scan();
  expect(archives).toEqual(['c1 /usr', 'c1 /opt']);
  expect(found?.files).toMatchObject({
    value: {
      files: [suid('/usr/bin/su')],
      unsearched: [
        { path: '/lib', reason: 'it is a symlink to /' },
        { path: '/home', reason: 'it is a symlink to /var/home' },
      ],
    },
  });
});

it.each([
  ['is mounted over it', '/', ['/usr', '/opt']],
  ['is mounted at it', '/opt', ['/opt']],
  ['is mounted below it', '/opt/a/b', ['/opt']],
  ['is mounted beside it', '/optional', []],
])('asks for no directory where something %s', async (_, destination, unseen) => {
  const { scan } = openFake({
    images: { i1: image('l1', 'c1') },
    paths: { '/usr': 'directory', '/opt': 'directory' },
    mounts: { c1: [{ Type: 'volume', Destination: destination }] },
  });

  const [found] = await scan();
  const files = found?.files.state === 'read' ? found.files.value.unsearched : [];
  expect(files.map(({ path }) => path)).toEqual(unseen);
});

it('asks nothing of a container where that would change the host, and lets it take nobody’s turn', async () => {
  const bind = [{ Type: 'bind', Source: '/srv/x', Destination: '/data' }];
  const names = ['c1', 'c2', 'c3', 'c4', 'c5', 'c6'];
  const { scan, archives } = openFake({
    images: {
      ...Object.fromEntries(
        names.map((name) => [`i-${name}`, image(`l-${name}`, name, `${name}b`)]),
      ),
      other: image('l-other', 'plain'),
      both: image('l-both', 'bound', 'free', 'stopped'),
    },
    mounts: {
      ...Object.fromEntries(
        names.flatMap((name) => [
          [name, bind],
          [`${name}b`, bind],
        ]),
      ),
      bound: bind,
      stopped: [{ Type: 'volume', Destination: '/data' }],
    },
    states: { stopped: 'exited' },
  });

  const found = await scan();
  expect(archives).toEqual(['free /usr', 'plain /usr']);
  expect(reasonOf(found, 'l-c1')).toMatch(
    /could change the host: the engine would create \/srv\/x/,
  );
});

it('tells the files of the image from those of the container', async () => {
  const { scan } = openFake({
    images: { i1: image('l1', 'c1') },
    paths: { '/usr': 'directory', '/opt': 'directory' },
    changes: {
      c1: [
        { Path: '/opt', Kind: 0 },
        { Path: '/opt/mine', Kind: 1 },
        { Path: '/usr', Kind: 0 },
        { Path: '/usr/bin', Kind: 0 },
        { Path: '/usr/bin/su', Kind: 2 },
        { Path: '/etc/passwd', Kind: 0 },
      ],
    },
    files: (_, path) => (path === '/opt' ? [suid('opt/mine'), suid('opt/theirs')] : []),
  });

  const [found] = await scan();
  expect(found?.files).toMatchObject({
    value: {
      files: [suid('/opt/theirs')],
      unsearched: [{ path: '/usr', reason: 'the container changed /usr/bin/su' }],
    },
  });
});

it('says of an image without layers that none are named, and of a recording that it holds no files', async () => {
  const { scan } = openFake({ images: { i1: { layers: null, containers: ['c1'] } } });
  expect(reasonOf(await scan(), '')).toMatch(/names no layers/);

  const recorded = await runCollector(setUid, { engine: recordedReader() });
  expect(recorded.length).toBeGreaterThan(0);
  expect(recorded.filter(({ files, readAt }) => files.state === 'read' || readAt !== null)).toEqual(
    [],
  );
});
