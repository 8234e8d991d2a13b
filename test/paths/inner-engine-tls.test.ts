import { assess } from '../../src/assessment/assess.ts';
import { bind, network, privileged } from '../../src/rules/example-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import { leftOut } from '../../src/shared/reading.ts';
import type { ContainerFacts, ValueClass } from '../../src/snapshot/facts/container.ts';
import { attackPaths } from '../support/attack-paths.ts';

// At levels that read no sockets the ports of docker:dind are those of its image, which exposes both.

const root = { user: { declared: '', uid: 0, reason: null } };
const exposedPorts = [2375, 2376].map((containerPort) => ({
  containerPort,
  protocol: 'tcp' as const,
}));
const withArguments = (valueClass: ValueClass): Partial<ContainerFacts> => ({
  executable: 'dockerd-entrypoint.sh',
  environment: [{ name: 'DOCKER_TLS_CERTDIR', valueClass }],
});

const told = (valueClass: ValueClass): Partial<ContainerFacts> => ({
  ...withArguments(valueClass),
  hasNoArguments: true,
});

/** What the best way of `web` says of it, beside such a container. */
function wayBeside(dind: Partial<ContainerFacts>, web: Partial<ContainerFacts> = {}) {
  const networks = ['build'];
  const engine = { id: 'c0ffee0000d1', name: 'dind', networks, exposedPorts, ...root };
  const snapshot = exampleSnapshot({
    container: { networks, ...web },
    otherContainers: [{ ...engine, ...privileged, ...dind }],
    networks: [network('build', { allowsInterContainerTraffic: true })],
  });
  const listeners = leftOut('needs evidence level kernel');
  const { paths } = attackPaths(assess({ ...snapshot, listeners }));
  return paths.find(({ through }) => through?.[0] === 'c0ffee000001')?.sentence ?? null;
}

it.each<[string, Partial<ContainerFacts>]>([
  ['of which nothing tells', {}],
  ['that is told of none', told('empty')],
  ['with arguments, which may be to use none', withArguments('plain')],
  ['by another program', { ...told('plain'), executable: '/usr/bin/dockerd' }],
])('is a way without a certificate into an engine %s', (_title, dind) => {
  expect(wayBeside(dind)).toContain('port 2375');
});

it('is none into one that asks for a certificate, but for who may have it', () => {
  expect(wayBeside(told('plain'))).toBeNull();
  const certificates = [bind('/srv/certs', { destination: '/certs/client' })];
  const shared = wayBeside({ ...told('plain'), mounts: certificates }, { mounts: certificates });
  expect(shared).toContain('port 2376');
});
