import { type Reading, read, unread } from '../shared/reading.ts';
import type { ExploitPrediction } from './advisory.ts';

/** `CVE-…,0.00042,0.05`; a fourth column, which old files have, is left alone. */
const ROW =
  /^(CVE-\d{4}-\d{1,19}),(\d(?:\.\d{1,20})?(?:e-\d{1,3})?),(\d(?:\.\d{1,20})?(?:e-\d{1,3})?)(?:,[^,]{0,40})?$/;

/** One line of FIRST’s file of scores; null for its comment, its heading and an empty line. */
export function parseEpssLine(line: string): Reading<ExploitPrediction> | null {
  const written = line.trim();
  if (written === '' || written.startsWith('#') || written.startsWith('cve,')) return null;
  const [, cve, probability, percentile] = ROW.exec(written.slice(0, 200)) ?? [];
  if (cve === undefined) return unread('epss: a line that is no score');
  const score = { cve, probability: Number(probability), percentile: Number(percentile) };
  if (score.probability > 1 || score.percentile > 1) return unread(`epss: ${cve} has more than 1`);
  return read(score);
}

/** The day of the scores, from the comment that begins the file: `#model_version:…,score_date:…`. */
export const epssDay = (line: string): string | null =>
  /^#.{0,80}score_date:(\d{4}-\d\d-\d\d)/.exec(line)?.[1] ?? null;
