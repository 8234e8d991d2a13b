import { type Edge, edgeOf, type GraphNode, NONE } from './graph.ts';
import { isLive, type Power, weakness } from './power.ts';

/**
 * From one container into others of the same IPC namespace: all of them read and write the files in `/dev/shm` and the
 * System V memory of each (ipc_namespaces(7)). The host's own is a way by itself.
 */
export function memoryEdges(powers: readonly Power[]): Edge[] {
  const separate = powers.filter(
    ({ container, namespaces }) => isLive(container) && namespaces.ipc.isHost === false,
  );
  const sharing = Map.groupBy(
    separate,
    ({ container, namespaces }) => namespaces.ipc.joined ?? container.name,
  );
  return [...sharing].flatMap(([owner, members]) =>
    members.length > 1 ? edgesThrough(owner, members) : [],
  );
}

function edgesThrough(owner: string, members: readonly Power[]): Edge[] {
  const name = `the shared memory of ${owner}`;
  const memory: GraphNode = { kind: 'volume', id: `memory:${owner}`, name };
  return members.flatMap(({ node, container, controls }) => {
    const evidence = () => controls.given['ns-ipc'].evidence;
    const grounds = { evidence, rules: NONE, subjectId: container.id };
    const after = `a weakness in ${node.name} that what is written to ${name} reaches`;
    return [
      edgeOf(grounds, node, memory, `writes to ${name}`),
      edgeOf(grounds, memory, node, `is read by ${node.name}`, [weakness(after)]),
    ];
  });
}
