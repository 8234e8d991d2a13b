import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { debianMirror, stateOfMirror } from './debian-mirror.ts';
import { kept, stateOfFiles } from './kept.ts';
import { openRealEngine, type RealEngine } from './real-engine.ts';

const run = promisify(execFile);
const project = resolve(import.meta.dirname, '../..');
const authorities = '/etc/ssl/certs/ca-certificates.crt';
const basesScript = 'scripts/build-local-bases.sh';

export const seawallImage = 'seawall:0.1.0';
const proxyImage = 'seawall-socket-proxy:0.1.0';
const nodeImage = 'seawall-build-base:local';
const runtimeImage = 'seawall-runtime-base:local';
const haproxyImage = 'seawall-haproxy-base:local';

/**
 * Starts an engine that has the images of Seawall and its socket proxy, built from bases that are made of
 * Debian's packages, as docs/container-image.md tells. What is built is kept in two steps, so that a
 * change takes only those that it concerns. Rejects with what a build complained about.
 */
export async function openEngineWithSeawall(): Promise<RealEngine> {
  return openRealEngine({ stored: await keptImages(await basesMadeOf()) });
}

/** This file tells how all of it is made. */
async function basesMadeOf(): Promise<string[]> {
  const mirror = { ...debianMirror(), suite: suiteOf(basesScript) };
  const programs = ['dockerd', 'mmdebstrap', 'npm'];
  const versions = programs.map((program) =>
    execFileSync(program, ['--version'], {
      encoding: 'utf8',
      env: { PATH: pathOf(process.execPath) },
    }),
  );
  const files = [import.meta.filename, basesScript, process.execPath];
  return [await stateOfMirror(mirror), ...versions, ...(await stateOfFiles(...files))];
}

/** The release that a script makes the bases of. */
function suiteOf(script: string): string {
  const suite = /^suite=(\w+)$/m.exec(readFileSync(join(project, script), 'utf8'))?.[1];
  if (suite === undefined) throw new Error(`${script} names no suite`);
  return suite;
}

/** What an engine stores of both images, of everything that the builds can see. */
async function keptImages(bases: readonly string[]): Promise<string> {
  const ignored = readFileSync(join(project, '.dockerignore'), 'utf8').split('\n');
  if (ignored[0] !== '*') throw new Error('.dockerignore does not name what the image is made of');
  const context = ignored.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
  const files = ['Dockerfile', '.dockerignore', 'deploy/socket-proxy', ...context];
  const madeOf = [...bases, ...(await stateOfFiles(...files))];
  return kept('seawall-images', madeOf, async (folder) => {
    const data = join(await keptBuilder(bases), 'data');
    await withBuilder(data, async (builder) => {
      await buildImages(builder);
      // What was built of another state of the project.
      builder.docker('image', 'prune', '--force');
      builder.docker('builder', 'prune', '--force', '--filter', 'until=1h');
    });
    await copyStored(data, folder);
    await withBuilder(folder, async ({ docker }) => {
      docker('rmi', nodeImage, runtimeImage, haproxyImage);
      docker('builder', 'prune', '--all', '--force');
    });
    // Images and their layers, which lie by the name of what stores them; nothing of the engine itself.
    const stays = ['image', ...readdirSync(join(folder, 'image'))];
    const others = readdirSync(folder).filter((name) => !stays.includes(name));
    for (const name of others) rmSync(join(folder, name), { recursive: true });
  });
}

/**
 * All that an engine has stored, into a folder on the same disk. To save images and load them takes eight times as
 * long: layers, which nobody changes, are the same files in both.
 */
async function copyStored(from: string, to: string): Promise<void> {
  const [shared, own] = [['image', 'overlay2'], readdirSync(from)];
  const copy = (options: string, names: readonly string[]) =>
    run('cp', [options, ...names.map((name) => join(from, name)), to]);
  await copy('-al', shared);
  await copy(
    '-a',
    own.filter((name) => !shared.includes(name)),
  );
}

/**
 * The data of an engine that has made the bases. Builds go on in it, one at a time, as only the making of the
 * images does: its cache knows the steps, `npm ci` with them, by the files that they read.
 */
const keptBuilder = (bases: readonly string[]): Promise<string> =>
  kept('seawall-builder', bases, async (folder) => {
    await withBuilder(join(folder, 'data'), (builder) =>
      run(join(project, basesScript), [], {
        env: {
          ...environmentOf(builder),
          // In memory, where dpkg waits for no disk.
          TMPDIR: tmpdir(),
          DEBIAN_MIRROR: debianMirror().url,
          NODE_BINARY: process.execPath,
        },
      }),
    );
  });

/** Lends an engine that has the machine's network, which `npm ci` needs, and its data in a folder. */
async function withBuilder(
  data: string,
  use: (builder: RealEngine) => Promise<unknown>,
): Promise<void> {
  const builder = await openRealEngine({ sharesNetwork: true, options: ['--data-root', data] });
  try {
    await use(builder);
  } finally {
    await builder.close();
  }
}

async function buildImages(builder: RealEngine): Promise<void> {
  const npmrc = join(builder.folder, 'npmrc');
  writeFileSync(npmrc, existsSync(authorities) ? 'cafile=/run/secrets/ca\n' : '');
  const build = (tag: string, folder: string, ...options: string[]) =>
    run('docker', ['build', '--progress', 'plain', '--tag', tag, ...options, folder], {
      ...{ cwd: project, maxBuffer: 64 * 1024 * 1024 },
      env: { ...environmentOf(builder), DOCKER_BUILDKIT: '1' },
    });
  await build(
    seawallImage,
    '.',
    ...['--network', 'host', '--secret', `id=npmrc,src=${npmrc}`],
    ...(existsSync(authorities) ? ['--secret', `id=ca,src=${authorities}`] : []),
    ...['--build-arg', `BUILD_IMAGE=${nodeImage}`],
    ...['--build-arg', `RUNTIME_IMAGE=${runtimeImage}`],
  );
  const haproxy = ['--build-arg', `HAPROXY_IMAGE=${haproxyImage}`];
  await build(proxyImage, 'deploy/socket-proxy', '--network', 'none', ...haproxy);
}

const environmentOf = ({ folder, url }: RealEngine) => ({
  PATH: pathOf(process.execPath),
  HOME: folder,
  DOCKER_HOST: url,
});

const pathOf = (node: string) =>
  `${join(node, '..')}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`;
