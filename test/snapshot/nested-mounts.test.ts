import { bind } from '../../src/rules/example-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import { kernelMount, kernelProcess, kernelSays } from '../../src/rules/example-kernel.ts';
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
