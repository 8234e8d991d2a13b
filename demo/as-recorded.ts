import { parseEndpoint } from '../src/engine/endpoint.ts';
import type { Core } from '../src/programs/assemble.ts';
import type { EngineEndpoint } from '../src/snapshot/collector.ts';
import type { Snapshot } from '../src/snapshot/snapshot.ts';

/**
 * The core, with some of its hosts as what they are recordings of: `recorded` has by name the url at which
 * the engine was that was recorded, whose socket rules look for in its mounts. What a recording lets through proves nothing.
 */
export function asRecorded(core: Core, recorded: ReadonlyMap<string, string>): Core {
  const endpoints = new Map(
    [...recorded].map(([name, url]) => [name, parseEndpoint(url).endpoint]),
  );
  const { hosts, snapshots, power } = core.context;
  return {
    ...core,
    context: {
      ...core.context,
      hosts: hosts.map((host) => ({
        ...host,
        endpoint: endpoints.get(host.name) ?? host.endpoint,
      })),
      snapshots: {
        async takeSnapshot(name, ...asked) {
          const snapshot = await snapshots.takeSnapshot(name, ...asked);
          const endpoint = endpoints.get(name);
          return endpoint === undefined ? snapshot : takenAt(endpoint, snapshot);
        },
      },
      power: {
        ...power,
        async tryEngine(name) {
          const facts = await power.tryEngine(name);
          if (!recorded.has(name)) return facts;
          const problem = 'it is a recording, with no engine behind it';
          return { ...facts, problem, needed: [], unneeded: [], writes: null, socket: null };
        },
      },
    },
  };
}

function takenAt(endpoint: EngineEndpoint, snapshot: Snapshot): Snapshot {
  const { engine } = snapshot;
  if (engine.state === 'unread') return snapshot;
  const [, ...ofContainerd] = engine.value.socketPaths;
  const socketPaths =
    endpoint.socketPath === null
      ? engine.value.socketPaths
      : [endpoint.socketPath, ...ofContainerd];
  return { ...snapshot, engine: { ...engine, value: { ...engine.value, endpoint, socketPaths } } };
}
