import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

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

/** Where the recording lies, an absolute path. */
export const recordingFolder = resolve(import.meta.dirname, '../recordings/engine-26.1.5');

/** Reads the recording. Throws when a file of it is missing or its ids are inconsistent. */
export function readRecording(): Recording {
  const load = <T>(file: string): T =>
    JSON.parse(readFileSync(join(recordingFolder, file), 'utf8')) as T;

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
