import { OutsideError, statusOf } from '../shared/errors.ts';
import { invalidTar } from '../shared/tar-header.ts';
import { ownerFormat } from '../snapshot/archive/archive-headers.ts';
import { textFormat } from '../snapshot/archive/single-file.ts';
import type {
  FolderWindow,
  HostEntryStat,
  HostFileDoor,
  HostFileWindow,
  HostPathStat,
  HostView,
  ProbeEndpoint,
} from '../snapshot/collector.ts';
import type { ForeignReader } from '../snapshot/foreign-format.ts';
import { nanosecondsOf, type PathStat, parsePathStat } from '../snapshot/normalise/path-stat.ts';
import { readHeaders } from './answer-status.ts';
import type { Finish } from './exchange.ts';
import {
  type Ask,
  type ConnectionOptions,
  type EngineConnection,
  openConnection,
} from './open-connection.ts';
import { createParserPool, type ParserPool } from './parser-pool.ts';
import {
  bodyOfProbe,
  createProbe,
  newProbeName,
  removeOldProbes,
  removeProbe,
} from './probe-calls.ts';
import { holdArchive, readPieces } from './read-archive.ts';

export interface HostFileDoorOptions extends ConnectionOptions {
  /** The only calls that can be made. */
  allowedEndpoints: readonly ProbeEndpoint[];
  /** Age from which a probe belongs to a Seawall that died; a minute when not given. */
  leftoverSeconds?: number | undefined;
  /** Where archives are parsed; processes of its own when not given. */
  parsers?: ParserPool | undefined;
}

export interface OpenHostFileDoor extends HostFileDoor {
  close(): void;
}

/**
 * The door of the evidence level `files`, apart from `openEngine` because it can write: it creates a
 * container that never runs and has the asked paths as read-only binds, reads them through the
 * archive endpoint and removes it. Opening dials nothing. Throws `UserError` for a wrong url.
 */
export function openHostFileDoor(options: HostFileDoorOptions): OpenHostFileDoor {
  const connection = openConnection(options);
  const pool = options.parsers ?? createParserPool();
  const reader = pool.of(options.url, options.signal);
  async function showing<T>(
    paths: readonly string[],
    bodyFor: (shown: readonly string[]) => object,
    use: (id: string, shown: readonly string[]) => Promise<T>,
  ): Promise<T> {
    const { id, shown } = await createView(connection, paths, bodyFor);
    try {
      await removeOldProbes(connection, id, options.leftoverSeconds);
      return await use(id, shown);
    } finally {
      await removeProbe(connection, id);
    }
  }
  return {
    look: (view, use) =>
      showing(
        view.paths,
        (paths) => probeRequest({ ...view, paths }),
        (id, paths) => use(openWindow(connection.ask, reader, id, { ...view, paths })),
      ),
    lookInto: (paths, use, { withMounts } = { withMounts: false }) =>
      showing(
        paths,
        (asked) => foldersRequest(asked, withMounts ? bind : alone),
        (id, shown) => use(openFolders(connection.ask, id, shown)),
      ),
    close() {
      connection.close();
      if (options.parsers === undefined) pool.close();
    },
  };
}

/** Leaves out, one by one, the paths of which the engine says that the host has none such. */
async function createView(
  connection: EngineConnection,
  paths: readonly string[],
  bodyFor: (shown: readonly string[]) => object,
): Promise<{ id: string; shown: readonly string[] }> {
  const name = newProbeName();
  let shown = paths;
  for (;;) {
    try {
      return { id: await createProbe(connection, name, bodyFor(shown)), shown };
    } catch (error) {
      const missing = statusOf(error) === 400 ? missingPath(error, shown) : undefined;
      if (missing === undefined) throw error;
      shown = shown.filter((path) => path !== missing);
    }
  }
}

/** `invalid mount config for type "bind": bind source path does not exist: /path`, or `stat /path: why` (moby). */
const missingPath = (error: unknown, paths: readonly string[]): string | undefined =>
  paths.find(
    (path) =>
      String(error).endsWith(`does not exist: ${path}`) ||
      String(error).includes(`: stat ${path}: `),
  );

/** Null for a path that is not in the container. */
async function statIn(ask: Ask, id: string, path: string): Promise<PathStat | null> {
  const what = 'HEAD /containers/{id}/archive';
  const call = { method: 'HEAD', path: `/containers/${id}/archive`, query: { path } } as const;
  try {
    const headers = await ask(call, readHeaders(what));
    return parsePathStat(headers['x-docker-container-path-stat'], what);
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw error;
  }
}

function openFolders(ask: Ask, id: string, shown: readonly string[]): FolderWindow {
  const targetOf = (path: string) => folderTarget(shown.indexOf(path));
  const stat = async (below: string, path: string): Promise<HostEntryStat | null> => {
    const found = await statIn(ask, id, `${below}${path}`);
    if (found === null) return null;
    const { kind, mode, linkTarget, sizeBytes, modifiedAt } = found;
    const modifiedNs = nanosecondsOf(modifiedAt ?? '');
    if (sizeBytes === null || modifiedNs === null) {
      const detail = 'HEAD /containers/{id}/archive: no size or time of the path in its headers';
      throw new OutsideError('engine-invalid-answer', detail);
    }
    const link = linkTarget && hostLinkTarget(linkTarget, below);
    return { kind, mode, linkTarget: link, size: sizeBytes, modifiedNs };
  };
  return {
    shown,
    entry: (folder, name) =>
      stat(targetOf(folder), folder === '/' ? `/${name}` : `${folder}/${name}`),
    itself: (path) => stat(targetOf(path), path === '/' ? '' : path),
  };
}

function openWindow(
  ask: Ask,
  reader: ForeignReader,
  id: string,
  { paths, dataRoot }: HostView,
): HostFileWindow {
  const path = `/containers/${id}/archive`;

  const statInside = async (inside: string): Promise<HostPathStat | null> => {
    const found = await statIn(ask, id, inside);
    if (found === null) return null;
    const { kind, mode, linkTarget } = found;
    return { kind, mode, linkTarget: linkTarget && hostLinkTarget(linkTarget) };
  };

  /** Of a directory the engine would send everything below it, keys included. */
  const getFile = async <T>(hostPath: string, finish: Finish<T>): Promise<T> => {
    const inside = `${targets.host}${hostPath}`;
    if ((await statInside(inside))?.kind !== 'file') {
      throw new OutsideError('engine-invalid-answer', `${hostPath} is not a regular file`);
    }
    return ask({ method: 'GET', path, query: { path: inside } }, finish);
  };

  const what = 'GET /containers/{id}/archive';
  return {
    shown: paths,
    stat: (hostPath) => statInside(`${targets.host}${hostPath}`),
    async ownerOf(hostPath) {
      const pieces = readPieces(what, { reader, format: ownerFormat, pieceBytes: 1 });
      const [owner] = await getFile(hostPath, pieces);
      if (owner === undefined) throw invalidTar(what, 'no file in the archive');
      return owner;
    },
    async textOf(hostPath) {
      const bounds = { bytesMax: textFormat.bounds.bytes };
      const archive = await getFile(hostPath, holdArchive(what, bounds));
      return reader.parse(textFormat, { archive, what, wanted: '' });
    },
    async isDataRootOnRootFilesystem() {
      // The folder that the engine made for this very container: an older one of the same name may
      // lie hidden below a mount. Through a bind of / that took other mounts along, nothing shows.
      if (dataRoot === null) return null;
      const own = `/containers/${id}`;
      const [seen, seenOnRoot, beyondRoot] = await Promise.all([
        statInside(`${targets.dataRoot}${own}`),
        statInside(`${targets.rootFilesystem}${dataRoot}${own}`),
        statInside(`${targets.rootFilesystem}/proc/self`),
      ]);
      if (seen === null || beyondRoot !== null) return null;
      return seenOnRoot !== null;
    },
  };
}

/** Where the probe shows what; none of it is ever entered by a process. */
const targets = {
  /** In front of every asked path; no host has such a folder, see `hostLinkTarget`. */
  host: '/seawall-host',
  /** The mount of `/` alone, without what is mounted below it. */
  rootFilesystem: '/root-filesystem',
  dataRoot: '/data-root',
} as const;

/**
 * Where a symlink leads on the host. The engine resolves it inside of the container (moby
 * `container.StatPath`): a relative one to a path below `targets.host`, an absolute one to the path
 * that is written in it.
 */
function hostLinkTarget(linkTarget: string, shownBelow: string = targets.host): string {
  if (linkTarget === shownBelow) return '/';
  return linkTarget.startsWith(`${shownBelow}/`) ? linkTarget.slice(shownBelow.length) : linkTarget;
}

/** Where a path that is shown alone lies, with its whole name for the sake of its relative links. */
const folderTarget = (index: number): string => `${targets.host}-${index}`;

type Bind = ReturnType<typeof bind>;

const bind = (Source: string, Target: string) => ({
  Type: 'bind',
  Source,
  Target,
  ReadOnly: true,
});
const alone = (Source: string, Target: string) => ({
  ...bind(Source, Target),
  BindOptions: { NonRecursive: true },
});

/** Body of `POST /containers/create` for a window of single paths; see `requestWith`. */
const probeRequest = ({ paths, dataRoot }: HostView) =>
  requestWith([
    ...paths.map((path) => bind(path, `${targets.host}${path}`)),
    ...(dataRoot === null
      ? []
      : [alone('/', targets.rootFilesystem), alone(dataRoot, targets.dataRoot)]),
  ]);

/** The same for a window of folders, each at a place of its own: one would hide another. */
const foldersRequest = (paths: readonly string[], show: (source: string, at: string) => Bind) =>
  requestWith(
    paths.map((path, index) => show(path, `${folderTarget(index)}${path === '/' ? '' : path}`)),
  );

/**
 * A container that never runs: no image and so no program, no network, no capability, every bind
 * read-only. The type `bind` makes the engine refuse a path that is not there; the older `Binds` would
 * create it on the host.
 */
const requestWith = (Mounts: readonly Bind[]) =>
  // The engine demands a command; there is none of that name to be found.
  bodyOfProbe({ Image: '', Cmd: ['none'] }, { Mounts });
