import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { greetHub } from '../../src/edge/greet-hub.ts';
import { runEdge } from '../../src/edge/run-edge.ts';
import type { TrafficOf } from '../../src/engine/engine-traffic.ts';
import { openEngine } from '../../src/engine/open-engine.ts';
import { type Hub, openHub } from '../../src/hub/open-hub.ts';
import { createTunnels, type Tunnels } from '../../src/hub/tunnels.ts';
import type { EdgeStore } from '../../src/ports/edge-store.ts';
import { edgeKeyMaker } from '../../src/programs/edge-keys.ts';
import type { Logger } from '../../src/shared/logger.ts';
import type { Endpoint } from '../../src/snapshot/collector.ts';
import type { Store } from '../../src/store/open-store.ts';
import { createOpening, type KeyPair } from '../../src/tunnel/greeting.ts';
import { readOneTimeKey } from '../../src/tunnel/one-time-key.ts';
import { openTunnelSocket } from '../../src/tunnel/tunnel-socket.ts';

/** A line of a log. */
export interface Logged {
  level: string;
  text: string;
  fields: Record<string, unknown>;
}

export interface EdgeRig {
  store: Store;
  hub: Hub;
  tunnels: Tunnels;
  url: string;
  /** What the hub logged. */
  logged: Logged[];
  /** Adds a host as `hosts add` does; its one-time key. */
  add(name: string): Promise<string>;
  /** A new one-time key for a host whose key is struck. */
  revoke(name: string): Promise<string>;
  /** The real edge, in this process. */
  startEdge(options: {
    key?: string | undefined;
    folder: string;
    engineUrl: string;
    proxy?: string;
  }): RunningEdge;
  /** The door to the engine of a host, as a scan has it. */
  door(
    host: string,
    calls: readonly Endpoint[],
    trafficOf?: TrafficOf,
  ): ReturnType<typeof openEngine>;
  close(): Promise<void>;
}

export interface RunningEdge {
  logged: Logged[];
  /** Rejects as `runEdge` does. */
  ended: Promise<void>;
  stop(): Promise<void>;
}

/** Keeps what is logged. */
export function keepingLogger(logged: Logged[]): Logger {
  const keep = (level: string) => (fields: object, text: string) => {
    logged.push({ level, text, fields: { ...fields } });
  };
  return { debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') };
}

/** The real hub over a store, which it does not close; `edgeStore`: what it uses instead of that of the store. */
export async function openEdgeRig(
  store: Store,
  now: () => number = Date.now,
  edgeStore: EdgeStore = store.edges,
): Promise<EdgeRig> {
  const logged: Logged[] = [];
  const tunnels = createTunnels();
  const hub = await openHub({
    ...{ listen: { host: '127.0.0.1', port: 0 }, tls: null, store: edgeStore, tunnels },
    ...{ owner: randomUUID(), now, log: keepingLogger(logged), isDeclared: () => false },
  });
  const url = `ws://127.0.0.1:${hub.port}/edge`;
  const make = edgeKeyMaker({ url }, store.edges) ?? (() => Promise.reject(new Error('no maker')));
  const edges: RunningEdge[] = [];
  return {
    ...{ store, hub, tunnels, url, logged },
    async add(name) {
      const { key, secretHash, lifeMs } = await make();
      const tradeUntil = now() + lifeMs;
      await store.edges.addEdge({ name, labels: {}, secretHash, tradeUntil, by: 'test' });
      return key;
    },
    async revoke(name) {
      const { key, secretHash, lifeMs } = await make();
      await store.edges.revokeEdge(name, { secretHash, tradeUntil: now() + lifeMs });
      return key;
    },
    startEdge({ key, folder, engineUrl, proxy }) {
      const stop = new AbortController();
      const own: Logged[] = [];
      const ended = runEdge({
        ...{ oneTimeKey: key, folder: join(folder, 'edge'), dockerHost: engineUrl, proxy },
        ...{ noProxy: undefined, version: '0.1.0', log: keepingLogger(own), signal: stop.signal },
      });
      ended.catch(() => {});
      const edge = {
        ...{ logged: own, ended },
        async stop() {
          stop.abort();
          await ended.catch(() => {});
        },
      };
      edges.push(edge);
      return edge;
    },
    door: (host, allowedEndpoints) =>
      openEngine({ url: `edge://${host}`, tunnels, allowedEndpoints }),
    async close() {
      await Promise.all(edges.map(({ stop }) => stop()));
      await hub.close();
    },
  };
}

/** Shows keys to a hub as whoever holds them could, and says what it answers. Rejects when it is cut before that. */
export async function showKey(
  url: string,
  hubKey: string,
  shown: { key: KeyPair; secret?: string | null; engineId?: string | null },
  cut?: Promise<void>,
): Promise<string> {
  const socket = new WebSocket(url);
  const messages = openTunnelSocket(socket, 8);
  await new Promise((resolve) => socket.once('open', resolve));
  void cut?.then(() => messages.close('it is cut'));
  const { key, secret = null, engineId = null } = shown;
  try {
    const proof = { key, secret, engineId, version: '0.1.0' };
    const greeted = await greetHub(messages, hubKey, proof);
    return greeted.kind === 'welcome' ? `welcome ${greeted.host}` : greeted.code;
  } finally {
    messages.close('the test has seen enough');
  }
}

/** What a one-time key says. */
export function partsOf(oneTimeKey: string): NonNullable<ReturnType<typeof readOneTimeKey>> {
  const read = readOneTimeKey(oneTimeKey);
  if (read === null) throw new Error('no one-time key');
  return read;
}

/** A greeting of a stranger, up to what the hub says to it. */
export const strangersOpening = () => {
  const { nonce, share } = createOpening();
  return Buffer.from(JSON.stringify({ nonce, share }));
};
