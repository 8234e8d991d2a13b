import { onOutside } from '../shared/errors.ts';
import type { FolderWindow, HostFileDoor } from './collector.ts';
import type { MountSource } from './facts/container.ts';
import type { EngineFacts } from './facts/engine.ts';
import { isWithin, joined } from './normalise/host-path.ts';
import { type ShownThing, unique } from './shown-things.ts';
import { type IsDisk, walkSources } from './walk-sources.ts';

/** Folders that hosts have on another disk, by a link at the place where the system looks for them. */
const PLACES: ReadonlyMap<string, readonly string[]> = new Map([
  ['/', ['boot', 'home', 'opt', 'root', 'srv']],
  ['/usr', ['local']],
  ['/var', ['backups', 'lib', 'log', 'spool']],
  ['/var/lib', ['containerd', 'containers', 'docker', 'kubelet', 'libvirt', 'lxd', 'rancher']],
]);

/**
 * Those of these places that are links, with where they lead; null where the engine did not show them. Nothing is mounted
 * on a link, so that one shows whatever is mounted beside it.
 */
export async function linkedPlaces(
  door: Pick<HostFileDoor, 'lookInto'>,
  isDisk: IsDisk,
  { isRootless }: Pick<EngineFacts, 'isRootless'>,
): Promise<MountSource[] | null> {
  const named = [...PLACES].flatMap(([folder, names]) => names.map((name) => ({ folder, name })));
  const linksIn = ({ shown, entry }: FolderWindow) =>
    Promise.all(
      named
        .filter(({ folder }) => shown.includes(folder))
        .map(async ({ folder, name }) => {
          const found = await entry(folder, name);
          return found?.linkTarget ? [joined(folder, `/${name}`)] : [];
        }),
    );
  const links = await door
    .lookInto([...PLACES.keys()], linksIn, { withMounts: isRootless })
    .catch(onOutside(() => null));
  if (links === null) return null;
  const walked = links.length === 0 ? [] : await walkSources(door, links.flat(), isDisk);
  return walked.map(({ path, leadsTo }) => ({ path, leadsTo, alike: [], isPlace: true as const }));
}

/** These things, with those that they are by other names: of what lies in the folder behind such a link, or holds it. */
export const withLinks = (things: ShownThing[], links: readonly PlaceByLink[]): ShownThing[] =>
  links.length === 0
    ? things
    : unique(things.flatMap((thing) => [thing, ...otherNames(thing, links)]));

const otherNames = (thing: ShownThing, links: readonly PlaceByLink[]): ShownThing[] =>
  thing.kind === 'path' ? namesByLinks(thing.path, links).map((path) => ({ ...thing, path })) : [];

function namesByLinks(path: string, links: readonly PlaceByLink[]): string[] {
  if (path === '/') return [];
  return links.flatMap(({ place, leadsTo }) => {
    if (isWithin(path, leadsTo)) return [joined(place, path.slice(leadsTo.length) || '/')];
    return isWithin(leadsTo, path) ? [place] : [];
  });
}

/** A place of the system that is a link, with the folder that it leads to. */
export interface PlaceByLink {
  place: string;
  leadsTo: string;
}
