import type { Agent } from 'node:https';
import { isDeepStrictEqual } from 'node:util';
import { WebSocket } from 'ws';
import type { Logger } from '../shared/logger.ts';
import {
  type EdgeFrame,
  type HubFrame,
  readHubFrame,
  TunnelError,
  writeFrame,
} from '../tunnel/frames.ts';
import { createKeyPair, type KeyPair, type Seal, signStatement } from '../tunnel/greeting.ts';
import { tunnelLimits } from '../tunnel/limits.ts';
import { openTunnelSocket, type TunnelSocket } from '../tunnel/tunnel-socket.ts';
import { answerCalls } from './answer-calls.ts';
import type { EngineClient } from './engine-client.ts';
import { greetHub } from './greet-hub.ts';
import { type EdgeState, type KeyFolder, reasonOf } from './key-folder.ts';

/** Before a new key is tried again that could not be written down. */
const UNKEPT_WAIT_MS = 60_000;

export interface HubConnectionParts {
  folder: KeyFolder;
  engine: EngineClient;
  agent: Agent;
  log: Logger;
  version: string;
  /** Ends the connection when it aborts. */
  signal: AbortSignal;
}

export type ConnectionEnd =
  /** It worked until it ended. */
  | { kind: 'ended'; why: string; lastedMs: number }
  /** The hub could not be reached, or did not prove itself. */
  | { kind: 'failed'; why: string }
  | { kind: 'refused'; code: string; why: string };

/** Connects once, proves itself, and answers calls until the connection ends. Never rejects for the network. */
export async function connectHub(
  state: EdgeState,
  key: KeyPair,
  parts: HubConnectionParts,
): Promise<ConnectionEnd> {
  const { engine, agent, log, signal, version } = parts;
  const engineId = await engine.readId();
  const socket = dial(state.url, agent);
  const messages = openTunnelSocket(socket, tunnelLimits.callsAtOnce);
  const stop = () => messages.close('this edge stops');
  signal.addEventListener('abort', stop, { once: true });
  const slow = setTimeout(
    () => messages.close('the hub did not answer in time'),
    tunnelLimits.greetingMs,
  );
  try {
    await opened(socket, messages);
    const proof = { key, secret: state.secret, engineId, version };
    const greeted = await greetHub(messages, state.hubKey, proof);
    clearTimeout(slow);
    if (greeted.kind === 'refused') {
      return { kind: 'refused', code: greeted.code, why: greeted.text };
    }
    const current = { ...state, key, secret: null, next: null, former: formerOf(state, key) };
    if (!isDeepStrictEqual(current, state)) keep(parts, current);
    log.info({ host: greeted.host, hub: state.url, engineId }, 'connected to the hub');
    const began = performance.now();
    const why = await serveHub(messages, current, greeted, parts);
    return { kind: 'ended', why, lastedMs: performance.now() - began };
  } catch (error) {
    if (!(error instanceof TunnelError)) throw error;
    return { kind: 'failed', why: error.message };
  } finally {
    clearTimeout(slow);
    messages.close('this edge is done with it');
    signal.removeEventListener('abort', stop);
  }
}

/**
 * Keeps a state; false where the disk takes none. What is there then still has a key that the hub knows, so the connection
 * goes on.
 */
function keep({ folder, log }: Pick<HubConnectionParts, 'folder' | 'log'>, state: EdgeState) {
  try {
    folder.write(state);
    return true;
  } catch (error) {
    log.warn({ why: reasonOf(error) }, 'the key of this edge could not be written down');
    return false;
  }
}

/** What a key followed that a hub takes: of two it may be the newer one, or the older one. */
function formerOf({ key, next, former }: EdgeState, taken: KeyPair): KeyPair | null {
  if (taken.publicKey === key.publicKey) return former;
  return taken.publicKey === next?.publicKey ? key : null;
}

function dial(url: string, agent: Agent): WebSocket {
  return new WebSocket(url, {
    ...(url.startsWith('wss://') ? { agent } : {}),
    followRedirects: false,
    handshakeTimeout: tunnelLimits.greetingMs,
    maxPayload: tunnelLimits.messageBytes,
    maxFragments: tunnelLimits.fragments,
    perMessageDeflate: false,
  });
}

async function opened(socket: WebSocket, messages: TunnelSocket): Promise<void> {
  const open = new Promise<null>((resolve) => socket.once('open', () => resolve(null)));
  const why = await Promise.race([open, messages.ended]);
  if (why !== null) throw new TunnelError(why);
}

/** Answers until the connection ends; why it did. */
async function serveHub(
  messages: TunnelSocket,
  state: EdgeState,
  { seal, transcript }: { seal: Seal; transcript: string },
  parts: HubConnectionParts,
): Promise<string> {
  const { engine, log } = parts;
  const send = (frame: EdgeFrame) => messages.send(seal.seal(writeFrame(frame)));
  const answers = answerCalls({ engine, send, log });
  let current = state;
  let notBefore = 0;
  const rotate = (): void => {
    if (current.next !== null || performance.now() < notBefore) return;
    const next = createKeyPair();
    // Kept before the hub hears of it: whichever of the two it knows then, this edge has it.
    if (!keep(parts, { ...current, next })) {
      // The hub goes on asking.
      notBefore = performance.now() + UNKEPT_WAIT_MS;
      return;
    }
    current = { ...current, next };
    const { publicKey } = next;
    const byOld = signStatement(current.key.privateKey, 'new-key-by-old', transcript, publicKey);
    const byNew = signStatement(next.privateKey, 'new-key-by-new', transcript, publicKey);
    void send({ kind: 'new-key', key: publicKey, byOld, byNew }).catch(() => {});
  };
  const take = (frame: HubFrame): void => {
    switch (frame.kind) {
      case 'rotate':
        rotate();
        return;
      case 'rotated':
        if (current.next === null) throw new TunnelError('no new key was offered');
        current = { ...current, key: current.next, next: null, former: current.key };
        keep(parts, current);
        log.info({}, 'the key of this edge was changed');
        return;
      case 'request':
      case 'grant':
      case 'cancel':
        answers.take(frame);
    }
  };
  messages.handle((bytes) => take(readHubFrame(seal.open(bytes))));
  const why = await messages.ended;
  answers.close();
  return why;
}
