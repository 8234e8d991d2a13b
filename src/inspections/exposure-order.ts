import type { ExposureResult } from '../answers/exposure-answer.ts';
import type { ImageVulnerability } from '../answers/image-answer.ts';
import { exposureStates } from '../exposure/verdict.ts';

/** From this base score on a vulnerability is critical (CVSS 3.1, 5, and 4.0, 6). */
const CRITICAL_SCORE = 9;

/** True from the base score on that CVSS calls critical. */
export const isCritical = ({ cvss }: Pick<ImageVulnerability, 'cvss'>): boolean =>
  cvss !== null && cvss.score >= CRITICAL_SCORE;

/** Results that are made for one page: of a fleet many share a row. */
export const RESULTS_OF_PAGE = 200;

/** Position in the list: the worst first, what runs before what is gone. */
export const resultOrder = (result: ExposureResult): string =>
  orderOf({
    ...result,
    runs: result.containers.filter(({ to }) => to === null).length,
    id: firstOf(result.containers),
  });

/** The first of the ids of containers; empty for none. */
export const firstOf = (containers: readonly { id: string }[]): string =>
  containers.reduce((first, { id }) => (first === '' || id < first ? id : first), '');

type ResultName = Pick<ExposureResult, 'state' | 'host' | 'image' | 'package' | 'reason'>;

/** The same of a result that is not made yet: how many of its containers are there, and the id of its first, empty for none. */
export function orderOf(result: ResultName & { runs: number; id: string }): string {
  const { state, runs, host, image, package: found, reason, id } = result;
  const count = String(1_000_000 - runs).padStart(7, '0');
  const first = `${exposureStates.indexOf(state)}\n${runs > 0 ? 0 : 1}\n${count}`;
  // One container that had several versions, or was unknown for several reasons, has several places.
  return `${first}\n${host}\n${image}\n${found?.name ?? ''}\n${id}\n${found?.version ?? ''}\n${reason ?? ''}`;
}
