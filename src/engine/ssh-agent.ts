import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { Agent } from 'node:http';
import type { Socket } from 'node:net';
import { Duplex, type Writable } from 'node:stream';
import { limits } from './limits.ts';
import {
  asCut,
  reasonFrom,
  type SharedSsh,
  type SshCommand,
  type SshConnections,
  sshEnvironment,
  sshFailure,
} from './ssh-connections.ts';

export interface SshTarget {
  host: string;
  port: number | null;
  user: string | null;
}

export interface SshOptions {
  /** Passed as `-F`; without it ssh reads the user's own. */
  sshConfigFile?: string | undefined;
  /** The OpenSSH client; found on PATH when it is only a name. */
  sshProgram?: string | undefined;
  /** Connections that this one shares; each stream logs in by itself when not given. */
  sshConnections?: SshConnections | undefined;
}

/**
 * Arguments for OpenSSH that bridge to the remote engine, as the docker command does it, with further
 * options among them.
 */
export function sshArguments(
  target: SshTarget,
  configFile?: string,
  options: readonly string[] = [],
): string[] {
  const connectTimeoutSeconds = Math.ceil(limits.callTimeoutMs / 1000);
  return [
    ...(configFile === undefined ? [] : ['-F', configFile]),
    ...['-o', 'BatchMode=yes', '-o', `ConnectTimeout=${connectTimeoutSeconds}`, '-T'],
    ...options,
    ...(target.user === null ? [] : ['-l', target.user]),
    ...(target.port === null ? [] : ['-p', String(target.port)]),
    ...['--', target.host, 'docker', 'system', 'dial-stdio'],
  ];
}

/**
 * Reaches an engine through the machine's own ssh, so that known hosts, keys and configuration are
 * the user's and an unknown host key is refused. Destroying the agent ends its ssh processes.
 */
export class SshAgent extends Agent {
  readonly #target: SshTarget;
  readonly #options: SshOptions;

  constructor(target: SshTarget, options: SshOptions) {
    super({ keepAlive: true, maxSockets: limits.concurrentSshSessions });
    this.#target = target;
    this.#options = options;
  }

  override createConnection(): Duplex {
    const { sshConfigFile, sshProgram = 'ssh', sshConnections } = this.#options;
    const command = (options: readonly string[]) =>
      sshArguments(this.#target, sshConfigFile, options);
    return new SshStream(sshProgram, command, sshConnections?.join(sshProgram, command) ?? null);
  }
}

/** Both ends of one ssh process as a stream, with what an HTTP agent expects of a socket. */
class SshStream extends Duplex {
  readonly #shared: SharedSsh | null;
  #child: ChildProcessWithoutNullStreams | null = null;
  #onStart: (stdin: Writable) => void = () => {};
  #isInUse = true;
  /** Something was sent, and nothing came since. */
  #isUnanswered = false;
  #hasAnswered = false;

  constructor(program: string, command: SshCommand, shared: SharedSsh | null) {
    super();
    this.#shared = shared;
    if (shared === null) this.#start(program, command([]));
    else {
      shared.options.then(
        (options) => this.#start(program, command(options)),
        (error: Error) => this.destroy(error),
      );
    }
  }

  #start(program: string, words: readonly string[]): void {
    if (this.destroyed) return;
    const child = spawn(program, words, { env: sshEnvironment() });
    this.#child = child;
    if (!this.#isInUse) this.unref();
    child.stdout.on('data', (chunk: Buffer) => {
      this.#isUnanswered = false;
      this.#hasAnswered = true;
      if (!this.push(chunk)) child.stdout.pause();
    });
    const reason = reasonFrom(child.stderr);
    child.stdin.on('error', () => {}); // The way the process ends says more than a broken pipe.
    child.on('error', (error) => this.destroy(sshFailure(error.message)));
    child.on('close', (status) => {
      if (status === 0) this.push(null);
      else this.destroy(this.#hasAnswered ? asCut(reason(status)) : reason(status));
    });
    this.#onStart(child.stdin);
  }

  override _read(): void {
    this.#child?.stdout.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: Done): void {
    this.#isUnanswered = true;
    this.#withInput((stdin) => stdin.write(chunk, () => callback()));
  }

  override _final(callback: Done): void {
    this.#withInput((stdin) => stdin.end(() => callback()));
  }

  /** Later, when ssh has not been started yet. Streams give one thing at a time. */
  #withInput(use: (stdin: Writable) => void): void {
    if (this.#child) use(this.#child.stdin);
    else this.#onStart = use;
  }

  override _destroy(error: Error | null, callback: Done): void {
    this.#child?.kill();
    // What ssh itself started may outlive it; it must not keep these open or fill them.
    for (const stream of this.#streams()) stream.destroy();
    this.#shared?.leave(this.#isUnanswered);
    callback(error);
  }

  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }

  /** Called by the agent for a connection in use. */
  ref(): this {
    this.#isInUse = true;
    this.#child?.ref();
    for (const stream of this.#streams()) stream.ref();
    return this;
  }

  /** Called by the agent for an idle connection: it must not keep the program alive. */
  unref(): this {
    this.#isInUse = false;
    this.#child?.unref();
    for (const stream of this.#streams()) stream.unref();
    return this;
  }

  /** The pipes of a child are sockets, which the types do not say. */
  #streams(): Socket[] {
    if (this.#child === null) return [];
    return [this.#child.stdin, this.#child.stdout, this.#child.stderr] as unknown as Socket[];
  }
}

type Done = (error?: Error | null) => void;
