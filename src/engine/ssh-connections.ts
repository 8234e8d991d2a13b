import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmdirSync, rmSync, statSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { trimmedEnd } from '../shared/text.ts';
import { limits } from './limits.ts';

/** Every stream would ask the connection for the forwards of the user's settings again. */
const NO_FORWARDS = ['-o', 'ClearAllForwardings=yes'];

/** What one stream holds of a connection that it shares. */
export interface SharedSsh {
  /** By which ssh joins the connection. Rejects with the reason that ssh gave. */
  options: Promise<readonly string[]>;
  /** Called once. `wasUnanswered`: it asked in vain, so that no other stream is to try there. */
  leave(wasUnanswered: boolean): void;
}

/** Options of ours to the whole command line of ssh for one host. */
export type SshCommand = (options: readonly string[]) => string[];

/** Logs in once for all streams to a host, by OpenSSH's own multiplexing. */
export interface SshConnections {
  /** Null where none can be shared: then each stream logs in by itself. */
  join(program: string, command: SshCommand): SharedSsh | null;
}

interface Connection {
  listening: Promise<readonly string[]>;
  isListening: boolean;
  /** No more streams are sent there. */
  isRetired: boolean;
  streams: number;
  lingering: NodeJS.Timeout | undefined;
  end(): void;
}

const LOOK_MS = 20;
const FOLDER_PREFIX = 'seawall-ssh-';
const LEFT_FOLDER_MS = 60_000;
/** Systems take 103 characters for a socket; ours needs 21 of them, and ssh 17 while it makes one. */
const PARENT_CHARACTERS_MAX = 64;

/**
 * A connection lasts as long as streams use it and a little longer. It is an ssh process with a session
 * that carries nothing and ends with us, however we end, since its input does. A host that allows
 * fewer sessions than streams want makes ssh log in again by itself.
 */
export function createSshConnections(): SshConnections {
  const open = new Map<string, Set<Connection>>();

  const endAll = () => {
    for (const connections of open.values()) for (const { end } of connections) end();
  };

  const start = (key: string, program: string, command: SshCommand): Connection | null => {
    const folder = makeFolder();
    if (folder === null) return null;
    const connections = open.get(key) ?? new Set<Connection>();
    const connection = openConnection(folder, program, command, () => {
      connections.delete(connection);
      if (connections.size === 0) open.delete(key);
      if (open.size === 0) process.off('exit', endAll);
    });
    if (open.size === 0) process.on('exit', endAll);
    open.set(key, connections.add(connection));
    return connection;
  };

  return {
    join(program, command) {
      const key = JSON.stringify([program, ...command([])]);
      const connection =
        [...(open.get(key) ?? [])].find(
          ({ isRetired, streams }) => !isRetired && streams < limits.sshStreamsPerConnection,
        ) ?? start(key, program, command);
      if (connection === null) return null;
      connection.streams += 1;
      clearTimeout(connection.lingering);
      return {
        options: connection.listening,
        leave(wasUnanswered) {
          connection.streams -= 1;
          if (wasUnanswered) connection.isRetired = true;
          if (connection.streams > 0) return;
          if (connection.isRetired || !connection.isListening) connection.end();
          else connection.lingering = setTimeout(connection.end, limits.sshLingerMs).unref();
        },
      };
    },
  };
}

function openConnection(
  folder: string,
  program: string,
  command: SshCommand,
  onEnd: () => void,
): Connection {
  const path = join(folder, 's');
  const options = ['-M', '-S', path, '-o', 'ControlPersist=no', ...NO_FORWARDS];
  const env = sshEnvironment();
  const child = spawn(program, command(options), { stdio: ['pipe', 'ignore', 'pipe'], env });
  const reason = reasonFrom(child.stderr);
  const { promise: ended, reject } = Promise.withResolvers<never>();

  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  let isEnded = false;
  const end = () => {
    if (isEnded) return;
    isEnded = true;
    connection.isRetired = true;
    clearTimeout(connection.lingering);
    child.kill();
    for (const stream of [child.stdin, child.stderr]) stream.destroy();
    removeFolder();
    onEnd();
  };
  child.stdin.on('error', () => {}); // The way the process ends says more than a broken pipe.
  child.on('error', (error) => {
    reject(sshFailure(error.message));
    end();
  });
  child.on('exit', () => {
    connection.isRetired = true;
  });
  child.on('close', (status) => {
    reject(reason(status));
    end();
    // Nothing was removed if ssh took its socket away at the same moment.
    removeFolder();
  });

  const untilListening = async (): Promise<readonly string[]> => {
    // ssh makes the socket under another name, and gives it this one once it listens.
    while (!existsSync(path)) await Promise.race([ended, sleep(LOOK_MS)]);
    connection.isListening = true;
    return ['-S', path, '-o', 'ControlMaster=no', ...NO_FORWARDS];
  };
  const connection: Connection = {
    listening: Promise.resolve().then(untilListening),
    isListening: false,
    isRetired: false,
    streams: 0,
    lingering: undefined,
    end,
  };
  // Who waits is told; it may also end when nobody does.
  for (const promise of [ended, connection.listening]) promise.catch(() => {});
  // A stream in use keeps the program alive, the connection does not.
  for (const one of [child, child.stdin, child.stderr]) (one as unknown as Socket).unref();
  return connection;
}

/** A folder for us alone; null where there can be none, or ssh could make no socket in it. */
function makeFolder(): string | null {
  const parent = tmpdir();
  if (process.platform === 'win32' || parent.length > PARENT_CHARACTERS_MAX) return null;
  try {
    removeLeftFolders(parent);
    return mkdtempSync(join(parent, FOLDER_PREFIX));
  } catch {
    return null;
  }
}

/** Of a Seawall that was killed an empty folder is left: its ssh took the socket with it. */
function removeLeftFolders(parent: string): void {
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(FOLDER_PREFIX)) continue;
    try {
      const folder = join(parent, name);
      if (Date.now() - statSync(folder).mtimeMs > LEFT_FOLDER_MS) rmdirSync(folder);
    } catch {} // Another one's, or in use.
  }
}

/** What ssh is told: all that this process still has, but for how it logs in to PostgreSQL (libpq's names). */
export const sshEnvironment = (): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^PG[A-Z]+$/.test(name)));

const STDERR_CHARACTERS = 8192;

export const sshFailure = (message: string): Error =>
  Object.assign(new Error(message), { code: 'ESSH' });

/** The same of a connection that had carried answers: it ended under us. */
export const asCut = (failure: Error): Error => Object.assign(failure, { code: 'ESSHCUT' });

/** Listens to what an ssh complains of; gives why it ended, once its status is known. */
export function reasonFrom(stderr: Readable): (status: number | null) => Error {
  let text = '';
  stderr.setEncoding('utf8').on('data', (more: string) => {
    text = (text + more).slice(0, STDERR_CHARACTERS);
  });
  return (status) =>
    sshFailure(firstTellingLine(text) ?? `ssh ended with status ${status ?? 'unknown'}`);
}

/** ssh frames some warnings with @; the first line that says something is the reason. */
function firstTellingLine(stderr: string): string | null {
  const telling = stderr.split('\n').find((line) => /[a-z]/i.test(line));
  return telling === undefined ? null : trimmedEnd(telling, '@ \t\r').replace(/^[@\s]+/, '');
}
