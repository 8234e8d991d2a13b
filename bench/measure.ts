// What the measurements on a real engine share.
import http from 'node:http';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { limits } from '../src/engine/limits.ts';
import { baseImage, type RealEngine } from '../test/support/real-engine.ts';
import { openRecordingProxy } from '../test/support/recording-proxy.ts';

export const say = (text: string) => process.stdout.write(`${text}\n`);

export const median = (values: number[]) =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

export const spread = (values: number[]) =>
  `median ${median(values).toFixed(0)} ms (${Math.min(...values).toFixed(0)}–${Math.max(...values).toFixed(0)})`;

/** Milliseconds that work takes. */
export async function time(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Makes `baseImage` and starts containers of it, which sleep. */
export function startContainers(engine: RealEngine, count: number): void {
  engine.importBaseImage();
  for (let index = 0; index < count; index++) {
    const options = ['--detach', '--network', 'none', '--name', `c${index}`];
    engine.docker('run', ...options, baseImage, 'sleep', '36000');
  }
}

/** The calls that work makes to an engine by the url it is given, in order of arrival. */
export async function callsOf(
  { folder, socketPath }: RealEngine,
  work: (url: string) => Promise<unknown>,
): Promise<string[]> {
  const listenOn = join(folder, 'proxy.sock');
  const proxy = await openRecordingProxy({ listenOn, engineSocket: socketPath });
  await work(proxy.url);
  await proxy.close();
  return proxy.calls;
}

/** The same calls in the same order at the concurrency of a scan, bodies read and thrown away. */
export async function bare(socketPath: string, calls: readonly string[]): Promise<void> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: limits.concurrentCalls });
  const limit = pLimit(limits.concurrentCalls);
  await Promise.all(calls.map((call) => limit(() => callOnce(agent, socketPath, call))));
  agent.destroy();
}

function callOnce(agent: http.Agent, socketPath: string, call: string): Promise<void> {
  const [method = 'GET', path = '/'] = call.split(' ');
  return new Promise((resolve, reject) => {
    const request = http.request({ agent, socketPath, method, path }, (response) => {
      response.resume().on('end', resolve).on('error', reject);
    });
    request.on('error', reject).end();
  });
}
