import { assess } from '../../src/assessment/assess.ts';
import { controlFacts } from '../../src/controls/control-facts.ts';
import { controlsOf } from '../../src/controls/controls-of.ts';
import { evaluate } from '../../src/findings/evaluate.ts';
import { rules } from '../../src/programs/assemble.ts';
import {
  bind,
  hostNamespace,
  joinedNamespace,
  type running,
} from '../../src/rules/example-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import { kernelProcess, kernelSays } from '../../src/rules/example-kernel.ts';
import { read } from '../../src/shared/reading.ts';
import type { ContainerFacts } from '../../src/snapshot/facts/container.ts';
import type { NetworkOfNumber } from '../../src/snapshot/facts/host-processes.ts';
import { inNetworks } from '../support/example-processes.ts';

// Whose a network is that a container may have entered, or joined long ago, by the sockets that listen in it.

const ids = { pid: 1, user: 2, uts: 3, ipc: 4, cgroup: 5, network: 6, mount: 7 };
const agent: Partial<ContainerFacts> = {
  configuredCapabilities: ['CAP_SYS_ADMIN'],
  pidNamespace: hostNamespace,
  mounts: [bind('/', { isWritable: false })],
};

type Entry = ReturnType<typeof running>[number];

/** The same processes in another container, which has a network of its own. */
const anew = (entry: Entry, containerId: string): Entry => ({
  ...{ ...entry, containerId },
  facts:
    entry.facts.state === 'unread'
      ? entry.facts
      : read(
          entry.facts.value.map((one, index) => ({
            ...{ ...one, pid: 500 + index },
            namespaces: { ...ids, network: 99 },
          })),
        ),
});

/** The control, and what the rule says, of a container whose second process is in the network `other`. */
function judged(
  container: Partial<ContainerFacts>,
  networks?: NetworkOfNumber[],
  other = 6,
  beside?: { id: string; name: string },
  threads?: { of: number; isOfEngine?: boolean },
) {
  const processes = inNetworks([ids.network, other], threads?.of);
  const [own] = processes;
  const snapshot = exampleSnapshot({
    ...{ container, kernel: kernelSays([kernelProcess()]) },
    ...(beside ? { otherContainers: [{ ...beside, pid: 500 }] } : {}),
    processes: [...processes, ...(beside && own ? [anew(own, beside.id)] : [])],
  });
  if (snapshot.hostProcesses.state === 'read' && networks) {
    snapshot.hostProcesses.value.networks = networks;
  }
  if (snapshot.hostProcesses.state === 'read' && threads?.isOfEngine !== undefined) {
    const { isOfEngine } = threads;
    const all = own?.facts.state === 'read' ? own.facts.value : [];
    snapshot.hostProcesses.value.threadNetworks = all.map((one) => ({ pid: one.pid, isOfEngine }));
  }
  const facts = controlFacts(snapshot);
  const [first] = facts.state === 'read' ? facts.value : [];
  if (first === undefined) throw new Error('the example has a container');
  const control = controlsOf(first).find((one) => one.control === 'ns-net');
  const result = evaluate(rules, assess(snapshot)).find(
    ({ rule, subject }) => rule === 'no-host-network' && subject.id === first.container.id,
  );
  return [control?.verdict, result?.verdict];
}

const of = (number: number, isOfEngine: boolean) => ({ number, isOfEngine });

it.each<[string, NetworkOfNumber[] | undefined, string, string]>([
  ['nobody looked', undefined, 'unknown', 'unknown'],
  ['its own was looked at alone', [of(6, false)], 'enforced', 'pass'],
  ['it is the host’s', [of(6, true)], 'not-enforced', 'fail'],
])('of an agent that may enter others, where %s', (_where, networks, control, rule) => {
  expect(judged(agent, networks)).toEqual([control, rule]);
});

it.each<[string, NetworkOfNumber[], string, string]>([
  ['was not looked at', [of(6, false)], 'unknown', 'unknown'],
  ['is one of its own making', [of(6, false), of(8, false)], 'enforced', 'pass'],
  ['is the host’s', [of(6, false), of(8, true)], 'not-enforced', 'fail'],
])('of an agent whose other process is in one that %s', (_what, networks, control, rule) => {
  expect(judged(agent, networks, 8)).toEqual([control, rule]);
});

it.each<[string, NetworkOfNumber[] | undefined, string, string]>([
  ['nobody looked', undefined, 'unknown', 'unknown'],
  ['it is another', [of(6, false)], 'enforced', 'pass'],
  ['it is the host’s', [of(6, true)], 'not-enforced', 'fail'],
])('of who joined a container that is gone, where %s', (_where, networks, control, rule) => {
  const joined = { networkNamespace: joinedNamespace('unknown'), networks: [] };
  expect(judged(joined, networks)).toEqual([control, rule]);
});

it.each<[string, { of: number; isOfEngine?: boolean }, string, string]>([
  ['nobody looked at', { of: 8 }, 'unknown', 'unknown'],
  ['are in none that is the host’s', { of: 8, isOfEngine: false }, 'enforced', 'pass'],
  ['are in the host’s, one of them', { of: 8, isOfEngine: true }, 'not-enforced', 'fail'],
])('of an agent whose threads %s', (_what, threads, control, rule) => {
  expect(judged(agent, [of(6, false)], 6, undefined, threads)).toEqual([control, rule]);
});

it('leaves open the network of one that was started anew since, be it not the host’s', () => {
  const proxy = { id: 'c0ffee0000d9', name: 'proxy' };
  const mode = `container:${proxy.id}`;
  const joined: Partial<ContainerFacts> = {
    networkNamespace: { mode, resolved: 'shared', via: ['proxy'] },
    networks: [],
  };

  expect(judged(joined, [of(6, false)], 6, proxy)[0]).toBe('unknown');
  expect(judged(joined, [of(6, true)], 6, proxy)).toEqual(['off', 'fail']);
});
