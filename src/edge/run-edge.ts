import { Agent as HttpsAgent } from 'node:https';
import { UserError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { proxiedOptions } from '../shared/proxied-options.ts';
import { backOffMs } from '../timers/back-off.ts';
import { pause } from '../timers/pause.ts';
import type { KeyPair } from '../tunnel/greeting.ts';
import { hashSecret, readOneTimeKey } from '../tunnel/one-time-key.ts';
import { type ConnectionEnd, connectHub, type HubConnectionParts } from './connect-hub.ts';
import { type EngineClient, openEngineClient } from './engine-client.ts';
import {
  beginState,
  type EdgeState,
  type KeyFolder,
  openKeyFolder,
  reasonOf,
} from './key-folder.ts';

export interface EdgeOptions {
  /** The one-time key; undefined when the folder has a key already. */
  oneTimeKey: string | undefined;
  folder: string;
  dockerHost: string;
  proxy: string | undefined;
  noProxy: string | undefined;
  version: string;
  log: Logger;
  signal: AbortSignal;
}

const RETRY = { least: 1_000, most: 60_000 };
/** After these nothing changes by itself; somebody may revoke, or take a copy away. */
const REFUSED_RETRY = { least: 30_000, most: 300_000 };
/** A connection that ended sooner did not work. */
const SOON_MS = 10_000;
/** Of a first start: another try with the same one-time key cannot end otherwise. */
const HOPELESS = ['one-time-key-spent', 'one-time-key-expired', 'unknown-key'];

/**
 * Holds a connection to the hub until the signal aborts, with a longer pause after each failure. Rejects
 * with `UserError` when it cannot begin: no key, a folder that cannot be used, a one-time key that the
 * hub does not take.
 */
export async function runEdge(options: EdgeOptions): Promise<void> {
  const { log, signal, version } = options;
  const folder = openKeyFolder(options.folder);
  const engine = openEngineClient(options.dockerHost);
  const agent = proxyAgent(options.proxy, options.noProxy);
  readFirst(folder, options.oneTimeKey);
  let failures = 0;
  // A hub that was offered a new key may have taken it, though the word of it was lost. It is shown first: one that the
  // hub does not know tells it nothing, while an old one would look like a copy. So the oldest is shown last, to a hub
  // that was restored from a backup of before it was changed.
  let shown = 0;
  while (!signal.aborted) {
    const state = readFirst(folder, undefined);
    const keys = [state.next, state.key, state.former].filter((one) => one !== null);
    const key: KeyPair = keys[shown] ?? state.key;
    const parts: HubConnectionParts = { folder, engine, agent, log, version, signal };
    const end: ConnectionEnd = await connectHub(state, key, parts);
    if (signal.aborted) break;
    log.warn({ ...end, hub: state.url }, 'not connected to the hub');
    if (end.kind === 'refused' && state.secret !== null && HOPELESS.includes(end.code)) {
      close(engine);
      throw new UserError(`The hub does not take the one-time key: ${end.why}.`, {
        hint: 'Ask for another: /seawall hosts revoke <name>, or hosts add <name>.',
      });
    }
    const isUnknown = end.kind === 'refused' && end.code === 'unknown-key';
    shown = isUnknown && shown + 1 < keys.length ? shown + 1 : 0;
    if (shown > 0) continue;
    failures = end.kind === 'ended' && end.lastedMs > SOON_MS ? 1 : failures + 1;
    await pause(backOffMs(failures, retryOf(end)), signal);
  }
  close(engine);
}

const close = (engine: EngineClient): void => engine.close();

const retryOf = (end: ConnectionEnd) =>
  end.kind === 'refused' && end.code !== 'connected-elsewhere' ? REFUSED_RETRY : RETRY;

/** What the folder has; begins anew with a one-time key that it did not begin with. */
function readFirst(folder: KeyFolder, oneTimeKey: string | undefined): EdgeState {
  const kept = folder.read();
  if (oneTimeKey === undefined || oneTimeKey === '') {
    if (kept !== null) return kept;
    throw new UserError('This edge has no key yet, and no one-time key.', {
      hint: 'Ask for one in chat: /seawall hosts add <name>. Give it as SEAWALL_EDGE_KEY.',
    });
  }
  const read = readOneTimeKey(oneTimeKey);
  if (read === null) {
    throw new UserError('That is no one-time key: it is one word that begins with swe1_.', {
      hint: 'Copy it whole from the answer to /seawall hosts add <name>.',
    });
  }
  if (kept !== null && kept.begunWith === hashSecret(read.secret)) return kept;
  const begun = beginState(read);
  try {
    folder.write(begun);
  } catch (error) {
    throw new UserError(`The key of this edge cannot be written down: ${reasonOf(error)}.`, {
      hint: 'Make room where its folder lies, or name another with --folder or SEAWALL_EDGE_FOLDER.',
    });
  }
  return begun;
}

/**
 * What connections to the hub are made with: through the proxy of HTTPS_PROXY, so that it sees nothing but where they go.
 * Throws `UserError` for one that this Node cannot use.
 */
function proxyAgent(address = '', except: string | null = null): HttpsAgent {
  const options = { keepAlive: false };
  return new HttpsAgent(address === '' ? options : proxiedOptions(options, { address, except }));
}
