import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

type Json = Record<string, unknown>;

/** Recorded answers of one engine, by the id that the engine gives. */
export interface Recording {
  info: Json;
  version: Json;
  networks: Json[];
  volumes: Json;
  containerList: Json[];
  containers: ReadonlyMap<string, Json>;
  imageList: Json[];
  images: ReadonlyMap<string, Json>;
  histories: ReadonlyMap<string, Json[]>;
}

/**
 * Reads `sample/engine-26.1.5`. Throws when a file of it is missing or its ids are inconsistent: the
 * package is then incomplete.
 */
export function readRecording(): Recording {
  const folder = join(findPackageRoot(import.meta.dirname), 'sample', 'engine-26.1.5');
  const load = <T>(file: string): T => JSON.parse(readFileSync(join(folder, file), 'utf8')) as T;

  const images = load<Json[]>('images.json');
  const histories = load<Json[][]>('history.json');
  if (images.length !== histories.length) throw new Error('the recording lacks image histories');
  return {
    info: load('info.json'),
    version: load('version.json'),
    networks: load('networks.json'),
    volumes: load('volumes.json'),
    containerList: load('containers_json_all_1.json'),
    containers: byId(load<Json[]>('containers.json')),
    imageList: load('images_json_all_1.json'),
    images: byId(images),
    histories: new Map(images.map((image, i) => [String(image.Id), histories[i] ?? []])),
  };
}

const byId = (items: Json[]): Map<string, Json> =>
  new Map(items.map((item) => [String(item.Id), item]));

/** The sources lie one folder deeper in the built package than in a checkout. */
function findPackageRoot(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) throw new Error(`no package.json above ${start}`);
  }
}
