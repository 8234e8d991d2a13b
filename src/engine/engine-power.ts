import { stat } from 'node:fs/promises';
import type { EngineDoorFacts, PowerReader, SocketGuard, TriedCall } from '../ports/power.ts';
import { OutsideError } from '../shared/errors.ts';
import { queriesOf } from '../snapshot/call-queries.ts';
import {
  type Endpoint,
  hostFileCalls,
  type KernelProbeEndpoint,
  procCalls,
} from '../snapshot/collector.ts';
import {
  exportCalls,
  exportProbeCalls,
  harmlessWrites,
  nobodyId,
  unneededReads,
} from '../snapshot/power-calls.ts';
import { type Glance, glanceAt } from './answer-status.ts';
import { parseEndpoint } from './endpoint.ts';
import { openConnection } from './open-connection.ts';
import { negotiationEndpoints, openEngine } from './open-engine.ts';
import {
  collectorEndpoints,
  type EngineOptions,
  type HostConnection,
  hostCalled,
} from './snapshot-taker.ts';
import type { SshOptions } from './ssh-agent.ts';
import { createSshConnections } from './ssh-connections.ts';

const reads = [...new Set([...collectorEndpoints, ...negotiationEndpoints])].sort();
const unneeded = unneededReads.map(({ call }) => call);
const writes = harmlessWrites.map(({ call }) => call);

/**
 * Finds out what an engine's door lets through. At the level `api` by GET and HEAD alone, over a
 * reader like that of a scan; at the levels that write anyway also by calls that cannot change
 * anything (`snapshot/power-calls.ts`). Each host is asked over connections of its own.
 */
export function createEnginePower(options: EngineOptions): Pick<PowerReader, 'tryEngine'> {
  return {
    async tryEngine(name) {
      const host = hostCalled(options.hosts, name);
      const { endpoint } = parseEndpoint(host.url, host.tls);
      const socket = endpoint.socketPath ? await readSocketGuard(endpoint.socketPath) : null;
      const needs = neededCalls(host);
      const { evidence = 'api', ...connection } = host;
      const lane = options.trafficOf?.(host.url).scanning;
      const common = { ...connection, ...options, lane, sshConnections: createSshConnections() };
      const untried = { needs, socket, needed: [], unneeded: [], writes: null };
      try {
        const read = await tryReads(common, needs);
        const written = evidence === 'api' ? null : await tryWrites(common);
        return { ...untried, ...read, problem: null, writes: written };
      } catch (error) {
        if (!(error instanceof OutsideError)) throw error;
        return { ...untried, problem: error.detail };
      }
    },
  };
}

/** Reading calls first, in the order of the page that lists them. */
function neededCalls({ evidence = 'api', inventory }: HostConnection): KernelProbeEndpoint[] {
  const further: readonly KernelProbeEndpoint[] = {
    api: [],
    files: hostFileCalls,
    kernel: [...hostFileCalls, ...procCalls],
  }[evidence];
  const isRead = (call: KernelProbeEndpoint) => /^(GET|HEAD) /.test(call);
  const exports = evidence === 'api' ? exportCalls : exportProbeCalls;
  const ofExports = inventory === 'full' ? exports : [];
  const all = new Set<KernelProbeEndpoint>([...reads, ...further, ...ofExports]);
  return [...[...all].filter(isRead), ...[...all].filter((call) => !isRead(call))];
}

type Connection = HostConnection & Omit<EngineOptions, 'hosts'> & SshOptions;

async function tryReads(
  connection: Connection,
  needs: readonly KernelProbeEndpoint[],
): Promise<Pick<EngineDoorFacts, 'needed' | 'unneeded'>> {
  const engine = openEngine({ ...connection, allowedEndpoints: [...reads, ...unneeded] });
  try {
    await engine.apiVersion();
    const tryAll = (calls: readonly Endpoint[]) =>
      Promise.all(
        calls.map((call) => {
          const { method, path } = parse(call);
          return judged(call, () =>
            engine.glance(method as 'GET' | 'HEAD', path, queriesOf(call)[0] ?? {}),
          );
        }),
      );
    const needed = [...reads, ...exportCalls.filter((call) => needs.includes(call))];
    const others = unneeded.filter((call) => !needed.includes(call));
    return { needed: await tryAll(needed), unneeded: await tryAll(others) };
  } finally {
    engine.close();
  }
}

async function tryWrites(connection: Connection): Promise<TriedCall[]> {
  const { ask, close } = openConnection({ ...connection, allowedEndpoints: writes });
  try {
    return await Promise.all(
      writes.map((call) => {
        const { method, path } = parse(call);
        const request = { method: method as 'POST' | 'DELETE', path };
        return judged(call, () => ask(request, glanceAt(call)));
      }),
    );
  } finally {
    close();
  }
}

function parse(call: string): { method: string; path: string } {
  const [method = '', path = ''] = call.split(' ');
  return { method, path: path.replace('{id}', nobodyId) };
}

async function judged(call: TriedCall['call'], make: () => Promise<Glance>): Promise<TriedCall> {
  try {
    return { call, ...outcomeOf(await make()) };
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    return { call, outcome: 'unclear', by: null, status: null };
  }
}

/** Statuses by which a door says no: no rights, not this method, a proxy that wants to know who asks. */
const REFUSALS = [401, 403, 405, 407];

/** How moby begins the message of a refusal by one of its authorization plugins. */
const PLUGIN_SAYS = 'authorization denied by plugin';

/**
 * Whether the engine itself spoke. No engine refuses these calls by itself, so a refusal is that of its
 * authorization plugin, which it names, or of what stands before it.
 */
export function outcomeOf({ status, hasEngineHeader, message }: Glance): Omit<TriedCall, 'call'> {
  if (REFUSALS.includes(status)) {
    const isOfPlugin = message?.startsWith(PLUGIN_SAYS) === true;
    return { outcome: 'refused', by: isOfPlugin ? 'engine' : 'before-engine', status };
  }
  // For a path that there is not the engine's error comes without its header.
  const isAnswer = hasEngineHeader || (message !== null && status >= 400 && status < 500);
  return { outcome: isAnswer ? 'answered' : 'unclear', by: null, status };
}

/** Who runs this program, as the kernel sees it. */
export interface Self {
  uid: number;
  groups: readonly number[];
}

const OWNER_WRITES = 0o200;
const GROUP_WRITES = 0o020;
const ANYONE_WRITES = 0o002;

/**
 * Mode and owner of a local socket, and by which of them this process may write to it. Null when it
 * cannot be looked at.
 */
async function readSocketGuard(path: string): Promise<SocketGuard | null> {
  try {
    const { mode, uid, gid } = await stat(path);
    const self = whoRunsThis();
    const guard = { path, mode: mode & 0o7777, uid, gid, ownUid: self.uid };
    return { ...guard, heldAs: heldAs(guard, self) };
  } catch {
    return null; // Why it cannot be opened is what the connection itself says.
  }
}

/** As the kernel decides: the first of root, owner and group that fits counts alone. */
export function heldAs(
  { mode, uid, gid }: Pick<SocketGuard, 'mode' | 'uid' | 'gid'>,
  { uid: ownUid, groups }: Self,
): SocketGuard['heldAs'] {
  const may = (bit: number) => (mode & bit) !== 0;
  if (ownUid === 0) return 'root';
  if (ownUid === uid) return may(OWNER_WRITES) ? 'owner' : null;
  if (groups.includes(gid)) return may(GROUP_WRITES) ? 'group' : null;
  return may(ANYONE_WRITES) ? 'anyone' : null;
}

const whoRunsThis = (): Self => ({
  uid: process.geteuid?.() ?? -1,
  groups: [process.getegid?.() ?? -1, ...(process.getgroups?.() ?? [])],
});
