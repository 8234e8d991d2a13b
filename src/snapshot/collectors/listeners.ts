import { type Reading, read, unread } from '../../shared/reading.ts';
import type { KernelDoor, ProcPath } from '../collector.ts';
import { defineCollector, type FirstLook } from '../define-collector.ts';
import type { ListenerFacts, NamespaceListeners } from '../facts/listeners.ts';
import { findTargets, problemAfterwards, targetEndpoints } from '../kernel-targets.ts';
import {
  hostPaths,
  isHosts,
  type NetworkGroup,
  networkGroups,
  socketPaths,
} from '../listener-targets.ts';
import { readingOf, valueIn } from '../outcome.ts';
import { listenersFormat } from '../probe-formats.ts';
import { batchesOf, readUnits } from '../probe-runs.ts';

/**
 * Namespaces in one scan: the kernel walks its whole table for each, which takes it 3 ms a file
 * (measured). These are 3 s of the 10 s that a probe may run.
 */
const NAMESPACES_MAX = 250;

/** With those for what was lost of outputs that were too long. */
const RUNS_MAX = 4;
const HOST = ['host'] as const;

const pathsOf = (units: readonly (NetworkGroup | 'host')[]): ProcPath[] =>
  units.flatMap((unit) => (unit === 'host' ? hostPaths : socketPaths(unit)));

type Listeners = Reading<NamespaceListeners>;

export const listeners = defineCollector({
  purpose:
    'What listens in the networks of running containers; at the evidence level `kernel` only.',
  reads: [...targetEndpoints, 'GET /networks'],
  level: 'kernel',
  async collect({ first, kernelDoor: door }): Promise<ListenerFacts> {
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
    // The host comes last, because it tends to have the most connections: what is lost of a cut output is that.
    const all: (NetworkGroup | 'host')[] = [...chosen.toReversed(), ...(isHostLeft ? HOST : [])];
    const batches = chosen.length === 0 ? [] : batchesOf(all, pathsOf, door.pathsMax);
    const notes = new Set<string>();
    let host: Listeners | null = null;
    const asked = { batches, pathsOf, runsMax: RUNS_MAX };
    const failed = await readUnits(door, asked, async (units, output) => {
      const groups = units.filter((unit) => unit !== 'host');
      const bridges = groups.length < units.length ? bridgesIn(first) : null;
      const told = await door.parse(listenersFormat, { groups, output, bridges });
      const proven = await provenAgain(door, groups, told.groups);
      for (const [id, reading] of proven) facts.set(id, reading);
      host ??= told.host;
      for (const note of output.notes) notes.add(note);
    });
    for (const [unit, { message }] of failed) {
      if (unit === 'host') host = unread(message);
      else for (const { id } of unit) facts.set(id, unread(message));
    }
    return {
      containers: [...facts].map(([containerId, reading]) => ({ containerId, facts: reading })),
      ...(host === null ? {} : { host }),
      notes: [...notes],
    };
  },
});

const bridgesIn = (first: FirstLook) => readingOf(() => read(valueIn(first.bridges)));

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
