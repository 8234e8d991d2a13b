import { type Reading, read, unread } from '../../shared/reading.ts';
import { type KernelDoor, procCalls } from '../collector.ts';
import { defineCollector } from '../define-collector.ts';
import type { ListenerFacts, NamespaceListeners } from '../facts/listeners.ts';
import { hostPaths } from '../host-listeners.ts';
import { findTargets, problemAfterwards, targetEndpoints } from '../kernel-targets.ts';
import { isHosts, type NetworkGroup, networkGroups, socketPaths } from '../listener-targets.ts';
import { readingOf, valueIn } from '../outcome.ts';
import { listenersFormat } from '../probe-formats.ts';

/**
 * Namespaces in one scan: the kernel walks its whole table for each, which takes it 3 ms a file
 * (measured). These are 3 s of the 10 s that a probe may run.
 */
const NAMESPACES_MAX = 250;

type Listeners = Reading<NamespaceListeners>;

export const listeners = defineCollector({
  id: 'listeners',
  purpose:
    'What listens in the networks of running containers; at the evidence level `kernel` only.',
  reads: [...targetEndpoints, 'GET /networks'],
  kernelProbes: procCalls,
  async collect({ first, kernelDoor: door }): Promise<ListenerFacts> {
    if (!door) throw new Error('run without the door that it needs');
    const found = findTargets(first);
    const facts = new Map<string, Listeners>(
      found.flatMap(({ containerId, target }) =>
        target.state === 'unread' ? [[containerId, target]] : [],
      ),
    );
    const targets = found.flatMap(({ target }) => (target.state === 'read' ? target.value : []));
    const groups = networkGroups(targets);
    for (const { id } of groups.slice(NAMESPACES_MAX).flat()) {
      facts.set(id, unread(`of ${groups.length} networks ${NAMESPACES_MAX} are read in one scan`));
    }
    const chosen = groups.slice(0, NAMESPACES_MAX);
    const isHostLeft = !chosen.some(isHosts);
    const paths = [...socketPaths(chosen), ...(isHostLeft ? hostPaths : [])];
    const output = chosen.length === 0 ? null : await door.read(paths);
    const bridges =
      output !== null && isHostLeft ? readingOf(() => read(valueIn(first.bridges))) : null;
    const told = output && (await door.parse(listenersFormat, { groups: chosen, output, bridges }));
    if (told !== null) {
      for (const [id, reading] of await provenAgain(door, chosen, told.groups)) {
        facts.set(id, reading);
      }
    }
    return {
      containers: [...facts].map(([containerId, reading]) => ({ containerId, facts: reading })),
      ...(told?.host ? { host: told.host } : {}),
      notes: [...(output?.notes ?? [])],
    };
  },
});

/** What was read of every container of the groups, each proven to be the same as before. */
async function provenAgain(
  door: KernelDoor,
  groups: readonly NetworkGroup[],
  readings: readonly Listeners[],
): Promise<[string, Listeners][]> {
  const parts = await Promise.all(
    groups.map(async (group, index): Promise<[string, Listeners][]> => {
      const reading = readings[index] ?? unread('not read');
      const problems = await Promise.all(group.map((one) => problemAfterwards(door, one)));
      const [ofReader] = problems;
      const shared =
        typeof ofReader === 'string' ? unread(`${group[0].id.slice(0, 12)}, ${ofReader}`) : reading;
      return group.map(({ id }, place) => {
        const problem = problems[place];
        return [id, typeof problem === 'string' ? unread(problem) : shared];
      });
    }),
  );
  return parts.flat();
}
