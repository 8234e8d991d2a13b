import type { AttackPath } from '../paths/attack-paths.ts';
import type { StoredScan } from './ports.ts';

/** Ways to root on the host that lead through a container, worst first, of those a scan kept. */
export const pathsThrough = (
  name: string,
  scan: Pick<StoredScan, 'posture'> | null | undefined,
): AttackPath[] =>
  (scan?.posture?.paths ?? []).filter(({ steps }) =>
    steps.some(({ from }) => from.kind === 'container' && from.name === name),
  );
