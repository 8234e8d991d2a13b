import { OutsideError } from '../../shared/errors.ts';
import { withoutUserinfo } from '../../shared/mask-secrets.ts';
import { clamp } from '../../shared/text.ts';
import type { ContainerFacts, MountFact } from '../facts/container.ts';
import type { VolumeFacts, VolumeMount } from '../facts/volume.ts';
import {
  entriesOrEmpty,
  type Foreign,
  field,
  fieldWithin,
  flag,
  flagOrFalse,
  list,
  listOrEmpty,
  nameText,
  text,
  textOrEmpty,
  wrongShape,
} from '../foreign.ts';
import { normaliseHostPath } from './host-path.ts';

type BehindVolume = Pick<VolumeFacts, 'bindSource' | 'mount' | 'isReadonly' | 'isNonRecursive'>;

/** What lies behind each volume, by its name. */
export type BindSources = ReadonlyMap<string, BehindVolume>;

/** Filesystems of a server on the network. */
export const SHARES = /^(nfs4?|cifs|smb3|ceph|glusterfs|lustre)$/;

/** Of a local volume that binds a path of which nobody knows where it begins, in place of a filesystem. */
export const RELATIVE_BIND = 'bind';

const KINDS = ['bind', 'volume', 'tmpfs', 'npipe', 'cluster', 'image'] as const;

/** One entry of `Mounts`, before it is known what lies behind its volume. */
export interface DeclaredMount {
  fact: MountFact;
  /** Name of the volume if a host path may hide behind it, else null. */
  localVolume: string | null;
}

interface AskedMount {
  /** The folder of a volume that alone is mounted; empty for all of it. */
  part: string;
  /** See `MountFact`. */
  isReadonlyOnTop: boolean;
  /** See `MountFact`. */
  isNonRecursive: boolean;
}

/** What the `HostConfig` of a container asks for at places of it, which its mounts do not tell. */
export const askedMounts = (host: Foreign): ReadonlyMap<string, AskedMount> =>
  new Map(
    listOrEmpty(field(host, 'Mounts')).map((mount) => {
      const part = textOrEmpty(fieldWithin(mount, 'VolumeOptions', 'Subpath'));
      const asks = (name: string) => flagOrFalse(fieldWithin(mount, 'BindOptions', name));
      const isReadonlyOnTop = asks('ReadOnlyNonRecursive');
      const place = normaliseHostPath(textOrEmpty(field(mount, 'Target')));
      return [place, { part, isReadonlyOnTop, isNonRecursive: asks('NonRecursive') }];
    }),
  );

export function declaredMount(
  mount: Foreign,
  asked: ReadonlyMap<string, AskedMount> = new Map(),
): DeclaredMount {
  const kind = kindOf(mount);
  const isVolume = kind === 'volume' || kind === 'cluster';
  const driver = isVolume ? foreignDriver(mount) : null;
  const destination = text(field(mount, 'Destination'));
  const there = asked.get(normaliseHostPath(destination));
  return {
    localVolume: kind === 'volume' && driver === null ? nameText(field(mount, 'Name')) : null,
    fact: {
      kind,
      hostPath: sourcePath(mount),
      volume: isVolume ? nameText(field(mount, 'Name')) : null,
      ...(isVolume && there?.part ? { part: there.part } : {}),
      ...(driver === null ? {} : { driver }),
      destination,
      isWritable: flag(field(mount, 'RW')),
      ...(there?.isReadonlyOnTop ? { isReadonlyOnTop: true as const } : {}),
      ...(there?.isNonRecursive ? { isNonRecursive: true as const } : {}),
      ...(/(^|,)[zZ](,|$)/.test(textOrEmpty(field(mount, 'Mode')))
        ? { isRelabelled: true as const }
        : {}),
      propagation: (kind === 'bind' ? text : textOrEmpty)(field(mount, 'Propagation')),
    },
  };
}

/**
 * The fact of a mount. Throws for a local volume that `bindSources` does not know, because nothing
 * then tells whether a host path lies behind it.
 */
export function mountFact(
  { fact, localVolume }: DeclaredMount,
  bindSources: BindSources,
): MountFact {
  if (localVolume === null) return fact;
  const behind = volumeNamed(localVolume, bindSources);
  return {
    ...fact,
    hostPath:
      behind.bindSource === null
        ? null
        : normaliseHostPath(`${behind.bindSource}/${fact.part ?? ''}`),
    ...(behind.mount ? { volumeMount: behind.mount } : {}),
    ...(behind.isNonRecursive ? { isNonRecursive: true as const } : {}),
    isWritable: fact.isWritable && !behind.isReadonly,
    // The engine mounts on what the volume was mounted on, of which the top alone is read-only.
    ...(fact.isWritable && behind.isReadonly && behind.bindSource !== null
      ? { isReadonlyOnTop: true as const }
      : {}),
  };
}

/**
 * Host path that a volume binds: the `device` of a local one whose mount options (`o`) contain
 * `bind` or `rbind`. Takes one item of `GET /volumes`. Null for a path that begins where the engine was started.
 */
export function bindSourceOf(volume: Foreign): string | null {
  const options = localOptionsOf(volume);
  const isPath = options?.isBind && options.device.startsWith('/');
  return isPath ? normaliseHostPath(options.device) : null;
}

/**
 * What a local volume mounts that is no bind, from one item of `GET /volumes`. The options of a share
 * may hold its password: nothing is kept of them but what tells what is mounted.
 */
export function volumeMountOf(volume: Foreign): VolumeMount | null {
  const options = localOptionsOf(volume);
  return options && mountByOptions(options);
}

/** The same of what is mounted by other options; null for a bind of a path of the host, and for nothing. */
export function mountByOptions(options: MountOptions): VolumeMount | null {
  const { device, flags } = options;
  const filesystem = options.isBind ? bindOf(device) : options.filesystem;
  if (filesystem === '') return null;
  return {
    filesystem,
    device: withoutSecrets(device),
    ...layersIn(flags),
    server: namedIn(flags, 'addr', 'ip')[0] || serverIn(filesystem, device),
  };
}

/** An address on the network, as of davfs or s3fs, is known without what is asked of it, which may hold a token. */
const withoutSecrets = (device: string): string =>
  withoutUserinfo(device.includes('://') ? (device.split('?', 1)[0] ?? '') : device);

const namedIn = (options: readonly string[], ...names: string[]): string[] =>
  options.flatMap((option) => {
    const [name = '', ...value] = option.split('=');
    return names.includes(name) ? [value.join('=')] : [];
  });

/** The folders of an overlay, by its options. */
export function layersIn(
  options: readonly string[],
): Pick<VolumeMount, 'layers' | 'hasRelativeLayers' | 'upperLayer'> {
  const named = (...names: string[]) => namedIn(options, ...names);
  const layers = named('lowerdir', 'lowerdir+', 'datadir+', 'upperdir').flatMap(foldersIn);
  const upper = named('upperdir').at(-1);
  return {
    layers: layers.filter((path) => path.startsWith('/')).map(normaliseHostPath),
    ...(layers.some((path) => path !== '' && !path.startsWith('/')) && { hasRelativeLayers: true }),
    ...(upper ? { upperLayer: normaliseHostPath(upper) } : {}),
  };
}

/** What a bind of a path counts as that begins wherever the engine was started; nothing for any other. */
const bindOf = (device: string): string =>
  device === '' || device.startsWith('/') ? '' : RELATIVE_BIND;

/** The server that a share is named by: `//server/share` or `server:/share`. */
function serverIn(filesystem: string, device: string): string | null {
  const named = /^(cifs|smb3)$/.test(filesystem)
    ? /^[\\/]{2}(?:[^\\/@]*@)?([^\\/@]+)/.exec(device)
    : SHARES.test(filesystem)
      ? /^(\[[^\]]+\]|[^:/]+):/.exec(device)
      : null;
  return named?.[1] ?? null;
}

/** True for a local volume that is mounted read-only, whatever the container asks for. */
const isReadonlyVolume = (volume: Foreign): boolean =>
  isReadonly(localOptionsOf(volume)?.flags ?? []);

/** Whether the options of a mount say so: the last word counts. */
export const isReadonly = (flags: readonly string[]): boolean =>
  flags.findLast((flag) => ['ro', 'rw'].includes(flag)) === 'ro';

/** True for a bind of a path without what is mounted below it, which `rbind` alone brings. */
function isNonRecursive(volume: Foreign): boolean {
  const options = localOptionsOf(volume);
  return options?.isBind === true && !options.flags.includes('rbind');
}

/** The folders of an overlay's option: separated by colons, of which one in a name is escaped. */
const foldersIn = (written: string): string[] =>
  written
    .split(/(?<!\\):+/)
    .map((path) => path.replaceAll('\\:', ':'))
    .filter(Boolean);

interface MountOptions {
  filesystem: string;
  device: string;
  flags: string[];
  isBind: boolean;
}

/** Null for a volume of another driver. */
function localOptionsOf(volume: Foreign): MountOptions | null {
  if (text(field(volume, 'Driver')) !== 'local') return null;
  const options = new Map(entriesOrEmpty(field(volume, 'Options')));
  const named = (name: string): string => {
    const value = options.get(name);
    return value === undefined ? '' : textOrEmpty(value);
  };
  const flags = named('o')
    .split(',')
    .map((flag) => flag.trim());
  return {
    filesystem: named('type'),
    device: named('device'),
    flags,
    isBind: flags.some((flag) => ['bind', 'rbind'].includes(flag)),
  };
}

function kindOf(mount: Foreign): MountFact['kind'] {
  const type = field(mount, 'Type');
  const kind = KINDS.find((known) => known === text(type));
  if (!kind) throw wrongShape(type, `one of ${KINDS.join(', ')}`);
  return kind;
}

/** Null for a volume of the engine's own. */
function foreignDriver(mount: Foreign): string | null {
  const driver = clamp(textOrEmpty(field(mount, 'Driver')), DRIVER_MAX);
  const kind = textOrEmpty(field(mount, 'Type'));
  if (kind === 'cluster') return driver || 'of the cluster';
  return kind === 'volume' && driver !== 'local' && driver !== '' ? driver : null;
}

/**
 * The path of the host that somebody chose for one entry of `Mounts`: the source of a bind, and that of
 * a volume of another driver. Null where there is none, and for a folder that the driver made to mount
 * something in it: below that of its plugin, or named after the volume.
 */
export function sourcePath(mount: Foreign): string | null {
  const kind = kindOf(mount);
  if (kind === 'bind' || kind === 'npipe') return normaliseHostPath(text(field(mount, 'Source')));
  if (foreignDriver(mount) === null) return null;
  const path = normaliseHostPath(textOrEmpty(field(mount, 'Source')));
  const isNamedAfter = path.split('/').includes(nameText(field(mount, 'Name')));
  const isDriversOwn = OF_PLUGIN.test(path) || (DRIVERS_FOLDERS.test(path) && isNamedAfter);
  return path.startsWith('/') && !isDriversOwn ? path : null;
}

const DRIVER_MAX = 100;
const OF_PLUGIN = /\/plugins\/[0-9a-f]{64}\//;
const DRIVERS_FOLDERS = /^\/(run|var\/lib)\//;

function volumeNamed(volume: string, bindSources: BindSources): BehindVolume {
  const source = bindSources.get(volume);
  if (source !== undefined) return source;
  const detail = 'GET /volumes: a volume that a container mounts is not listed';
  throw new OutsideError('engine-invalid-answer', detail);
}

/**
 * Docker takes such a device for one that is mounted already and is to have other options, and does nothing where there
 * are none (moby/sys `mount`, `isremount`): the volume is a folder of its own. A comma is one, which the kernel skips.
 */
const mountsNothing = (volume: Foreign): boolean => {
  const { device, flags } = localOptionsOf(volume) ?? { device: '', flags: [] };
  return device === 'none' && flags.join() === '';
};

/** The volumes in an answer of `GET /volumes`, in its order; of Docker or, as far as anybody knows, of another engine. */
export const volumeFacts = (answer: Foreign, isDocker = false): VolumeFacts[] =>
  list(field(answer, 'Volumes')).map((volume) => ({
    name: nameText(field(volume, 'Name')),
    driver: text(field(volume, 'Driver')),
    bindSource: bindSourceOf(volume),
    mount: isDocker && mountsNothing(volume) ? null : volumeMountOf(volume),
    ...(isReadonlyVolume(volume) ? { isReadonly: true as const } : {}),
    ...(isNonRecursive(volume) ? { isNonRecursive: true as const } : {}),
  }));

/** The places that `HostConfig.Tmpfs` names. */
export function tmpfsPlaces(host: Foreign): Pick<ContainerFacts, 'tmpfsPlaces'> {
  const places = entriesOrEmpty(field(host, 'Tmpfs')).map(([place]) => normaliseHostPath(place));
  return places.length === 0 ? {} : { tmpfsPlaces: places.sort() };
}
