import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface SocketProxy {
  socketPath: string;
  /** `unix://` url of that socket. */
  url: string;
  /** What it logged so far. */
  log(): string;
  close(): Promise<void>;
}

const configuration = resolve(import.meta.dirname, '../../deploy/socket-proxy/haproxy.cfg');
const READY_WITHIN_MS = 120_000;

/**
 * Starts HAProxy with the configuration that Seawall ships, unchanged, as root, which it gives up as
 * it does in production. `folder` has to let its user through to the engine's socket. Rejects with what it
 * complained about when it does not start.
 */
export async function openSocketProxy(options: {
  folder: string;
  engineSocket: string;
}): Promise<SocketProxy> {
  const socketPath = join(options.folder, 'haproxy.sock');
  const proxy = spawn('setpriv', ['--pdeathsig', 'KILL', 'haproxy', '-db', '-f', configuration], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: '/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin',
      SEAWALL_ENGINE_SOCKET: options.engineSocket,
      SEAWALL_PROXY_SOCKET: socketPath,
      SEAWALL_PROXY_GROUP: 'haproxy',
    },
  });
  let log = '';
  for (const stream of [proxy.stdout, proxy.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
  }
  const ended = once(proxy, 'exit');
  const close = async () => {
    proxy.kill('SIGKILL');
    await ended;
  };
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await takes(socketPath))) {
    if (proxy.exitCode !== null || Date.now() > deadline) {
      await close();
      throw new Error(`HAProxy did not start: ${log}`);
    }
    await sleep(20);
  }
  return { socketPath, url: `unix://${socketPath}`, log: () => log, close };
}

/** Whether somebody listens there: a socket is a file before. */
function takes(socketPath: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(socketPath, () => {
      socket.destroy();
      done(true);
    }).on('error', () => done(false));
  });
}
