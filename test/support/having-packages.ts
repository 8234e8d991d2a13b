import type { ObservedContainer } from '../../src/ports/scan-record.ts';
import { read } from '../../src/shared/reading.ts';
import type { PackageFacts } from '../../src/snapshot/facts/packages.ts';
import { observedContainer } from './scan-records.ts';

/** A package of Debian, built from a source of the same version. */
export const packageOf = (name: string, version: string, source = name): PackageFacts => ({
  ...{ name, version, architecture: 'amd64', sourceName: source, sourceVersion: version },
});

/** A container of an image of its own, with these packages of a release of Debian. */
export function having(id: string, release: string, packages: PackageFacts[]): ObservedContainer {
  const operatingSystem = { id: 'debian', versionId: release, prettyName: `Debian ${release}` };
  return {
    ...observedContainer(id, { imageId: `sha256:${id}`, imageReference: `image-of-${id}` }),
    surface: {
      ports: read([]),
      processes: read({ count: 1, source: 'top' }),
      setUid: read({ count: 0, rootCount: 0, isWhole: true }),
      installed: read({
        inventory: { manager: 'dpkg', operatingSystem, packages },
        isOwn: false,
      }),
    },
  };
}
