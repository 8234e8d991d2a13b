import fc from 'fast-check';
import { read, unread } from '../../src/shared/reading.ts';
import type { ContainerPackages, PackageFacts } from '../../src/snapshot/facts/packages.ts';

const word = fc.constantFrom('bash', 'openssl', 'libssl3', '1:2.3-4', '3.0.16', 'amd64');

const oneInstalled: fc.Arbitrary<PackageFacts> = fc.record({
  name: word,
  version: word,
  architecture: word,
  sourceName: word,
  sourceVersion: word,
});

/** What the containers `c1` to `c3` have installed, as far as it could be read. */
export const arbitraryPackages: fc.Arbitrary<ContainerPackages> = fc.record({
  containerId: fc.constantFrom('c1', 'c2', 'c3'),
  facts: fc.oneof(
    fc
      .record({
        inventory: fc.record({
          manager: fc.constantFrom('dpkg', 'apk', 'rpm', null),
          operatingSystem: fc.option(
            fc.record({ id: word, versionId: word, prettyName: fc.string() }),
          ),
          packages: fc.array(oneInstalled, { maxLength: 4 }),
        }),
        isOwn: fc.boolean(),
      })
      .map((installed) => read(installed)),
    fc.string().map((reason) => unread(reason)),
  ),
});
