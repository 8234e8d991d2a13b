import { assess } from '../../src/assessment/assess.ts';
import { hostNamespace, port, running } from '../../src/rules/example-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import type { ExampleHost } from '../../src/rules/rule.ts';
import { type Reading, read, unread } from '../../src/shared/reading.ts';
import type { NamespaceListeners } from '../../src/snapshot/facts/listeners.ts';
import { containerId } from '../support/control-facts.ts';

const ids = { pid: 1, user: 2, uts: 3, ipc: 4, cgroup: 5, network: 6, mount: 7 };
const onHost = { id: 'other', pid: 4242, networkNamespace: hostNamespace };
const onHostToo = { protocol: 'tcp', family: 'ipv4', address: '0.0.0.0', port: 18300 } as const;
const sockets: NamespaceListeners = { readAt: '2026-01-02T00:00:01Z', sockets: [onHostToo] };

/** Processes of a container in these networks, its main one first. */
const inNetworks = (id: string, ...networks: number[]) =>
  running(...networks.map((_, at): [string, number] => [`tool${at}`, 1000])).map((entry) => {
    if (entry.facts.state === 'unread') throw new Error('an example has processes');
    const all = entry.facts.value.map((one, at) => ({
      ...one,
      namespaces: { ...ids, network: networks[at] ?? 6 },
      threads: 1,
    }));
    return { ...entry, containerId: id, facts: read(all) };
  });

/** The ports of a container with processes in these networks beside one on the host's, which is 66. */
function portsOf(
  container: NonNullable<ExampleHost['container']>,
  networks: number[],
  host: Reading<NamespaceListeners> = read(sockets),
) {
  const example = {
    container,
    otherContainers: [onHost],
    processes: [...inNetworks(containerId, ...networks), ...inNetworks('other', 66)],
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
