import { writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { findProbeProgram } from '../../src/engine/probe-program.ts';
import { frame } from './attached.ts';
import { elf } from './elf.ts';
import type { FaultEngineOptions, RecordedRequest } from './fault-engine.ts';
import { sendJson } from './probing-engine.ts';

type Handler = (request: RecordedRequest, response: ServerResponse) => void;

export const ownImage = `sha256:${'5e'.repeat(32)}`;
export const ownContainer = 'f00d';
/** What the engine says of the time, in seconds. */
export const now = 1_700_000_000;

/** A file that passes for a static busybox; its path and the hash of the image made of it. */
export async function fakeBusybox(folder: string): Promise<{ busybox: string; layer: string }> {
  const busybox = join(folder, 'busybox');
  writeFileSync(busybox, elf({ machine: 62 }));
  return { busybox, layer: (await findProbeProgram('amd64', busybox)).layer };
}

export interface KernelEngine {
  routes: NonNullable<FaultEngineOptions['routes']>;
  /** Bodies of the containers that were created. */
  created: Record<string, unknown>[];
}

export interface KernelEngineOptions {
  /** It makes no container with a mount. */
  refusesMounts?: boolean;
  layer: string;
  /** What the container prints once it is started. */
  output?: Buffer;
  exitCode?: number;
  /** So many of its first runs lose the end of the output. */
  losses?: number;
  /** It never ends once it is started. */
  isEndless?: boolean;
  /** Answers to the starts, in turn; the last one stays. */
  starts?: Handler[];
  images?: unknown[];
  containers?: unknown[];
  architecture?: string;
}

/** An engine that takes an image and runs a container of it, as a real one answers. */
export function kernelEngine(options: KernelEngineOptions): KernelEngine {
  const { layer, output = frame(1, ''), exitCode = 0, isEndless = false } = options;
  const created: Record<string, unknown>[] = [];
  const starts = [...(options.starts ?? [])];
  let losses = options.losses ?? 0;
  let attached: ServerResponse | undefined;
  let waiting: ServerResponse | undefined;

  const take: Handler = (request, response) => {
    if (request.path.endsWith('attach')) attached = response;
    else waiting = response;
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.flushHeaders();
  };
  const run: Handler = (_, response) => {
    // What it prints is there before anybody counts for how long it runs.
    attached?.write(output, () => response.writeHead(204).end());
    if (isEndless) return;
    if (losses > 0) losses -= 1;
    else attached?.write(frame(1, endOf(created.at(-1))));
    attached?.end();
    waiting?.end(JSON.stringify({ StatusCode: exitCode }));
  };
  const remember: Handler = (_, response) => {
    const chunks: Buffer[] = [];
    response.req.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.req.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString());
      created.push(body);
      if (options.refusesMounts && body.HostConfig.Mounts) {
        sendJson(400, { message: 'stat /sys/fs/selinux: permission denied' })(null, response);
        return;
      }
      sendJson(201, { Id: ownContainer, Warnings: [] })(null, response);
    });
  };
  const path = `/containers/${ownContainer}`;
  return {
    created,
    routes: {
      '/version': {
        ApiVersion: '1.45',
        MinAPIVersion: '1.24',
        Arch: options.architecture ?? 'amd64',
      },
      '/images/create': { status: ownImage },
      [`/images/${ownImage}/json`]: imageAnswer(layer),
      '/images/json': [listedImage(ownImage, 0), ...(options.images ?? [])],
      [`/images/${ownImage}`]: sendJson(200, [{ Deleted: ownImage }]),
      '/containers/json': options.containers ?? [],
      '/containers/create': remember,
      [`${path}/attach`]: take,
      [`${path}/wait`]: take,
      [`${path}/start`]: (request: RecordedRequest, response: ServerResponse) =>
        ((starts.length > 1 ? starts.shift() : starts[0]) ?? run)(request, response),
      [path]: sendJson(204, undefined),
    },
  };
}

/** What the last argument of a probe makes its program print. */
function endOf(body: Record<string, unknown> | undefined): string {
  const { Entrypoint, Cmd } = body as { Entrypoint: string[]; Cmd: string[] };
  const ends: Record<string, string> = {
    grep: '/proc/self/comm:busybox\n',
    find: '/proc/self/task/4711\n',
    ls: '\n/proc/self/task:\n4711\n',
  };
  const last = Cmd.findLast((word) => word.startsWith('/')) ?? '';
  return last.startsWith('/proc/self/') ? (ends[Entrypoint[1] ?? ''] ?? '') : '';
}

export const imageAnswer = (layer: string, labels: object = { 'seawall.probe': '1' }) => ({
  Config: { Labels: labels },
  RootFS: { Layers: [layer] },
});

/** An image as the engine lists it, so many seconds older than ours. */
export const listedImage = (id: string, ageSeconds: number, more = {}) => ({
  Id: id,
  Created: now - ageSeconds,
  RepoTags: ['seawall-probe:0123456789ab'],
  Labels: { 'seawall.probe': '1' },
  ...more,
});
