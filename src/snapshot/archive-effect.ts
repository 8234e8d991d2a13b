import { clamp } from '../shared/text.ts';
import {
  type Foreign,
  field,
  fieldWithin,
  flagOrFalse,
  listOrEmpty,
  text,
  textOrEmpty,
} from './foreign.ts';
import { normaliseHostPath } from './normalise/host-path.ts';
import { listedMounts } from './normalise/listed-mounts.ts';

const SHOWN_MAX = 100;
/** Without these no Linux engine runs, so that it never has to create them. */
const ALWAYS_THERE = ['/', '/dev', '/etc', '/proc', '/run', '/sys', '/usr', '/var'];

/**
 * What the engine would do for a call of `…/archive` beside reading, from an inspect answer; null where
 * that is nothing. For each such call, HEAD included and whether or not the path exists, it sets up
 * every mount of the container in a namespace of its own (moby: `openContainerFS`, `MountPoint.Setup`):
 * it creates the missing source of a bind, labels one with `z`, mounts a volume that nobody has mounted
 * and asks a plugin for its volume. A container that runs holds its local volumes mounted, but
 * the source of its bind may have been removed since.
 */
export function archiveEffect(inspected: Foreign): string | null {
  const isUp = ['running', 'paused'].includes(
    textOrEmpty(fieldWithin(inspected, 'State', 'Status')),
  );
  const neverCreated = bindsNeverCreated(inspected);
  for (const mount of listedMounts(inspected)) {
    const effect = effectOf(mount, isUp, neverCreated);
    if (effect !== null) return effect;
  }
  return null;
}

function effectOf(mount: Foreign, isUp: boolean, neverCreated: ReadonlySet<string>): string | null {
  const kind = textOrEmpty(field(mount, 'Type'));
  // Kept apart from the mounts that are set up.
  if (kind === 'tmpfs') return null;
  const destination = text(field(mount, 'Destination'));
  const place = `at ${shown(destination)}`;
  if (kind === 'bind') {
    const source = text(field(mount, 'Source'));
    const isSafe = neverCreated.has(normaliseHostPath(destination)) || isAlwaysThere(source);
    if (!isSafe) return `would create ${shown(source)} on the host if it is missing there`;
    if (isLabelled(mount)) return `would label ${shown(source)} anew for SELinux`;
  }
  if (!isUp) return `would mount what a container that does not run has ${place}`;
  if (kind === 'bind' || kind === 'image') return null;
  const driver = textOrEmpty(field(mount, 'Driver'));
  if (kind === 'volume' && (driver === 'local' || driver === '')) return null;
  return `would have ${shown(driver || kind)} mount its volume ${place} once more`;
}

/** A volume asks for it by default, and has had the same label since its container began. */
const isLabelled = (mount: Foreign): boolean =>
  textOrEmpty(field(mount, 'Mode'))
    .split(',')
    .some((mode) => mode === 'z' || mode === 'Z');

const isAlwaysThere = (source: string): boolean => ALWAYS_THERE.includes(normaliseHostPath(source));

/** Destinations of binds whose missing source is an error: those of `--mount`, not of `--volume`. */
function bindsNeverCreated(inspected: Foreign): ReadonlySet<string> {
  const mounts = listOrEmpty(fieldWithin(inspected, 'HostConfig', 'Mounts'));
  const asked = mounts.filter((mount) => {
    const creates = flagOrFalse(fieldWithin(mount, 'BindOptions', 'CreateMountpoint'));
    return textOrEmpty(field(mount, 'Type')) === 'bind' && !creates;
  });
  return new Set(asked.map((mount) => normaliseHostPath(text(field(mount, 'Target')))));
}

const shown = (path: string): string => clamp(path, SHOWN_MAX);
