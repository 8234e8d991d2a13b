import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { openRealEngine, type RealEngine } from './real-engine.ts';

const run = promisify(execFile);
const project = resolve(import.meta.dirname, '../..');
const authorities = '/etc/ssl/certs/ca-certificates.crt';

/** Base with Node and npm, which the images are built from. */
export const nodeImage = 'seawall-build-base:local';
export const seawallImage = 'seawall:0.1.0';
const proxyImage = 'seawall-socket-proxy:0.1.0';

/**
 * Builds the images of Seawall and its socket proxy from bases that are made of Debian's packages, as
 * docs/container-image.md tells, and loads them into an engine. They are built in another one, which
 * has the machine's network: npm is needed for it. Rejects with what the build complained about.
 */
export async function loadSeawallImages(engine: RealEngine, mirror: string): Promise<void> {
  const builder = await openRealEngine({ sharesNetwork: true });
  try {
    const npmrc = join(builder.folder, 'npmrc');
    writeFileSync(npmrc, existsSync(authorities) ? 'cafile=/run/secrets/ca\n' : '');
    const environment = {
      ...{ PATH: pathOf(process.execPath), HOME: builder.folder, DOCKER_HOST: builder.url },
      ...{ DOCKER_BUILDKIT: '1', NODE_BINARY: process.execPath, DEBIAN_MIRROR: mirror },
    };
    const start = (program: string, ...words: string[]) =>
      run(program, words, { cwd: project, env: environment, maxBuffer: 64 * 1024 * 1024 });
    const build = (tag: string, folder: string, ...options: string[]) =>
      start('docker', 'build', '--progress', 'plain', '--tag', tag, ...options, folder);
    await start('scripts/build-local-bases.sh');
    await build(
      seawallImage,
      '.',
      ...['--network', 'host', '--secret', `id=npmrc,src=${npmrc}`],
      ...(existsSync(authorities) ? ['--secret', `id=ca,src=${authorities}`] : []),
      ...['--build-arg', `BUILD_IMAGE=${nodeImage}`],
      ...['--build-arg', 'RUNTIME_IMAGE=seawall-runtime-base:local'],
    );
    const haproxy = ['--build-arg', 'HAPROXY_IMAGE=seawall-haproxy-base:local'];
    await build(proxyImage, 'deploy/socket-proxy', '--network', 'none', ...haproxy);
    const archive = join(engine.folder, 'images.tar');
    builder.docker('save', '--output', archive, seawallImage, proxyImage, nodeImage);
    engine.docker('load', '--input', archive);
  } finally {
    await builder.close();
  }
}

const pathOf = (node: string) =>
  `${join(node, '..')}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`;
