import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { UserError } from '../shared/errors.ts';
import { makeFolder } from '../shared/make-folder.ts';
import { createKeyPair, isWord, type KeyPair } from '../tunnel/greeting.ts';
import { hashSecret, type OneTimeKey } from '../tunnel/one-time-key.ts';

/** What an edge keeps: nothing of the engine, and of the hub what it needs to find and know it. */
export interface EdgeState {
  url: string;
  hubKey: string;
  key: KeyPair;
  /** Made to follow `key`; the hub may have taken it already. */
  next: KeyPair | null;
  /** What `key` followed: a hub that was restored from an older backup knows that one. */
  former: KeyPair | null;
  /** The secret of the one-time key until the hub has taken it. */
  secret: string | null;
  /** Hash of the secret that this state began with. */
  begunWith: string;
}

const FILE = 'edge.json';
const OTHERS = 0o077;

/** Keeps the state in a folder that its user alone can enter. */
export interface KeyFolder {
  /** Null on a first start. Throws `UserError` for a state that others can read, or that is none. */
  read(): EdgeState | null;
  /** Replaces the state as a whole. Throws what the file system does. */
  write(state: EdgeState): void;
}

/** Makes the folder when it is not there; throws `UserError` when it cannot be made. */
export function openKeyFolder(folder: string): KeyFolder {
  try {
    makeFolder(resolve(folder), { mkdirSync, statSync });
    // A volume comes as its driver made it.
    if ((statSync(folder).mode & OTHERS) !== 0) chmodSync(folder, 0o700);
  } catch (error) {
    throw new UserError(`The folder ${folder} for the key cannot be used: ${reasonOf(error)}.`, {
      hint: 'Name one that this user owns with --folder or SEAWALL_EDGE_FOLDER.',
    });
  }
  const path = join(folder, FILE);
  return {
    read() {
      let text: string;
      try {
        if ((statSync(path).mode & OTHERS) !== 0) {
          throw new UserError(`${path} holds a key and others of this machine can read it.`, {
            hint: `Run chmod 600 ${path}, and revoke the host's key if somebody did.`,
          });
        }
        text = readFileSync(path, 'utf8');
      } catch (error) {
        if (Object(error).code === 'ENOENT') return null;
        if (error instanceof UserError) throw error;
        throw new UserError(`${path} cannot be read: ${reasonOf(error)}.`);
      }
      return readState(text, path);
    },
    write(state) {
      const beside = `${path}.${randomUUID()}`;
      try {
        const file = openSync(beside, 'wx', 0o600);
        try {
          writeSync(file, `${JSON.stringify(state)}\n`);
          fsyncSync(file);
        } finally {
          closeSync(file);
        }
        renameSync(beside, path);
      } finally {
        // What a full disk took a part of; whole it has the other name by now.
        rmSync(beside, { force: true });
      }
    },
  };
}

/** A state that begins with a one-time key, and a key pair of its own. */
export function beginState({ url, hubKey, secret }: OneTimeKey): EdgeState {
  const begunWith = hashSecret(secret);
  return { url, hubKey, key: createKeyPair(), next: null, former: null, secret, begunWith };
}

function readState(text: string, path: string): EdgeState {
  const broken = () =>
    new UserError(`${path} is not what an edge keeps.`, {
      hint: 'Remove it and start with a one-time key: /seawall hosts revoke <name> gives one.',
    });
  let value: Record<string, unknown>;
  try {
    value = Object(JSON.parse(text));
  } catch {
    throw broken();
  }
  const { url, hubKey, key, next = null, former = null, secret = null, begunWith } = value;
  const isWhole =
    typeof url === 'string' &&
    isWord(hubKey) &&
    isPair(key) &&
    (next === null || isPair(next)) &&
    (former === null || isPair(former)) &&
    (secret === null || typeof secret === 'string') &&
    typeof begunWith === 'string';
  if (!isWhole) throw broken();
  return { url, hubKey, key, next, former, secret, begunWith };
}

function isPair(value: unknown): value is KeyPair {
  const { publicKey, privateKey } = Object(value);
  return isWord(publicKey) && typeof privateKey === 'string';
}

/** Why a file could not be used, in the words of the system. */
export const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : 'unknown';
