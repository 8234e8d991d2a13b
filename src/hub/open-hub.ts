import { randomUUID } from 'node:crypto';
import { createServer as createHttp, type IncomingMessage, type Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { type EdgeStore, refusalTexts } from '../ports/edge-store.ts';
import { createBucket } from '../shared/bucket.ts';
import { OutsideError } from '../shared/errors.ts';
import { listenOn } from '../shared/listen-on.ts';
import type { Logger } from '../shared/logger.ts';
import { type Job, openJob } from '../timers/job.ts';
import { pause } from '../timers/pause.ts';
import { TunnelError } from '../tunnel/frames.ts';
import { createKeyPair, isStatement, writeGreeting } from '../tunnel/greeting.ts';
import { tunnelLimits } from '../tunnel/limits.ts';
import { openTunnelSocket, type TunnelSocket } from '../tunnel/tunnel-socket.ts';
import { type EdgeSession, openSession } from './edge-session.ts';
import { greetEdge, type ProvenEdge } from './greet-edge.ts';
import { hubLimits } from './limits.ts';
import { countWaiting, createStrangers } from './strangers.ts';
import type { Tunnels } from './tunnels.ts';

export interface HubOptions {
  listen: { host: string; port: number };
  /** PEM texts; null where something before it ends TLS. */
  tls: { cert: string; key: string } | null;
  store: EdgeStore;
  tunnels: Tunnels;
  /** Name of this process among those of the database; never used twice. */
  owner: string;
  now: () => number;
  log: Logger;
  /** Names of the settings: a host of one of them is not let in. */
  isDeclared: (name: string) => boolean;
  /** Called when a host came that was not there. */
  onConnected?: (host: string) => void;
}

export interface Hub {
  port: number;
  close(): Promise<void>;
}

/** Listens for edges. Rejects when the port is taken or the certificate is none. */
export async function openHub(options: HubOptions): Promise<Hub> {
  const { listen, tls, log, tunnels } = options;
  const key = await options.store.hubKey(createKeyPair);
  const server =
    tls === null
      ? createHttp(serverLimits)
      : createHttps({ ...serverLimits, ...tls, handshakeTimeout });
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: tunnelLimits.messageBytes,
    maxFragments: tunnelLimits.fragments,
    perMessageDeflate: false,
  });
  const clock = () => performance.now();
  const strangers = createStrangers(clock);
  const saysWhat = countWaiting(server, clock);
  const told = createBucket(hubLimits.loggedBurst, hubLimits.loggedPerSecond, clock);
  const tell = (fields: object, text: string) => {
    if (told.take(1) === 0) log.warn(fields, text);
  };
  server.on('request', (_request, response) => {
    response.writeHead(404, { connection: 'close', 'content-type': 'text/plain' });
    response.end('an edge connects here\n');
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    saysWhat(request.socket);
    const address = request.socket.remoteAddress ?? 'unknown';
    const leave = request.url === hubLimits.path ? strangers.enter(address) : null;
    // Who is turned away and stays on the line would hold one of the connections for ever.
    if (leave === null) return void socket.end(TURNED_AWAY, () => socket.destroy());
    socket.once('close', leave);
    sockets.handleUpgrade(request, socket, head, (opened: WebSocket) => {
      void receive(options, key, opened, { address, tell }).finally(leave);
    });
  });
  const beat = openJob({
    pattern: hubLimits.beat,
    work: () => holdSessions(options),
    failure: 'the connections of edges could not be held',
    log,
  });
  server.maxConnections = hubLimits.connections;
  const port = await listenOn(server, listen);
  log.info({ ...listen, port, isTls: tls !== null }, 'listening for edges');
  return { port, close: () => closeHub({ server, sockets, beat, tunnels }) };
}

const TURNED_AWAY = 'HTTP/1.1 503 Service Unavailable\r\n\r\n';

/** Node's own is two minutes. */
const handshakeTimeout = tunnelLimits.greetingMs;
const serverLimits = {
  maxHeaderSize: 8 * 1024,
  headersTimeout: tunnelLimits.greetingMs,
  requestTimeout: tunnelLimits.greetingMs,
  connectionsCheckingInterval: 2_000,
} as const;

interface Stranger {
  address: string;
  tell: (fields: object, text: string) => void;
}

/** Greets who connected and lets them in, or not. Never rejects. */
async function receive(
  options: HubOptions,
  key: Awaited<ReturnType<EdgeStore['hubKey']>>,
  opened: WebSocket,
  { address, tell }: Stranger,
): Promise<void> {
  const socket = openTunnelSocket(opened, 2);
  const slow = setTimeout(
    () => socket.close('it took too long to prove itself'),
    tunnelLimits.greetingMs,
  );
  try {
    const edge = await greetEdge(socket, key);
    const connection = randomUUID();
    const session = await letIn(options, socket, edge, { address, connection, tell });
    if (session === null) return;
    clearTimeout(slow);
    const { host } = session;
    options.log.info({ host, address, version: edge.claim.version }, 'an edge connected');
    options.onConnected?.(host);
    void session.ended.then((why) => {
      options.log.warn({ host, why }, 'an edge is no longer connected');
    });
  } catch (error) {
    if (!(error instanceof TunnelError) && !(error instanceof OutsideError)) {
      options.log.error({ error }, 'an edge could not be greeted: a bug');
    } else tell({ address, why: error.message }, 'a connection of an edge came to nothing');
    socket.close('it was not let in');
  } finally {
    clearTimeout(slow);
  }
}

const NOT_LET_IN = 'an edge was not let in';

async function letIn(
  options: HubOptions,
  socket: TunnelSocket,
  { claim, seal, transcript }: ProvenEdge,
  { address, connection, tell }: Stranger & { connection: string },
): Promise<EdgeSession | null> {
  const { store, tunnels, log, owner } = options;
  const refuse = async (name: string | null, code: string, text: string): Promise<null> => {
    const fields = { host: name, address, code };
    if (name === null) tell(fields, NOT_LET_IN);
    else log.warn(fields, NOT_LET_IN);
    await socket.send(seal.seal(writeGreeting({ kind: 'refused', code, text })));
    // So that it arrives.
    await pause(hubLimits.partingMs);
    socket.close('it was not let in');
    return null;
  };
  const older = tunnels.list().find(({ publicKey }) => publicKey === claim.publicKey);
  // Whoever is there first stays while he answers: a copy of the key must not take his place.
  if (older !== undefined && (await older.isAlive(hubLimits.aliveMs))) {
    const what = 'the same key, while the host was connected';
    await store.noteCopy(older.host, { address, what });
    const text = `${refusalTexts['connected-elsewhere']}, from ${older.address}`;
    return refuse(older.host, 'connected-elsewhere', text);
  }
  older?.close('it gave no sign of life when the host connected anew');
  const lease = { owner, leaseMs: hubLimits.leaseMs, connection };
  const admission = await store.admit({ ...claim, address }, lease);
  if (admission.kind === 'refused') {
    return refuse(admission.name, admission.code, refusalTexts[admission.code]);
  }
  const { name } = admission;
  // What cannot be given up now ends with its lease.
  const leave = () =>
    store.leaveEdge(name, connection).catch((error: unknown) => {
      const isOutside = error instanceof OutsideError;
      log[isOutside ? 'info' : 'error'](
        { host: name, error },
        'a connection could not be given up',
      );
    });
  if (options.isDeclared(name)) {
    await leave();
    return refuse(name, 'declared', 'the settings declare a host of that name by now');
  }
  const session = openSession({
    ...{ host: name, connection, publicKey: claim.publicKey, address, socket, seal },
    async onNewKey({ key, byOld, byNew }) {
      const old = session.publicKey;
      const isWanted =
        isStatement(byOld, old, 'new-key-by-old', transcript, key) &&
        isStatement(byNew, key, 'new-key-by-new', transcript, key);
      if (!isWanted || session.offeredKey !== null) return false;
      session.offeredKey = key;
      if (!(await store.replaceKey(name, old, key))) return false;
      Object.assign(session, { publicKey: key, formerKey: old, offeredKey: null });
      log.info({ host: name }, 'an edge changed its key');
      return true;
    },
  });
  // However it ends, and if that was before it is told to be welcome.
  session.left = session.ended.then(leave);
  // Before any call: the edge waits for it.
  const welcome = socket.send(seal.seal(writeGreeting({ kind: 'welcome', host: name })));
  tunnels.find(name)?.close('the host connected anew');
  tunnels.add(session);
  await welcome;
  return session;
}

/** Says that the connections are still ours, and ends those that may not stay. */
async function holdSessions({ store, tunnels, owner, now }: HubOptions): Promise<void> {
  const sessions = tunnels.list();
  if (sessions.length === 0) return;
  // Of this process others may be left whose connection ended: they end with their lease.
  const connections = sessions.map(({ connection }) => connection);
  const held = await store.renewEdges({ owner, leaseMs: hubLimits.leaseMs, connections });
  for (const session of sessions) {
    const row = held.get(session.host);
    const { publicKey, formerKey, offeredKey } = session;
    if (row === undefined || ![publicKey, formerKey, offeredKey].includes(row.publicKey)) {
      session.close('its key was revoked, or the host removed');
      continue;
    }
    if (row.publicKey === publicKey) session.formerKey = null;
    const isDue = row.isRotationWanted || now() - row.keyAt > hubLimits.keyMs;
    if (isDue && offeredKey === null) session.rotate();
  }
}

async function closeHub(hub: {
  server: Server;
  sockets: WebSocketServer;
  beat: Job;
  tunnels: Tunnels;
}): Promise<void> {
  const { server, sockets, beat, tunnels } = hub;
  await beat.close();
  const open = tunnels.list();
  for (const session of open) session.close('the hub stops');
  // Those who have not proved anything yet are among them.
  for (const client of sockets.clients) client.terminate();
  sockets.close();
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
  await Promise.all(open.map(({ left }) => left));
}
