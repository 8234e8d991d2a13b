import type { ContainerPaths, WaysThrough } from '../answers/isolation-answer.ts';
import type { AttackPath } from '../paths/attack-paths.ts';
import type { StoredScan } from '../ports/scan-store.ts';
import type { HostPosture } from '../posture/assess-host.ts';
import { addTo } from '../shared/add-to.ts';

/** Looks containers up in the last good scan of their host. */
export function pathsByContainer(
  scan: Pick<StoredScan, 'posture'> | null | undefined,
): (container: { id: string; name: string }) => ContainerPaths {
  const posture = scan?.posture;
  if (!posture) return () => ({ ways: unknown('it was not scanned yet'), paths: [] });
  const counts = posture.waysByContainer;
  const byId = counts && new Map(counts.map((one) => [one.id, one]));
  const kept = keptBy(posture.paths);
  return ({ id, name }) => {
    // A scan that counted by container knows their ids, which a namesake does not share.
    if (byId) {
      const paths = kept.byId.get(id) ?? [];
      const found = byId.get(id);
      if (!found) return { ways: unknown(unreadReason(name || id, posture)), paths };
      const { count, worst, open } = found;
      if (count === 0 || worst === null) {
        return { ways: open === undefined ? noWays(posture) : unknown(open), paths };
      }
      return { ways: { state: 'some', count, isLeast: false, worst }, paths };
    }
    const paths = kept.byName.get(name || id) ?? [];
    const isCut = posture.pathCount > posture.paths.length;
    const [first] = paths;
    if (!first) return { ways: isCut ? { state: 'not-kept' } : noWays(posture), paths };
    const worst = first.certainty;
    return { ways: { state: 'some', count: paths.length, isLeast: isCut, worst }, paths };
  };
}

/** Ways that lead through no container: the engine gives the host away itself. */
export const enginePaths = (scan: Pick<StoredScan, 'posture'> | null | undefined): AttackPath[] =>
  (scan?.posture?.paths ?? []).filter(({ container }) => container === null);

const unknown = (reason: string): WaysThrough => ({ state: 'unknown', reason });

/** No way was found; that says something only where what decides it could be read. */
function noWays({ pathsUnknown }: HostPosture): WaysThrough {
  const engine = pathsUnknown.find((reason) => reason.startsWith('engine: '));
  return engine === undefined ? { state: 'none' } : unknown(`not read: ${engine}`);
}

function unreadReason(name: string, { pathsUnknown }: HostPosture): string {
  const own = pathsUnknown.find(
    (reason) => reason.startsWith(`${name}: `) || reason.startsWith('containers: '),
  );
  return own === undefined ? 'the last scan did not see it' : `not read: ${own}`;
}

function keptBy(paths: readonly AttackPath[]) {
  const [byId, byName] = [new Map<string, AttackPath[]>(), new Map<string, AttackPath[]>()];
  for (const path of paths) {
    for (const id of new Set(path.through)) addTo(byId, id, path);
    const names = path.steps.flatMap(({ from }) => (from.kind === 'container' ? from.name : []));
    for (const name of new Set(names)) addTo(byName, name, path);
  }
  return { byId, byName };
}
