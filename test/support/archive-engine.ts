import { basename } from 'node:path';
import { pack } from 'tar-stream';
import type { RouteHandler } from './fault-engine.ts';

/** A file, or a symlink, of a container. */
export interface ArchivedEntry {
  content?: string | Uint8Array;
  linkTarget?: string;
  /** Size and time that the engine tells, where they are not those of the content. */
  size?: number;
  modifiedAt?: string;
}

export interface ArchiveContainer {
  name: string;
  /** Files by absolute path; the folders above them are there as well. */
  files: Readonly<Record<string, ArchivedEntry>>;
  /** When something came into a folder, or went, that is not of the image. */
  folderTimes?: Readonly<Record<string, string>>;
  layers?: readonly string[];
  mounts?: readonly string[];
  hasImage?: boolean;
  /** What it changed in the files of its image: a path, and 0 for modified, 1 added, 2 deleted. */
  changes?: readonly { Path: string; Kind: number }[] | 'untold';
}

const GO_DIRECTORY = 2 ** 31;
const GO_SYMLINK = 2 ** 27;
const IMAGE_TIME = '2026-01-01T00:00:00.123456789Z';
export const CREATED = '2026-01-02T00:00:00.5Z';

/** What an engine with these containers answers, for `openFaultEngine`: lists, details, single files. */
export function archiveRoutes(containers: readonly ArchiveContainer[]): Record<string, unknown> {
  const routes: Record<string, unknown> = {
    '/containers/json': containers.map(({ name }) => ({
      Id: `id-${name}`,
      Names: [`/${name}`],
      ImageID: `sha256:${name}`,
      State: 'running',
    })),
  };
  for (const container of containers) {
    const { name, layers = [name], mounts = [], hasImage = true, changes = null } = container;
    routes[`/containers/id-${name}/json`] = {
      Id: `id-${name}`,
      Created: CREATED,
      Mounts: mounts.map((Destination) => ({ Destination })),
    };
    routes[`/containers/id-${name}/archive`] = archive(container);
    if (changes !== 'untold') routes[`/containers/id-${name}/changes`] = changes;
    if (hasImage) routes[`/images/sha256:${name}/json`] = { RootFS: { Layers: layers } };
  }
  return routes;
}

function archive({ files, folderTimes = {} }: ArchiveContainer): RouteHandler {
  const below = (folder: string) =>
    Object.keys(files).filter((path) => path.startsWith(folder === '/' ? '/' : `${folder}/`));
  return ({ method, query: { path = '' } }, response) => {
    const entry = files[path];
    const isFolder = entry === undefined && below(path).length > 0;
    if (entry === undefined && !isFolder) {
      response.writeHead(404).end();
      return;
    }
    const stat = {
      name: basename(path),
      size: entry?.size ?? contentOf(entry).length,
      mode: isFolder ? GO_DIRECTORY + 0o755 : entry?.linkTarget ? GO_SYMLINK + 0o777 : 0o644,
      mtime: entry?.modifiedAt ?? folderTimes[path] ?? IMAGE_TIME,
      linkTarget: entry?.linkTarget ?? '',
    };
    const header = Buffer.from(JSON.stringify(stat)).toString('base64');
    response.setHeader('X-Docker-Container-Path-Stat', header);
    if (method === 'HEAD') {
      response.end();
      return;
    }
    response.setHeader('Content-Type', 'application/x-tar');
    const tar = pack();
    for (const one of isFolder ? below(path) : [path]) {
      tar.entry({ name: one.slice(1) }, Buffer.from(contentOf(files[one])));
    }
    tar.finalize();
    tar.pipe(response);
  };
}

const contentOf = (entry: ArchivedEntry | undefined): Uint8Array =>
  Buffer.from(entry?.content ?? '');
