import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { Agent } from 'node:http';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { limits } from './limits.ts';

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
}

const STDERR_CHARACTERS = 8192;

/** Arguments for OpenSSH that bridge to the remote engine, as the docker command does it. */
export function sshArguments(target: SshTarget, configFile?: string): string[] {
  const connectTimeoutSeconds = Math.ceil(limits.callTimeoutMs / 1000);
  return [
    ...(configFile === undefined ? [] : ['-F', configFile]),
    ...['-o', 'BatchMode=yes', '-o', `ConnectTimeout=${connectTimeoutSeconds}`, '-T'],
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
    const { sshConfigFile, sshProgram = 'ssh' } = this.#options;
    return new SshStream(spawn(sshProgram, sshArguments(this.#target, sshConfigFile)));
  }
}

/** Both ends of one ssh process as a stream, with what an HTTP agent expects of a socket. */
class SshStream extends Duplex {
  readonly #child: ChildProcessWithoutNullStreams;
  #stderr = '';

  constructor(child: ChildProcessWithoutNullStreams) {
    super();
    this.#child = child;
    child.stdout.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) child.stdout.pause();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(0, STDERR_CHARACTERS);
    });
    child.stdin.on('error', () => {}); // The way the process ends says more than a broken pipe.
    child.on('error', (error) => this.destroy(sshFailure(error.message)));
    child.on('close', (status) => this.#end(status));
  }

  #end(status: number | null): void {
    if (status === 0) {
      this.push(null);
      return;
    }
    const line = firstTellingLine(this.#stderr);
    this.destroy(sshFailure(line ?? `ssh ended with status ${status ?? 'unknown'}`));
  }

  override _read(): void {
    this.#child.stdout.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: () => void): void {
    this.#child.stdin.write(chunk, () => callback());
  }

  override _final(callback: () => void): void {
    this.#child.stdin.end(() => callback());
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#child.kill();
    // What ssh itself started may outlive it; it must not keep these open or fill them.
    for (const stream of this.#streams()) stream.destroy();
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
    this.#child.ref();
    for (const stream of this.#streams()) stream.ref();
    return this;
  }

  /** Called by the agent for an idle connection: it must not keep the program alive. */
  unref(): this {
    this.#child.unref();
    for (const stream of this.#streams()) stream.unref();
    return this;
  }

  /** The pipes of a child are sockets, which the types do not say. */
  #streams(): Socket[] {
    return [this.#child.stdin, this.#child.stdout, this.#child.stderr] as unknown as Socket[];
  }
}

const sshFailure = (message: string): Error => Object.assign(new Error(message), { code: 'ESSH' });

/** ssh frames some warnings with @; the first line that says something is the reason. */
function firstTellingLine(stderr: string): string | null {
  const lines = stderr.split('\n').map((line) => line.replace(/^[@\s]+|[@\s]+$/g, ''));
  return lines.find((line) => /[a-z]/i.test(line)) ?? null;
}
