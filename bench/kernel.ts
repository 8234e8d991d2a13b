// How long the section `kernel` of a snapshot takes on a real engine, as a ratio to its floor in the
// same run: the same reading calls made bare, and then one bare probe (its image made before, its
// output thrown away). Root on Linux is needed. `node bench/kernel.ts 50` starts 50 containers.

import { writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { openKernelDoor } from '../src/engine/kernel-door.ts';
import { kernelProbeRequest } from '../src/engine/kernel-probe-request.ts';
import { limits } from '../src/engine/limits.ts';
import { openEngine } from '../src/engine/open-engine.ts';
import { findProbeProgram } from '../src/engine/probe-program.ts';
import { createProbeTurn } from '../src/engine/probe-turn.ts';
import { type ProcPath, procCalls, procFiles } from '../src/snapshot/collector.ts';
import { kernel } from '../src/snapshot/collectors/index.ts';
import { takeSnapshot } from '../src/snapshot/take-snapshot.ts';
import { baseImage, openRealEngine } from '../test/support/real-engine.ts';
import { openRecordingProxy } from '../test/support/recording-proxy.ts';

const CONTAINERS = Number(process.argv[2] ?? 100);
const ROUNDS = 7;

const say = (text: string) => process.stdout.write(`${text}\n`);
const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
const spread = (values: number[]) =>
  `median ${median(values).toFixed(0)} ms (${Math.min(...values).toFixed(0)}–${Math.max(...values).toFixed(0)})`;

async function time(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** The section alone, over connections of its own, as a snapshot reads it. */
async function readSection(url: string): Promise<number> {
  const reader = openEngine({ url, allowedEndpoints: kernel.reads });
  const kernelDoor = openKernelDoor({
    url,
    allowedEndpoints: procCalls,
    clock: Date.now,
    turn: createProbeTurn(),
  });
  try {
    const request = { host: 'bench', takenAt: '', reader, kernelDoor, collectors: { kernel } };
    const { kernel: section } = await takeSnapshot(request);
    if (section.state === 'unread') throw new Error(section.reason);
    return section.value.containers.filter(({ facts }) => facts.state === 'read').length;
  } finally {
    reader.close();
    await kernelDoor.close();
  }
}

interface BareCall {
  method: string;
  path: string;
  body?: object;
  /** Called when the headers are there. */
  onTaken?: () => void;
}

/** One call whose answer is read and, unless it is short, thrown away. */
function callOnce(agent: http.Agent, socketPath: string, call: BareCall): Promise<string> {
  const { method, path, body, onTaken } = call;
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers = text === undefined ? {} : { 'Content-Type': 'application/json' };
  return new Promise((resolve, reject) => {
    const request = http.request({ agent, socketPath, method, path, headers }, (response) => {
      onTaken?.();
      let beginning = '';
      response.on('data', (chunk: Buffer) => {
        if (beginning === '') beginning = chunk.toString();
      });
      response.on('end', () => resolve(beginning)).on('error', reject);
    });
    request.on('error', reject).end(text);
  });
}

/** The same calls in the same order, at the same concurrency. */
async function bareReads(socketPath: string, calls: readonly string[]): Promise<void> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: limits.concurrentCalls });
  const limit = pLimit(limits.concurrentCalls);
  await Promise.all(
    calls.map((call) => {
      const [method = 'GET', path = '/'] = call.split(' ');
      return limit(() => callOnce(agent, socketPath, { method, path }));
    }),
  );
  agent.destroy();
}

async function bareProbe(socketPath: string, image: string, paths: ProcPath[]): Promise<void> {
  const agent = new http.Agent({ keepAlive: true });
  const body = kernelProbeRequest(image, { paths }, { seccomp: 'own', shown: [] });
  const call = (one: BareCall) => callOnce(agent, socketPath, one);
  const created = await call({ method: 'POST', path: '/v1.45/containers/create', body });
  const container = `/v1.45/containers/${JSON.parse(created).Id}`;
  const begin = async (path: string) => {
    const taken = Promise.withResolvers<void>();
    const done = call({ method: 'POST', path: container + path, onTaken: taken.resolve });
    await taken.promise;
    return [done];
  };
  const attached = await begin('/attach?stream=1&stdout=1&stderr=1');
  const ended = await begin('/wait?condition=removed');
  await call({ method: 'POST', path: `${container}/start` });
  await Promise.all([...attached, ...ended]);
  agent.destroy();
}

const engine = await openRealEngine();
try {
  engine.importBaseImage();
  for (let index = 0; index < CONTAINERS; index++) {
    const options = ['--detach', '--network', 'none', '--name', `c${index}`];
    engine.docker('run', ...options, baseImage, 'sleep', '3600');
  }
  const listenOn = join(engine.folder, 'proxy.sock');
  const proxy = await openRecordingProxy({ listenOn, engineSocket: engine.socketPath });
  const count = await readSection(proxy.url);
  const reads = proxy.calls.filter((call) => /^GET .*(info|top\?|json$|json\?all=1$)/.test(call));
  await proxy.close();

  const program = join(engine.folder, 'probe.tar');
  writeFileSync(
    program,
    (await findProbeProgram(engine.docker('version', '--format', '{{.Server.Arch}}'))).tar,
  );
  const image = engine.docker('import', program);
  const ids = engine.docker('ps', '--quiet', '--no-trunc').split('\n');
  const pids = engine.docker('inspect', '--format', '{{.State.Pid}}', ...ids).split('\n');
  const paths = pids.flatMap((pid) => procFiles.map((file) => ({ pid: Number(pid), file })));

  const measured = { reads: [] as number[], probe: [] as number[], section: [] as number[] };
  const ratios: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const readsMs = await time(() => bareReads(engine.socketPath, reads));
    const probeMs = await time(() => bareProbe(engine.socketPath, image, paths));
    const sectionMs = await time(() => readSection(engine.url));
    measured.reads.push(readsMs);
    measured.probe.push(probeMs);
    measured.section.push(sectionMs);
    ratios.push(sectionMs / (readsMs + probeMs));
  }
  say(
    `${count} running containers, ${reads.length} reading calls, ${paths.length} paths, ${ROUNDS} rounds`,
  );
  say(`bare reading calls: ${spread(measured.reads)}`);
  say(`bare probe: ${spread(measured.probe)}`);
  say(`section kernel: ${spread(measured.section)}`);
  say(`ratio to both: median ${median(ratios).toFixed(2)}`);
} finally {
  await engine.close();
}
