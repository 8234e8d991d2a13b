import fc from 'fast-check';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import { kernelProcess, kernelSays, kernelUnread } from '../../src/rules/example-kernel.ts';
import type { ExampleHost } from '../../src/rules/rule.ts';
import { read, unread } from '../../src/shared/reading.ts';
import type { ContainerFacts } from '../../src/snapshot/facts/container.ts';
import type { ProcessFacts } from '../../src/snapshot/facts/process.ts';
import { surfaceOfSnapshot } from '../../src/surface/container-surface.ts';
import { softwareOf } from '../../src/surface/software.ts';
import { arbitrarySnapshot } from '../support/arbitrary-snapshot.ts';

const containerId = 'c0ffee000001';
const surfaceOf = (example: ExampleHost) =>
  surfaceOfSnapshot(exampleSnapshot(example), new Map()).get(containerId);
const hostNetwork: ContainerFacts['networkNamespace'] = { mode: 'host', resolved: 'host', via: [] };
const process: ProcessFacts = {
  pid: 4242,
  effectiveUid: 0,
  name: 'web',
  groups: null,
  label: null,
  namespaces: null,
  threads: null,
  otherUids: null,
  capabilities: null,
  seccompMode: null,
};
const listed = read([process, { ...process, pid: 4300 }]);

describe('the number of processes', () => {
  it.each<[string, ExampleHost, unknown]>([
    [
      'is that of the list',
      { processes: [{ containerId, facts: listed, isToldByContainer: false }] },
      read({ count: 2, source: 'top' }),
    ],
    [
      'is that of the kernel where it was asked',
      {
        processes: [{ containerId, facts: listed, isToldByContainer: false }],
        kernel: kernelSays([kernelProcess()]),
      },
      read({ count: 1, source: 'kernel' }),
    ],
    [
      'is that of the list where the kernel could not confirm the container',
      {
        processes: [{ containerId, facts: listed, isToldByContainer: false }],
        kernel: kernelUnread('gone'),
      },
      read({ count: 2, source: 'top' }),
    ],
    [
      'is not known when the list showed other processes',
      {
        processes: [
          { containerId, facts: unread('it shows other ones'), isToldByContainer: false },
        ],
      },
      unread('it shows other ones'),
    ],
    [
      'is not known when the container itself is all that tells it',
      { processes: [{ containerId, facts: listed, isToldByContainer: true }] },
      unread('the list is from the /proc of the container, which it can replace'),
    ],
    ['is not known when nobody looked', {}, unread('the container was not looked at')],
    [
      'is none of a container that ended',
      { container: { state: 'exited' } },
      read({ count: 0, source: 'state' }),
    ],
    [
      'is not known of one that restarts again and again',
      {
        container: { state: 'restarting' },
        processes: [
          { containerId, facts: unread('the container is not running'), isToldByContainer: false },
        ],
      },
      unread('the container is not running'),
    ],
  ])('%s', (_case, example, expected) => {
    expect(surfaceOf(example)?.processes).toEqual(expected);
  });
});

it('has a reason for each part that nobody could read', () => {
  const surface = surfaceOf({ container: { networkNamespace: hostNetwork } });

  expect(surface?.installed).toEqual(unread('the container was not looked at'));
  expect(surface?.setUid.state).toBe('unread');
  expect(surface?.ports.state).toBe('unread');
  expect(surfaceOf({})?.ports).toEqual(read([]));
});

it('makes nothing known that was not read', () => {
  fc.assert(
    fc.property(arbitrarySnapshot, (snapshot) => {
      const surfaces = surfaceOfSnapshot({ ...snapshot, packages: unread('refused') }, new Map());
      for (const { installed } of surfaces.values()) expect(installed).toEqual(unread('refused'));
      const { containers } = snapshot;
      const ids = containers.state === 'read' ? containers.value.read.map(({ id }) => id) : [];
      expect(new Set(surfaces.keys())).toEqual(new Set(ids));
    }),
  );
});

describe('software', () => {
  const oneOf = (sourceName: string, sourceVersion: string, name = sourceName) => ({
    name,
    version: sourceVersion,
    architecture: 'amd64',
    sourceName,
    sourceVersion,
  });

  it('is counted by source, in most versions first', () => {
    const found = softwareOf([
      {
        packages: [oneOf('openssl', '3.5'), oneOf('openssl', '3.5', 'libssl3'), oneOf('bash', '5')],
        containers: 2,
      },
      { packages: [oneOf('openssl', '3.0'), oneOf('zlib', '1')], containers: 1 },
      { packages: [], containers: 7 },
    ]);

    expect(found).toEqual([
      { name: 'openssl', versions: ['3.0', '3.5'], containers: 3 },
      { name: 'bash', versions: ['5'], containers: 2 },
      { name: 'zlib', versions: ['1'], containers: 1 },
    ]);
  });

  it('is on no more containers than there are, with no more versions than packages', () => {
    const word = fc.constantFrom('a', 'b', 'c');
    const inventory = fc.record({
      packages: fc.array(fc.tuple(word, word, word).map(([s, v, n]) => oneOf(s, v, n))),
      containers: fc.integer({ min: 1, max: 5 }),
    });
    fc.assert(
      fc.property(fc.array(inventory), (inventories) => {
        const all = inventories.reduce((sum, { containers }) => sum + containers, 0);
        const packages = inventories.flatMap((one) => one.packages);
        for (const { name, versions, containers } of softwareOf(inventories)) {
          expect(containers).toBeLessThanOrEqual(all);
          expect(new Set(versions)).toEqual(
            new Set(
              packages
                .filter(({ sourceName }) => sourceName === name)
                .map(({ sourceVersion }) => sourceVersion),
            ),
          );
        }
      }),
    );
  });
});
