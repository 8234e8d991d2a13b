import { OutsideError } from '../../shared/errors.ts';
import type { MountFact } from '../facts/container.ts';
import {
  entriesOrEmpty,
  type Foreign,
  field,
  flag,
  text,
  textOrEmpty,
  wrongShape,
} from '../foreign.ts';
import { normaliseHostPath } from './host-path.ts';

/** Host path that each volume binds, null for an ordinary one; keys are the volumes' names. */
export type BindSources = ReadonlyMap<string, string | null>;

const KINDS: readonly MountFact['kind'][] = [
  'bind',
  'volume',
  'tmpfs',
  'npipe',
  'cluster',
  'image',
];

/** Name of the volume of one entry of `Mounts` if a host path may hide behind it, else null. */
export function localVolumeOf(mount: Foreign): string | null {
  const driver = textOrEmpty(field(mount, 'Driver'));
  const isLocalVolume = kindOf(mount) === 'volume' && (driver === 'local' || driver === '');
  return isLocalVolume ? text(field(mount, 'Name')) : null;
}

/**
 * The fact of one entry of `Mounts`. Throws for a local volume that `bindSources` does not know,
 * because nothing then tells whether a host path lies behind it.
 */
export function mountFact(mount: Foreign, bindSources: BindSources): MountFact {
  const kind = kindOf(mount);
  const volume = localVolumeOf(mount);
  return {
    kind,
    hostPath: volume === null ? boundPath(kind, mount) : volumePath(volume, bindSources),
    volume: kind === 'volume' || kind === 'cluster' ? text(field(mount, 'Name')) : null,
    destination: text(field(mount, 'Destination')),
    isWritable: flag(field(mount, 'RW')),
    propagation: textOrEmpty(field(mount, 'Propagation')),
  };
}

/**
 * Host path that a volume binds: the `device` of a local one whose mount options (`o`) contain
 * `bind` or `rbind`. Takes one item of `GET /volumes`.
 */
export function bindSourceOf(volume: Foreign): string | null {
  if (text(field(volume, 'Driver')) !== 'local') return null;
  const options = new Map(entriesOrEmpty(field(volume, 'Options')));
  const device = options.get('device');
  const flags = options.get('o');
  if (!device || !flags) return null;
  const isBind = text(flags)
    .split(',')
    .some((option) => ['bind', 'rbind'].includes(option.trim()));
  return isBind ? normaliseHostPath(text(device)) : null;
}

function kindOf(mount: Foreign): MountFact['kind'] {
  const type = field(mount, 'Type');
  const kind = KINDS.find((known) => known === text(type));
  if (!kind) throw wrongShape(type, `one of ${KINDS.join(', ')}`);
  return kind;
}

const boundPath = (kind: MountFact['kind'], mount: Foreign): string | null =>
  kind === 'bind' || kind === 'npipe' ? normaliseHostPath(text(field(mount, 'Source'))) : null;

function volumePath(volume: string, bindSources: BindSources): string | null {
  const source = bindSources.get(volume);
  if (source !== undefined) return source;
  const detail = 'GET /volumes: a volume that a container mounts is not listed';
  throw new OutsideError('engine-invalid-answer', detail);
}
