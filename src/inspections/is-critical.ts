import type { ImageVulnerability } from '../answers/image-answer.ts';

/** From this base score on a vulnerability is critical (CVSS 3.1, 5, and 4.0, 6). */
const CRITICAL_SCORE = 9;

/** True from the base score on that CVSS calls critical. */
export const isCritical = ({ cvss }: Pick<ImageVulnerability, 'cvss'>): boolean =>
  cvss !== null && cvss.score >= CRITICAL_SCORE;
