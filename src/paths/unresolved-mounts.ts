import type { Assessment } from '../assessment/assess.ts';
import { unknownRuntime, whyMoreGiven } from '../controls/more-given.ts';
import { isSeenConfined } from '../rules/control-evidence.ts';
import { maybeBelieved, maybeSecondName, mountedBelow } from '../rules/folders-of-host.ts';
import { isDataOfRoot } from '../rules/harmless-places.ts';
import { unclear } from '../rules/mounts.ts';
import { enumerate } from '../shared/text.ts';
import type { ContainerFacts } from '../snapshot/facts/container.ts';
import type { EngineFacts } from '../snapshot/facts/engine.ts';
import { isOfCdi } from '../snapshot/normalise/devices.ts';
import { hasLayers, namedPaths, type ShownMount, shownMounts } from '../snapshot/shown-mounts.ts';

const NAMED = 3;

/**
 * Containers some of whose mounts or devices are not known whole, by their id, with the reason why a way may hide
 * there. Any folder on a path that was asked for may be a link or hold a mount, which the level `files`
 * follows; what is mounted below a folder the kernel's table of mounts tells alone. What a driver of others
 * mounts is not known either.
 */
export function unresolvedMounts({
  snapshot,
  mounts,
  controls,
}: Pick<Assessment, 'snapshot' | 'mounts' | 'controls'>): Map<string, string> {
  const { containers } = snapshot;
  const engine = snapshot.engine.state === 'read' ? snapshot.engine.value : null;
  const known = containers.state === 'read' ? containers.value.read : [];
  return new Map(
    known.flatMap((container): [string, string][] => {
      const own = mounts.get(container.id);
      if (!own) return [];
      const isTold = Boolean(own.seen.kernel?.mounts);
      // Which of its disks is the engine's own is no matter here, and the kernel's table alone tells it.
      const all = isTold ? shownMounts(container, own.seen, null) : own.shown;
      const [doubt] = all.flatMap(unclear);
      if (doubt !== undefined) return [[container.id, doubt]];
      const isListed = isTold && Boolean(controls.get(container.id)?.nodeRules);
      const more = isListed ? null : whatElseIsGiven(container, engine, isTold);
      if (more !== null) return [[container.id, more]];
      const apart = isTold ? controls.get(container.id)?.moreGiven('mounts') : null;
      if (apart) return [[container.id, apart]];
      if (all.length === 0) return [];
      const open = all
        .filter(({ mount }) => !isTold || hasLayers(mount))
        .flatMap(({ mount, followed }) =>
          namedPaths(mount)
            .filter((path) => !isDataOfRoot(path))
            .map((path) => ({ path, followed: followed.find((one) => one.path === path) })),
        );
      const unknown = [
        ...open.flatMap(({ path, followed }) => (followed ? [] : [path])),
        ...all.flatMap(notCompared),
      ];
      if (unknown.length > 0) {
        return [
          [
            container.id,
            `what ${named([...new Set(unknown)])} of the host really is was not resolved`,
          ],
        ];
      }
      const sockets = [...(engine?.socketPaths ?? []), ...own.seen.sockets];
      const held = controls.get(container.id);
      const believing = {
        dataRoot: engine?.dataRoot ?? null,
        isConfined: held !== undefined && isSeenConfined(held),
      };
      const [hidden] = all.flatMap((one) => [
        ...mountedBelow(one, own.seen),
        ...maybeSecondName(one, sockets, own.seen),
        ...maybeBelieved(one, own.seen, believing),
      ]);
      return hidden === undefined ? [] : [[container.id, hidden]];
    }),
  );
}

/** Where the table has one name of a file, and nobody read whether that is another name of what root believes. */
const notCompared = ({ things }: ShownMount): string[] =>
  things.flatMap((thing) =>
    thing.kind === 'unresolved' && !isDataOfRoot(thing.path) ? [thing.path] : [],
  );

/**
 * Why more may be given than was asked for: by a CDI specification, or by a runtime whose program nobody knows, be it
 * one that hands all on to runc afterwards. What it mounts stands in the kernel's table of mounts; which nodes of
 * devices it can open stands in the list of control groups of version 1 alone. Null for runc and its like, and for sandboxes, which give what was asked for alone.
 */
function whatElseIsGiven(
  container: ContainerFacts,
  engine: EngineFacts | null,
  isTold: boolean,
): string | null {
  const [request] = container.deviceRequests.filter(isOfCdi);
  if (request !== undefined) return `which nodes come with the devices ${request} was not read`;
  const program = unknownRuntime(container, engine);
  if (program === null) return null;
  return isTold
    ? `which nodes of devices its runtime ${program} gives it was not read`
    : whyMoreGiven(container, engine);
}

function named(paths: readonly string[]): string {
  const more = paths.length > NAMED ? [`${paths.length - NAMED} more`] : [];
  return enumerate([...paths.slice(0, NAMED), ...more]);
}
