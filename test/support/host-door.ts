import { posix } from 'node:path';
import { OutsideError } from '../../src/shared/errors.ts';
import type {
  HostEntryStat,
  HostFileDoor,
  HostFileWindow,
  HostPathStat,
} from '../../src/snapshot/collector.ts';

export interface HostEntry {
  kind?: HostPathStat['kind'];
  mode?: number;
  uid?: number;
  gid?: number;
  text?: string;
  modifiedNs?: bigint;
  linkTarget?: string;
  /** Of a folder: it shows what lies there instead. */
  shows?: string;
  /** What reading it fails with. */
  failure?: OutsideError;
}

export interface HostDoor extends HostFileDoor {
  /** The paths that each window was asked to show. */
  looks: (readonly string[])[];
  /** Every path whose owner or content was asked for. */
  opened: string[];
}

/** A host with these files alone: folders above them are there, and absolute symlinks lead nowhere. */
export function hostDoor(
  host: Readonly<Record<string, HostEntry>>,
  options: { isDataRootOnRootFilesystem?: boolean | null } = {},
): HostDoor {
  const looks: (readonly string[])[] = [];
  const opened: string[] = [];

  const entryAt = (path: string): HostEntry | undefined => {
    if (host[path]) return host[path];
    const isFolder = Object.keys(host).some((one) => one.startsWith(`${path}/`));
    return isFolder ? { kind: 'directory', mode: 0o755 } : undefined;
  };
  /** As the kernel does with the source of a bind. */
  const followed = (path: string): HostEntry | undefined => {
    const entry = entryAt(path);
    if (entry?.linkTarget === undefined) return entry;
    return followed(posix.resolve(posix.dirname(path), entry.linkTarget));
  };

  function open(paths: readonly string[]): HostFileWindow {
    const shown = paths.filter((path) => followed(path) !== undefined);
    const seen = (path: string): HostEntry | undefined => {
      if (shown.includes(path)) return followed(path);
      return shown.some((one) => path.startsWith(`${one}/`)) ? entryAt(path) : undefined;
    };
    const file = (path: string): HostEntry => {
      opened.push(path);
      const entry = seen(path);
      if (entry?.failure) throw entry.failure;
      if (!entry || kindOf(entry) !== 'file') {
        throw new OutsideError('engine-invalid-answer', `${path} is not a regular file`);
      }
      return entry;
    };
    return {
      shown,
      async stat(path) {
        const entry = seen(path);
        if (!entry) return null;
        return {
          kind: kindOf(entry),
          mode: entry.mode ?? 0o644,
          linkTarget: entry.linkTarget ?? null,
        };
      },
      async ownerOf(path) {
        const { uid = 0, gid = 0 } = file(path);
        return { uid, gid };
      },
      textOf: async (path) => file(path).text ?? '',
      isDataRootOnRootFilesystem: async () => options.isDataRootOnRootFilesystem ?? null,
    };
  }

  const distinct = [...Object.keys(host)];
  const told = (path: string, entry: HostEntry | undefined): HostEntryStat | null => {
    if (entry?.failure) throw entry.failure;
    if (!entry) return null;
    const { linkTarget, mode = 0o644 } = entry;
    const target = linkTarget === undefined ? null : posix.resolve(posix.dirname(path), linkTarget);
    const modifiedNs =
      entry.modifiedNs ?? BigInt(distinct.indexOf(path) + 1) * 1000n + BigInt(path.length);
    return { kind: kindOf(entry), mode, linkTarget: target, size: 1, modifiedNs };
  };
  /** Where the kernel finds a path: every link followed, and what is mounted in its place. */
  const real = (path: string, links = 0): string | null => {
    if (path === '/') return path;
    const folder = real(posix.dirname(path), links);
    if (folder === null || links > 40) return null;
    const here = posix.join(folder, posix.basename(path));
    const entry = entryAt(here);
    if (entry?.linkTarget === undefined) return entry?.shows ?? here;
    return real(posix.resolve(folder, entry.linkTarget), links + 1);
  };

  return {
    looks,
    opened,
    async lookInto(paths, use) {
      looks.push(paths);
      const found = (path: string): HostEntry | undefined => {
        const place = real(path);
        return place === '/' ? { kind: 'directory' } : place === null ? undefined : entryAt(place);
      };
      const isThere = (path: string) => found(path) !== undefined;
      return use({
        shown: paths.filter(isThere),
        async entry(folder, name) {
          const path = posix.join(real(folder) ?? '/', name);
          return told(path, entryAt(path));
        },
        async itself(path) {
          return told(real(path) ?? path, found(path));
        },
      });
    },
    async look(view, use) {
      looks.push(view.paths);
      return use(open(view.paths));
    },
  };
}

const kindOf = ({ kind, linkTarget }: HostEntry): HostPathStat['kind'] =>
  kind ?? (linkTarget === undefined ? 'file' : 'symlink');
