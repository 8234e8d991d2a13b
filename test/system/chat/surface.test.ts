import type { SoftwareAnswer } from '../../../src/answers/surface-answer.ts';
import { read, unread } from '../../../src/shared/reading.ts';
import type { ContainerPackages, PackageFacts } from '../../../src/snapshot/facts/packages.ts';
import type { Snapshot } from '../../../src/snapshot/snapshot.ts';
import type { SurfaceAnswer } from '../../../src/views/surface.ts';
import { askInChat } from '../../support/asking.ts';
import { type ChatApp, openChatApp } from '../../support/chat-app.ts';

const oneOf = (name: string, version: string, sourceName: string): PackageFacts => ({
  name,
  version,
  architecture: 'amd64',
  sourceName,
  sourceVersion: version,
});

/** Every third container has one of two versions of apache2, or could not be read. */
function packagesOf(ids: readonly string[]): ContainerPackages[] {
  const inventoryOf = (version: string, release: string) => ({
    manager: 'dpkg' as const,
    operatingSystem: { id: 'debian', versionId: release, prettyName: `Debian ${release}` },
    packages: [
      oneOf('apache2', version, 'apache2'),
      oneOf('apache2-bin', version, 'apache2'),
      oneOf('bash', '5.2-1', 'bash'),
    ],
  });
  const inventories = [inventoryOf('2.4.62-1', '12'), inventoryOf('2.4.65-2', '13')];
  return ids.map((containerId, index) => {
    const inventory = inventories[index % 3];
    return {
      containerId,
      facts: inventory
        ? read({ inventory, isOwn: index === 0 })
        : unread('the package database is not a text'),
    };
  });
}

let app: ChatApp;

beforeAll(async () => {
  app = await openChatApp({
    rateLimits: false,
    change: ({ snapshots }) => ({
      snapshots: {
        async takeSnapshot(host, onProgress) {
          const snapshot: Snapshot = await snapshots.takeSnapshot(host, onProgress);
          const { containers } = snapshot;
          if (containers.state === 'unread') return snapshot;
          const ids = containers.value.read.map(({ id }) => id).sort();
          return { ...snapshot, packages: read(packagesOf(ids)) };
        },
      },
    }),
  });
  await app.workspace.sendCommand({ text: 'scan on web-1' });
  await app.answered(1);
});
afterAll(() => app.close());

const ask = (text: string) => askInChat(app, text);

test('the surface shows ports as they bind, and what the firewall of the host has to say', async () => {
  const shown = await ask('surface on web-1');

  expect(shown).toContain('0.0.0.0:80/tcp');
  expect(shown).toContain('every address');
  // Nobody asked the kernel of this host.
  expect(shown).toMatch(/unknown: .*evidence level kernel/);
  expect(shown).not.toContain('dead port');
  expect(shown).toContain('does not apply to published ports');
  expect(app.workspace.violations).toEqual([]);
});

test('the surface has totals, the software in most versions and what is not known', async () => {
  const shown = await ask('surface');

  expect(shown).toContain('apache2');
  expect(shown).toContain('2 versions on 24 containers');
  expect(shown).not.toContain('bash: ');
  expect(shown).toContain('changed since creation');
  expect(shown).toContain('the package database is not a text');
  const { totals, containers } = app.answers.at(-1) as SurfaceAnswer;
  expect(totals).toMatchObject([
    {
      host: 'web-1',
      containers: 36,
      packages: { count: 72, unknown: 12 },
      software: 2,
      severalVersions: 1,
    },
  ]);
  expect(containers).toHaveLength(36);
  expect(app.workspace.violations).toEqual([]);
});

test('a software has every version with its containers, and what may have it too', async () => {
  const shown = await ask('surface apache2');

  expect(shown).toContain('apache2: 2 versions on 24 containers');
  expect(shown).toContain('2.4.62-1');
  expect(shown).toContain('Debian 13');
  expect(shown).toContain('which may have it too');
  const { instances, unread: unknown } = app.answers.at(-1) as SoftwareAnswer;
  expect(instances).toHaveLength(24);
  expect(instances[0]?.packages.map(({ name }) => name)).toEqual(['apache2', 'apache2-bin']);
  expect(unknown).toHaveLength(12);
  expect(app.workspace.violations).toEqual([]);
});

test('the name of a package lists that package alone', async () => {
  await ask('surface apache2-bin');

  const { instances } = app.answers.at(-1) as SoftwareAnswer;
  expect(new Set(instances.flatMap(({ packages }) => packages.map(({ name }) => name)))).toEqual(
    new Set(['apache2-bin']),
  );
});

test('a name that nobody has is answered with the nearest that somebody has', async () => {
  const shown = await ask('surface apach2');

  expect(shown).toContain('apach2: no container here is known to have it');
  expect(shown).toContain('surface apache2');
  expect(shown).toContain('which may have it too');
});
