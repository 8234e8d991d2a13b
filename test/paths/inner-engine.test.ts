import { assess } from '../../src/assessment/assess.ts';
import { attackPaths } from '../../src/paths/attack-paths.ts';
import { joinedNamespace, network, privileged } from '../../src/rules/example-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import { withSettings } from '../../src/rules/example-host-files.ts';
import { read } from '../../src/shared/reading.ts';
import type { ContainerFacts } from '../../src/snapshot/facts/container.ts';

// A privileged container with an engine of its own, as for building images: who reaches its API without a certificate
// starts privileged containers in it.

const root = { user: { declared: '', uid: 0, reason: null } };
const INNER = 'c0ffee0000d1';

/** How sure the best way of `web` is, beside such a container that listens there; null for none. */
function pathOf(
  web: Partial<ContainerFacts>,
  address: string | null,
  { port = 2375, isOpen = true, networks = ['build'], hasFirewall = true } = {},
) {
  const snapshot = exampleSnapshot({
    container: { networks, ...web },
    otherContainers: [{ id: INNER, name: 'dind', networks, ...root, ...privileged }],
    networks: [network('build', { allowsInterContainerTraffic: isOpen }), network('open')],
    ...withSettings({ managesIptables: hasFirewall }),
  });
  const protocol = 'tcp' as const;
  const family = 'ipv4' as const;
  const sockets = address === null ? [] : [{ protocol, family, address, port }];
  const { takenAt: readAt } = snapshot;
  const facts = read({ readAt, sockets });
  const containers = [INNER, 'c0ffee000001'].map((containerId) => ({
    containerId,
    facts: containerId === INNER || web.networkNamespace ? facts : read({ readAt, sockets: [] }),
  }));
  const listeners = read({ containers, notes: [] });
  const { paths } = attackPaths(assess({ ...snapshot, listeners }));
  return paths.find(({ through }) => through?.[0] === 'c0ffee000001') ?? null;
}

const wayOf = (...asked: Parameters<typeof pathOf>) => pathOf(...asked)?.certainty ?? null;

const joined = { networkNamespace: joinedNamespace('shared', 'dind'), networks: [] };

it.each<[string, Partial<ContainerFacts>, string | null, string | null]>([
  ['in its network', {}, '0.0.0.0', 'unproven'],
  ['in its network, by its loopback address', {}, '127.0.0.1', null],
  ['in its network, where nothing listens', {}, null, null],
  ['in another network', { networks: ['other'] }, '0.0.0.0', null],
  ['in its network namespace', joined, '127.0.0.1', 'unproven'],
  ['in its network namespace, where nothing listens', joined, null, null],
])('is a way for who is %s', (_where, web, address, certainty) => {
  expect(wayOf(web, address)).toBe(certainty);
});

it('is none where a certificate is asked for, or members are kept apart', () => {
  expect(wayOf({}, '0.0.0.0', { port: 2376 })).toBeNull();
  expect(wayOf({}, '0.0.0.0', { isOpen: false })).toBeNull();
  expect(wayOf({}, '0.0.0.0', { isOpen: false, hasFirewall: false })).toBe('unproven');
});

it('is one through any network that they have in common', () => {
  const networks = ['build', 'none', 'open'];

  expect(wayOf({}, '0.0.0.0', { isOpen: false, networks })).toBe('unproven');
  expect(wayOf({}, '0.0.0.0', { isOpen: false, networks: ['build', 'none'] })).toBeNull();
});

it('says that the engine may be another’s where a network namespace is shared', () => {
  const [alone, shared] = [pathOf({}, '0.0.0.0'), pathOf(joined, '0.0.0.0')].map((path) =>
    path?.steps.find(({ says }) => says.includes('port 2375')),
  );

  expect(alone?.says).toContain('port 2375 of dind');
  expect(alone?.conditions).toEqual(['an engine answers there (unknown)']);
  expect(shared?.says).toContain('port 2375 in the network of dind');
  expect(shared?.conditions).toContain('that engine is one of dind (unknown)');
});
