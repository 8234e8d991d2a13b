import type { ExposureResult } from '../answers/exposure-answer.ts';
import { type ExposureState, exposureStates } from '../exposure/verdict.ts';

/** True for both states in which a package is affected. */
export const isAffected = (state: ExposureState): boolean =>
  state === 'affected-fix-available' || state === 'affected-no-fix';

/** Position in the list: the worst first, what runs before what is gone. */
export function resultOrder(result: ExposureResult): string {
  const runs = result.containers.filter(({ to }) => to === null).length;
  return [
    exposureStates.indexOf(result.state),
    runs > 0 ? 0 : 1,
    String(1_000_000 - runs).padStart(7, '0'),
    result.host,
    result.image,
    result.package?.name ?? '',
    result.containers[0]?.id ?? '',
  ].join('\n');
}
