import { bind } from '../../src/rules/example-facts.ts';
import { exampleContainer, exampleSnapshot } from '../../src/rules/example-host.ts';
import { kernelMount, kernelProcess, kernelSays } from '../../src/rules/example-kernel.ts';
import type { ContainerFacts, MountFact } from '../../src/snapshot/facts/container.ts';
import { hostTree } from '../../src/snapshot/host-tree.ts';
import { mountsOfMountinfo } from '../../src/snapshot/normalise/mountinfo.ts';
import { seenMountsOf } from '../../src/snapshot/seen-mounts.ts';
import { shownMounts } from '../../src/snapshot/shown-mounts.ts';
import { processorMs } from '../support/processor-ms.ts';

test('hundreds of mounts that lie in each other take no long time', () => {
  const paths = Array.from({ length: 200 }, (_, depth) => '/d'.repeat(depth + 1));
  const snapshot = exampleSnapshot({
    container: { mounts: paths.map((path) => ({ ...bind(`/srv${path}`), destination: path })) },
    kernel: kernelSays([kernelProcess()], {
      mounts: paths.map((path) => kernelMount(path, { root: `/srv${path}`, filesystem: 'ext4' })),
    }),
  });
  if (snapshot.containers.state === 'unread') throw new Error(snapshot.containers.reason);
  const [container] = snapshot.containers.value.read;
  if (container === undefined) throw new Error('the example has a container');
  const seen = seenMountsOf(snapshot)(container.id);

  expect(shownMounts(container, seen, null)).toHaveLength(200);
  const [took = 0] = processorMs(() => shownMounts(container, seen, null));
  expect(took).toBeLessThan(800);
});

const host = hostTree([
  { target: '/', root: '/', device: '8:1' },
  { target: '/proc', root: '/', device: '0:21' },
  { target: '/srv/held', root: '/', device: '0:22' },
]);

/** What a bind of `/srv` shows by such a table, in which its own /proc has the device 0:53. */
function below(table: string, mount: MountFact = bind('/srv', { destination: '/x' })) {
  const text = `1 0 0:50 / / rw - overlay overlay rw\n2 1 0:53 / /proc rw - proc proc rw\n${table}`;
  const [entry] = kernelSays([], { mounts: mountsOfMountinfo(1, text) });
  const kernel = entry?.facts.state === 'read' ? entry.facts.value : null;
  const seen = { kernel, sources: null, sockets: [], ownPaths: [], ownUnread: null };
  const container: ContainerFacts = { ...exampleContainer, mounts: [mount] };
  return shownMounts(
    container,
    { ...seen, manyNamed: null, hostMounts: host, hostAddresses: [] },
    null,
  ).flatMap(({ things }) => things);
}

const srv = '20 1 8:1 /srv /x rw - ext4 /dev/sda1 rw\n';
const ofSomebody = { kind: 'unclear', what: expect.stringContaining('or its own') };

it('takes a /proc that was mounted anew below a bind, or over it, for no /proc of the host', () => {
  const anew = [
    below(`${srv}21 20 0:99 / /x/p rw - proc proc rw`),
    below(`${srv}21 20 0:99 / /x rw - proc proc rw`),
  ];
  for (const things of anew) {
    expect(things).toContainEqual(ofSomebody);
    expect(things).toContainEqual({ kind: 'path', path: '/proc/sysrq-trigger' });
    expect(things).not.toContainEqual({ kind: 'path', path: '/proc' });
  }
});

it('tells below a bind the /proc that the host has, and its own', () => {
  expect(below(`${srv}21 20 0:21 / /x/p rw - proc proc rw`)).toContainEqual({
    ...{ kind: 'path', path: '/proc' },
  });
  // Mounted on the host for whichever processes: below what was asked for, and by no other name.
  expect(below(`${srv}21 20 0:22 / /x/held rw - proc proc rw`)).toContainEqual({
    ...{ kind: 'path', path: '/proc' },
  });
  const own = below(`${srv}21 20 0:53 / /x/p rw - proc proc rw`);
  expect(own).not.toContainEqual({ kind: 'path', path: '/proc' });
  expect(own).not.toContainEqual(ofSomebody);
});
