import { assess } from '../../src/assessment/assess.ts';
import { hostNamespace, port } from '../../src/rules/example-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import type { ExampleHost } from '../../src/rules/rule.ts';
import { type Reading, read, unread } from '../../src/shared/reading.ts';
import type { NamespaceListeners } from '../../src/snapshot/facts/listeners.ts';
import { containerId } from '../support/control-facts.ts';
import { inNetworks } from '../support/example-processes.ts';

const onHost = { id: 'other', pid: 4242, networkNamespace: hostNamespace };
const onHostToo = { protocol: 'tcp', family: 'ipv4', address: '0.0.0.0', port: 18300 } as const;
const sockets: NamespaceListeners = { readAt: '2026-01-02T00:00:01Z', sockets: [onHostToo] };

/** The processes of a container in these networks, its main one first. */
const ofContainer = (id: string, ...networks: number[]) =>
  inNetworks(networks).map((list) => ({ ...list, containerId: id }));

/** The ports of a container with processes in these networks beside one on the host's, which is 66. */
function portsOf(
  container: NonNullable<ExampleHost['container']>,
  networks: number[],
  host: Reading<NamespaceListeners> = read(sockets),
) {
  const example = {
    container,
    otherContainers: [onHost],
    processes: [...ofContainer(containerId, ...networks), ...ofContainer('other', 66)],
  };
  const listeners = read({
    containers: [
      { containerId, facts: read({ ...sockets, sockets: [] }) },
      { containerId: 'other', facts: host },
    ],
    notes: [],
  });
  return assess({ ...exampleSnapshot(example), listeners }).surfaces.get(containerId)?.ports;
}

it('opens what listens on the host where a process of it came there', () => {
  const found = { via: 'host-network', through: [], address: '0.0.0.0', hostPort: 18_300 };

  expect(portsOf({ ports: [] }, [6, 66])).toMatchObject({ state: 'read', value: [found] });
  expect(portsOf({ ports: [] }, [6, 6])).toEqual(read([]));
  expect(portsOf({ ports: [], state: 'exited' }, [6, 66])).toEqual(read([]));
});

it.each<[string, number[], Parameters<typeof portsOf>[2], string]>([
  ['what listens there was not read', [6, 66], unread('no probe'), 'no probe'],
  ['nobody knows whether it came there', [6, 77], read(sockets), 'another network namespace'],
])('tells what it publishes and else nothing where %s', (_name, networks, host, reason) => {
  expect(portsOf({ ports: [] }, networks, host)).toMatchObject({
    state: 'unread',
    reason: expect.stringContaining(reason),
  });
  expect(portsOf({ ports: [port('127.0.0.1', 8000)] }, networks, host)).toMatchObject({
    state: 'read',
    value: [{ via: 'published', hostPort: 8000 }],
  });
});
