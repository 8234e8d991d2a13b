import type { Clock } from '../ports/clock.ts';
import type { EdgeTunnels } from '../ports/edge-tunnels.ts';
import type { SnapshotTaker } from '../ports/scan-queue.ts';
import { OutsideError } from '../shared/errors.ts';
import {
  type CollectOptions,
  type Endpoint,
  hostFileCalls,
  procCalls,
} from '../snapshot/collector.ts';
import * as collectors from '../snapshot/collectors/index.ts';
import type { Collector, EvidenceLevel } from '../snapshot/define-collector.ts';
import { createHistoryMemory } from '../snapshot/history-memory.ts';
import { createPackageMemory } from '../snapshot/packages/package-memory.ts';
import { takeSnapshot } from '../snapshot/take-snapshot.ts';
import { parseEndpoint, type TlsFiles } from './endpoint.ts';
import { createTrafficOf, type TrafficOf } from './engine-traffic.ts';
import { openHostFileDoor } from './host-file-door.ts';
import { openKernelDoor } from './kernel-door.ts';
import { limits } from './limits.ts';
import { openEngine } from './open-engine.ts';
import { createParserPool } from './parser-pool.ts';
import { createProbeTurn } from './probe-turn.ts';
import type { ProbeTimes } from './run-probe.ts';
import { createSshConnections } from './ssh-connections.ts';

/** How one host's engine is reached. */
export interface HostConnection {
  name: string;
  url: string;
  tls?: TlsFiles | undefined;
  /** How deep to look; `api` when not given. Each level includes those before it. */
  evidence?: EvidenceLevel | undefined;
  /** Of images; `os` when not given. */
  inventory?: 'os' | 'full' | undefined;
  /** Path of the program of the level `kernel`; where distributions put it when not given. */
  busybox?: string | undefined;
  /** For everything asked of it in one snapshot; as the taker's own when not given. */
  scanSeconds?: number | undefined;
  /** For one call; as the taker's own when not given. */
  callSeconds?: number | undefined;
  /** For the start of a probe of the level `kernel`; 20 s when not given. */
  probeStartSeconds?: number | undefined;
  /** What a host that dials out is reached through. */
  tunnels?: EdgeTunnels | undefined;
}

/** The one of the hosts that has this name. Throws for a name that was not given. */
export function hostCalled(hosts: readonly HostConnection[], name: string): HostConnection {
  const host = hosts.find((one) => one.name === name);
  if (!host) throw new Error(`There is no host ${JSON.stringify(name)} to ask`);
  return host;
}

/** What whoever talks to engines is given. */
export interface EngineOptions {
  hosts: readonly HostConnection[];
  /** For one call; 10 s when not given. */
  callTimeoutMs?: number;
  sshConfigFile?: string;
  /** Shared with whoever else talks to these engines in this process; its own when not given. */
  trafficOf?: TrafficOf | undefined;
}

export interface SnapshotTakerOptions extends EngineOptions {
  clock: Clock;
  /** Nothing beside the usual when not given. */
  collect?: CollectOptions | undefined;
  /** For everything asked of one host in one snapshot; 60 s when not given. */
  hostTimeoutMs?: number;
}

const allCollectors: readonly Collector[] = Object.values(collectors);

/** Every call that any collector declares. */
export const collectorEndpoints: readonly Endpoint[] = [
  ...new Set(allCollectors.flatMap(({ reads }) => reads)),
];

/**
 * Takes snapshots of the given hosts, each over connections of its own that end with it, and all of
 * one engine within its share of calls and memory, so that a dead, hung or lying one costs no other
 * host anything. Throws `UserError`
 * for a wrong url; a snapshot of a host that was not given rejects.
 */
export function createSnapshotTaker(options: SnapshotTakerOptions): SnapshotTaker {
  for (const { url, tls } of options.hosts) parseEndpoint(url, tls);

  // By url: two names may mean one engine.
  const turns = new Map(options.hosts.map(({ url }) => [url, createProbeTurn(options.clock)]));

  const { trafficOf = createTrafficOf() } = options;
  const sshConnections = createSshConnections();
  const memories = {
    packageMemory: createPackageMemory(),
    historyMemory: createHistoryMemory(),
  };
  const parsers = createParserPool();
  const collect = { ownerLabel: null, ...memories, ...options.collect };

  return {
    async takeSnapshot(host, onProgress, knownImages, signal, share) {
      const connection = hostCalled(options.hosts, host);
      const { hostTimeoutMs = secondsOr(connection.scanSeconds, limits.hostTimeoutMs) } = options;
      const { callTimeoutMs = secondsOr(connection.callSeconds, limits.callTimeoutMs) } = options;
      const deadline = new AbortController();
      const timer = setTimeout(() => {
        const detail = `${host} was not read within ${hostTimeoutMs / 1000} s`;
        deadline.abort(new OutsideError('engine-timeout', detail, { isRetryable: true }));
      }, hostTimeoutMs);
      const giveUp = () => {
        deadline.abort(new OutsideError('engine-unreachable', `reading ${host} was stopped`));
      };
      if (signal?.aborted) giveUp();
      else signal?.addEventListener('abort', giveUp, { once: true });
      const { evidence = 'api', url } = connection;
      const traffic = trafficOf(url);
      const common = {
        ...connection,
        lane: traffic.probing,
        allowance: traffic.ofScan(),
        callTimeoutMs,
        signal: deadline.signal,
        sshConfigFile: options.sshConfigFile,
        sshConnections,
        parsers,
        leftoverSeconds: Math.max(hostTimeoutMs, limits.hostTimeoutMs) / 1000,
      };
      const reader = openEngine({
        ...common,
        lane: traffic.scanning,
        // Of its answers much is kept, of those of the doors little.
        allowance: { ...traffic.ofScan(), share },
        allowedEndpoints: collectorEndpoints,
      });
      const door =
        evidence === 'api'
          ? undefined
          : openHostFileDoor({ ...common, allowedEndpoints: hostFileCalls });
      const kernelDoor =
        evidence === 'kernel'
          ? openKernelDoor({
              ...common,
              allowedEndpoints: procCalls,
              clock: options.clock,
              turn: turns.get(url) ?? createProbeTurn(options.clock),
              times: probeTimes(secondsOr(connection.probeStartSeconds, limits.probeStartMs)),
            })
          : undefined;
      try {
        const now = options.clock;
        const takenAt = new Date(now()).toISOString();
        const asked = { host, takenAt, now, collectors, options: collect, knownImages };
        return await takeSnapshot({ ...asked, onProgress, reader, door, kernelDoor });
      } finally {
        clearTimeout(timer);
        signal?.removeEventListener('abort', giveUp);
        for (const opened of [reader, door]) opened?.close();
        await kernelDoor?.close();
      }
    },
  };
}

const secondsOr = (seconds: number | undefined, usualMs: number): number =>
  seconds === undefined ? usualMs : seconds * 1000;

/** An engine that is slow to start a program is slow to run it. */
const probeTimes = (startMs: number): ProbeTimes => ({
  startMs,
  runMs: Math.max(limits.probeRunMs, startMs / 2),
});
