import type { Endpoint } from '../../../src/snapshot/collector.ts';
import { packages } from '../../../src/snapshot/collectors/packages.ts';
import type { ContainerPackages } from '../../../src/snapshot/facts/packages.ts';
import type { ImageSetUid } from '../../../src/snapshot/facts/set-uid.ts';
import { knownImages } from '../../../src/snapshot/known-images.ts';
import type { Snapshot } from '../../../src/snapshot/snapshot.ts';
import { type ArchiveContainer, archiveRoutes } from '../../support/archive-engine.ts';
import { useEngines } from '../../support/engine-door.ts';
import type { RouteHandler } from '../../support/fault-engine.ts';
import { runCollector } from '../../support/run-collector.ts';

const { serve, reader } = useEngines();

const bare = (name: string, more: Partial<ArchiveContainer> = {}): ArchiveContainer => ({
  ...{ name, files: { '/usr/bin/app': { content: 'x' } }, layers: ['x'] },
  ...more,
});
const LATER = '2026-02-01T00:00:00Z';
const hidden = { files: { '/var/lib/x': { content: 'x' } }, mounts: ['/var/lib'] };
const database = {
  '/var/lib/dpkg/status': { content: 'Package: bash\nVersion: 1-1\nArchitecture: amd64\n\n' },
};

/** Scans with what the scan before left in the store, and with nothing that a process remembers. */
async function scan(
  containers: readonly ArchiveContainer[],
  known: readonly ImageSetUid[] = [],
  { takenAt = '2026-01-03T00:00:00Z', refused = '' } = {},
) {
  const routes = archiveRoutes(containers);
  const archive = '/containers/id-a/archive';
  const answer = routes[archive] as RouteHandler | undefined;
  const refuse: RouteHandler = (request, response) =>
    request.query.path === refused ? response.writeHead(403).end() : answer?.(request, response);
  if (answer !== undefined) routes[archive] = refuse;
  const engine = await serve({ routes });
  const door = reader(engine.url, { allowedEndpoints: packages.reads as Endpoint[] });
  const context = { ownerLabel: null, takenAt, knownImages: known };
  const found = await runCollector(packages, { engine: door, context });
  const images = [{ layers: 'x', imageIds: [], readAt: null, files: NOT_READ }];
  const sections = {
    setUid: { state: 'read', value: images },
    packages: { state: 'read', value: found },
  } as unknown as Snapshot;
  const asked = engine.requests
    .filter(({ path }) => /\/(archive|changes)$/.test(path))
    .map(({ method, path, query }) => `${method} ${path.split('/').at(-2)} ${query.path ?? ''}`);
  return { found, asked, known: knownImages(sections) ?? [] };
}

const NOT_READ = { state: 'unread', reason: 'of no concern' } as const;
const managers = (found: readonly ContainerPackages[]) =>
  found.map(({ facts }) => (facts.state === 'read' ? facts.value.inventory.manager : null));

test('an image without packages is not searched again while the folders are as they were', async () => {
  const first = await scan(['a', 'b'].map((name) => bare(name)));
  const second = await scan(
    ['a', 'b'].map((name) => bare(name)),
    first.known,
  );

  expect(first.asked.length).toBeGreaterThan(4);
  expect(second.asked.toSorted()).toEqual(['HEAD id-a /', 'HEAD id-a /usr']);
  expect(second.found).toEqual(first.found.map((one) => ({ ...one, facts: expect.anything() })));
  expect(managers(second.found)).toEqual([null, null]);
  expect(second.known).toEqual(first.known);
});

test.each<[string, ArchiveContainer]>([
  [
    'has a database since',
    bare('a', { files: { ...bare('a').files, ...database }, folderTimes: { '/': LATER } }),
  ],
  ['is another container', bare('z', { files: { ...bare('z').files, ...database } })],
])('it is searched where the container %s', async (_case, container) => {
  const { known } = await scan([bare('a')]);

  const { found, known: knownNow } = await scan([container], known);
  expect(managers(found)).toEqual(['dpkg']);
  expect(knownNow).toEqual([{ layers: 'x', imageIds: [], readAt: null, files: NOT_READ }]);
});

test.each<[string, Partial<ArchiveContainer>]>([
  [
    'tells of its distribution',
    { files: { ...bare('a').files, '/etc/os-release': { content: 'ID=x\n' } } },
  ],
  ['may hide one below a mount', hidden],
  ['changed shortly before', { folderTimes: { '/': '2026-01-02T23:59:51Z' } }],
])('nothing is remembered of a container that %s', async (_case, more) => {
  const { known } = await scan([bare('a', more)]);

  expect(known).toEqual([{ layers: 'x', imageIds: [], readAt: null, files: NOT_READ }]);
});

test('what one container knows of itself alone says nothing of the others', async () => {
  const changes = [{ Path: '/var', Kind: 2 }];
  const both = [bare('a', { changes }), bare('b', { files: database })];
  const { known } = await scan(both);

  const { found } = await scan(both, known);
  expect(managers(found)).toEqual([null, 'dpkg']);
});

test('where the first cannot be read the next one is asked for the others', async () => {
  const { asked, known } = await scan([bare('a', hidden), bare('b'), bare('c'), bare('d')]);
  expect(asked.filter((call) => /id-[cd]/.test(call))).toEqual([]);
  expect(known).toMatchObject([{ withoutDatabase: [{ isOfImage: true }] }]);
});

test('a database that came without a change of times is found after a day', async () => {
  const { known } = await scan([bare('a')]);
  const now = [bare('a', { files: { ...bare('a').files, ...database } })];

  const takenAt = (time: string) => scan(now, known, { takenAt: time });
  expect(managers((await takenAt('2026-01-03T23:59:00Z')).found)).toEqual([null]);
  expect(managers((await takenAt('2026-01-04T00:00:00Z')).found)).toEqual(['dpkg']);
});

test('where the engine does not tell of the image, each container is remembered', async () => {
  const both = ['a', 'b'].map((name) => bare(name, { changes: 'untold' }));
  const { known } = await scan(both);

  const second = await scan(both, known);
  const folders = ['HEAD id-a /', 'HEAD id-a /usr', 'HEAD id-b /', 'HEAD id-b /usr'];
  expect(second.asked.toSorted()).toEqual(folders);
  expect(second.known).toEqual(known);
});

test('packages are read also where nobody may look at the uppermost folder', async () => {
  const { found, asked } = await scan([bare('a', { files: database })], [], { refused: '/' });

  expect(managers(found)).toEqual(['dpkg']);
  expect(asked).not.toContain('HEAD id-a /');
});
