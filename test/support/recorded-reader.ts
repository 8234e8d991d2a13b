import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OutsideError } from '../../src/shared/errors.ts';
import type { EngineReader } from '../../src/snapshot/collector.ts';
import { recordingFolder } from './engine-recording.ts';

type Answer = Readonly<Record<string, unknown>>;

/** One file of the recording, parsed anew each time so that a test may change it. */
export const recording = (name: string): unknown =>
  JSON.parse(readFileSync(join(recordingFolder, `${name}.json`), 'utf8'));

/** The whole of it, parsed once for all readers: whoever changes an answer of theirs fails. */
const recorded = frozen({
  ...{ info: recording('info'), version: recording('version') },
  ...{ networks: recording('networks'), volumes: recording('volumes') },
  containers: recording('containers') as Answer[],
  containersListed: recording('containers_json_all_1'),
  images: recording('images') as Answer[],
  imagesListed: recording('images_json_all_1') as Answer[],
  history: recording('history') as unknown[],
});

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}

/**
 * Answers as the recorded engine did. `overrides` replaces the answer of single paths; a function is
 * called, so that it may throw; that of an archive is a tar. Processes and archives were not recorded: `top` fails with 500,
 * `archive` with 404.
 */
export function recordedReader(overrides: Readonly<Record<string, unknown>> = {}): EngineReader {
  const { containers, images, imagesListed: listed } = recorded;
  const fixed: Record<string, unknown> = {
    '/info': recorded.info,
    '/version': recorded.version,
    '/networks': recorded.networks,
    '/volumes': recorded.volumes,
    '/containers/json': recorded.containersListed,
  };
  for (const container of containers) fixed[`/containers/${String(container.Id)}/json`] = container;
  images.forEach((image, index) => {
    fixed[`/images/${String(image.Id)}/json`] = image;
    fixed[`/images/${String(image.Id)}/history`] = recorded.history[index];
  });
  // Without `all` the engine leaves out the three untagged steps of builds.
  const named = listed.filter((image) => images.some(({ Id }) => Id === image.Id));

  return {
    endpoint: {
      kind: 'unix',
      url: 'unix:///srv/demo/docker.sock',
      isMutualTls: false,
      socketPath: '/srv/demo/docker.sock',
    },
    async get(path, query = {}) {
      if (Object.hasOwn(overrides, path)) {
        const answer = overrides[path];
        return withId(path, typeof answer === 'function' ? answer(query) : answer);
      }
      if (path === '/images/json') return query.all === '1' ? listed : named;
      if (Object.hasOwn(fixed, path)) return fixed[path];
      throw engineStatus(path, path.endsWith('/top') ? 500 : 404);
    },
    async readArchive(path, query, { parse }, { wanted = '' } = {}) {
      const answer = Object.hasOwn(overrides, path) ? overrides[path] : undefined;
      const archive = typeof answer === 'function' ? answer(query) : answer;
      if (!(archive instanceof Uint8Array)) throw engineStatus(path, 404);
      return parse({ archive, what: `GET ${path}`, wanted });
    },
    async head(path) {
      throw engineStatus(path, 404);
    },
    async privilegedFiles(path) {
      throw engineStatus(path, 404);
    },
  };
}

/** An answer of which a test gives some parts alone is about the container of its path. */
function withId(path: string, answer: unknown): unknown {
  const id = /^\/containers\/([\w-]+)\/json$/.exec(path)?.[1];
  if (id === undefined || typeof answer !== 'object' || answer === null) return answer;
  const has = (name: string) => Object.hasOwn(answer, name);
  const isPart = ['HostConfig', 'State', 'Mounts'].some(has) && !has('Id') && !has('Name');
  return isPart ? { Id: id, ...answer } : answer;
}

/** The failure that the engine's door reports for an answer with an error status. */
export const engineStatus = (
  path: string,
  status: number,
  message = 'not recorded',
): OutsideError =>
  new OutsideError('engine-status', `GET ${path}: ${status} ${message}`, { status });
