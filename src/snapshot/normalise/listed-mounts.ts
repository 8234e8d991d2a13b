import {
  type Foreign,
  fieldWithin,
  list,
  listOrEmpty,
  text,
  textOrEmpty,
  wrongShape,
} from '../foreign.ts';
import { normaliseHostPath } from './host-path.ts';

/**
 * The entries of `Mounts` in an inspect answer. Throws where its `HostConfig` names a mount that is not among them, as in
 * an answer from which somebody on the way has left some out: engines write an empty list as `null`, and never a short one.
 */
export function listedMounts(inspect: Foreign): Foreign[] {
  const found = fieldWithin(inspect, 'Mounts');
  const mounts = list(found);
  const places = new Set(
    mounts.map((mount) => normaliseHostPath(textOrEmpty(fieldWithin(mount, 'Destination')))),
  );
  const missing = namedPlaces(fieldWithin(inspect, 'HostConfig')).find((one) => !places.has(one));
  if (missing === undefined) return mounts;
  throw wrongShape(found, 'every mount that HostConfig names');
}

/** A disk of Windows before what the colon ends; a volume has a longer name. */
const DRIVE = /^[a-z]:/i;

/** Where mounts are to be in the container, by what was asked for; nothing of a place on Windows. */
function namedPlaces(host: Foreign): string[] {
  const binds = listOrEmpty(fieldWithin(host, 'Binds')).map((bind) => {
    const [source = '', place = source] = text(bind).replace(DRIVE, '').split(':');
    return place;
  });
  const mounts = listOrEmpty(fieldWithin(host, 'Mounts')).map((mount) =>
    text(fieldWithin(mount, 'Target')),
  );
  return [...binds, ...mounts].filter((place) => place.startsWith('/')).map(normaliseHostPath);
}
