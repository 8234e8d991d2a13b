import fc from 'fast-check';
import { assess } from '../../src/assessment/assess.ts';
import { isLive } from '../../src/paths/power.ts';
import { reachFrom } from '../../src/paths/reach.ts';
import { reachFacts } from '../../src/paths/reach-facts.ts';
import { reachedBy } from '../../src/paths/reached-by.ts';
import {
  bind,
  hostNamespace,
  joinedNamespace,
  namedUser,
  network,
  port,
  privileged,
  swarmTask,
} from '../../src/rules/example-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import type { ExampleHost } from '../../src/rules/rule.ts';
import { read } from '../../src/shared/reading.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { arbitraryHost } from '../support/arbitrary-snapshot.ts';

const allOf = ({ containers }: Snapshot) =>
  containers.state === 'read' ? containers.value.read : [];
const asRoot = { user: namedUser('root', 0), noNewPrivileges: false };
const at = (name: string, own: string) => ({
  networks: [name],
  networkAddresses: [{ network: name, own: [own], gateways: ['10.0.0.1'] }],
});

/** Who reaches `db`, which is the container of the example. */
function reachedDb(host: ExampleHost, managesIptables = true) {
  const { container, ...more } = host;
  const snapshot = exampleSnapshot({
    networks: [network('lan', { gateways: ['10.0.0.1'] }), network('apart')],
    container: { name: 'db', ...at('lan', '10.0.0.2'), ...container },
    ...more,
  });
  const facts = { ...reachFacts(assess(snapshot)), managesIptables: read(managesIptables) };
  const all = allOf(snapshot);
  const self = all.find(({ name }) => name === 'db');
  if (self === undefined) throw new Error('there is no db');
  return reachedBy(self, all, facts);
}

it('names who shares a network, and where others may hide', () => {
  const otherContainers = [
    { name: 'web', ...at('lan', '10.0.0.3') },
    { name: 'job', ...at('apart', '10.1.0.3') },
  ];

  expect(reachedDb({ otherContainers })).toMatchObject({
    from: [{ name: 'web', certainty: 'unknown', doors: [{ through: { name: 'lan' } }] }],
    ...{ throughHost: [], unknown: [], others: 2, published: [] },
  });
  expect(reachedDb({ otherContainers }, false)?.from.map(({ name }) => name)).toContain('job');
});

it('names who could become root on the host, and so comes everywhere', () => {
  const otherContainers = [
    { name: 'ci', ...at('apart', '10.1.0.3'), ...asRoot, mounts: [bind('/run/docker.sock')] },
    { name: 'debug', ...at('apart', '10.1.0.4'), ...asRoot, ...privileged },
    { name: 'may', ...at('apart', '10.1.0.5'), ...privileged },
    { name: 'plain', ...at('apart', '10.1.0.6') },
  ];
  const found = reachedDb({ otherContainers });

  expect(found?.throughHost.toSorted()).toEqual(['ci', 'debug']);
  expect(found?.unknown).toEqual([
    { name: 'may', reason: expect.stringContaining('may become root on the host') },
  ]);
});

it('names the ports that are open to other machines', () => {
  const ports = [port('0.0.0.0', 5432)];

  expect(reachedDb({ container: { ports } })?.published).toEqual([
    { address: '0.0.0.0', port: 5432, protocol: 'tcp' },
  ]);
});

it('counts what the swarm opens for it, and what it opens on the host itself', () => {
  const onHost = { networkNamespace: hostNamespace, networks: ['host'] };

  expect(reachedDb(swarmTask(8080))).toMatchObject({
    published: [{ address: '', port: 8080, protocol: 'tcp' }],
    unreadOfMachines: [],
  });
  expect(reachedDb(swarmTask(null))).toMatchObject({
    published: [],
    unreadOfMachines: [expect.stringContaining('swarm')],
  });
  expect(reachedDb({ container: onHost })?.published).toBeNull();
});

it('says where other machines reach it at an address of its own', () => {
  const lan = network('lan', { driver: 'macvlan' });

  expect(reachedDb({ networks: [lan] })).toMatchObject({
    ...{ published: [], directly: ['lan'], unreadOfMachines: [] },
  });
  expect(reachedDb({ networks: [network('lan', { driver: 'weave' })] })).toMatchObject({
    ...{ directly: [], unreadOfMachines: [expect.stringContaining('lan')] },
  });
});

it('calls a network that nobody knows no network of the host', () => {
  const networkNamespace = joinedNamespace('unknown', 'gone');

  expect(reachedDb({ container: { networkNamespace, networks: [] } })).toMatchObject({
    published: [],
    unreadOfMachines: [expect.stringContaining('cannot be found')],
  });
});

it('is nobody where it does not run', () => {
  expect(reachedDb({ container: { state: 'exited' } })).toBeNull();
});

it('is what each of the others reaches, on any host', () => {
  const named = arbitraryHost.filter((snapshot) =>
    allOf(snapshot).every(({ name }) => !name.includes(' or ')),
  );
  const seen = { doors: 0 };
  fc.assert(
    fc.property(fc.oneof(named, named.map(asNeighbours)), (snapshot) => {
      const all = allOf(snapshot);
      const facts = reachFacts(assess(snapshot));
      for (const self of all) {
        const found = reachedBy(self, all, facts);
        expect(found === null).toBe(!isLive(self));
        const expected = all
          .filter((one) => one.id !== self.id && isLive(one))
          .map((one) => ({
            name: one.name,
            doors: reachFrom(one, all, facts).targets.filter(
              ({ kind, name }) =>
                ['host', 'container', 'published'].includes(kind) &&
                name.split(' or ').includes(self.name),
            ),
          }))
          .filter(({ doors }) => doors.length > 0);
        if (found === null) continue;
        seen.doors += expected.length;
        expect(found.from.map(({ name, doors }) => ({ name, doors })).toSorted(byName)).toEqual(
          expected.toSorted(byName),
        );
      }
    }),
  );
  expect(seen.doors).toBeGreaterThan(0);
});

/** The same containers, running beside each other in one network of their own. */
function asNeighbours(snapshot: Snapshot): Snapshot {
  if (snapshot.containers.state === 'unread') return snapshot;
  const { containers } = snapshot;
  const networkNamespace = { mode: '', resolved: 'private' as const, via: [] };
  const here = (index: number) => ({
    ...{ state: 'running' as const, networkNamespace },
    ...at('lan', `10.0.0.${index + 2}`),
  });
  const beside = containers.value.read.map((one, index) => ({ ...one, ...here(index) }));
  return {
    ...snapshot,
    containers: read({ ...containers.value, read: beside }),
    networks: read([network('lan', { gateways: ['10.0.0.1'] })]),
  };
}

const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);

/** Who reaches `db`, whose network so many others joined. */
const inOneNamespace = (count: number) =>
  reachedDb({
    otherContainers: Array.from({ length: count }, (_, index) => ({
      name: `side-${index}`,
      networkNamespace: joinedNamespace('shared', 'db'),
      networks: [],
    })),
  });

it('names each who shares a network namespace, and few in place of one of hundreds', () => {
  const found = inOneNamespace(200);

  expect(found?.from).toHaveLength(200);
  for (const { doors } of found?.from ?? []) {
    for (const { name } of doors) expect(name.split(' or ').length).toBeLessThan(40);
  }
  expect(found?.from[0]?.doors[0]?.name).toContain('db');
});
