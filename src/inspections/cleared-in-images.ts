import { otherNames } from '../exposure/advisory.ts';
import { indexStatements } from '../exposure/vex-index.ts';
import { isOfStatements } from '../exposure/vex-statement.ts';
import { type AskedFor, type ExposureOfParts, exposureOf } from './exposure-of.ts';

/** Statements that are read for this; `exposure` knows what is beyond. */
const STATEMENTS_MAX = 200_000;

/**
 * Those of some vulnerabilities that affect nobody of these hosts, since statements (VEX) on whole images clear them. The
 * match of packages knows nothing of images. Rejects with `OutsideError`.
 */
export async function clearedInImages(
  parts: ExposureOfParts,
  vulnerabilities: Iterable<string>,
  asked: Pick<AskedFor, 'hosts' | 'since' | 'at'>,
): Promise<Set<string>> {
  const cleared = new Set<string>();
  const named = await namedInImages(parts);
  if (named.size === 0) return cleared;
  for (const id of new Set(vulnerabilities)) {
    const records = await parts.feeds.recordsOf(id);
    const names = [id, ...otherNames(records.map(({ advisory }) => advisory))];
    if (!names.some((name) => named.has(name.toUpperCase()))) continue;
    const question = { kind: 'vulnerability' as const, id, summary: '' };
    const { facts } = await exposureOf(parts, question, {
      ...asked,
      wanted: { after: null, limit: 1 },
    });
    const { running, stopped, gone, changed } = facts;
    const counts = [running, stopped, gone, changed];
    if (counts.every(({ affected }) => affected === 0)) cleared.add(id);
  }
  return cleared;
}

/** Vulnerabilities of which a statement says something in a whole image, in capitals. */
async function namedInImages({ feeds }: Pick<ExposureOfParts, 'feeds'>): Promise<Set<string>> {
  if (!(await feeds.list()).some(isOfStatements)) return new Set();
  const { statements } = await feeds.listStatements(STATEMENTS_MAX);
  const ofImages = statements.filter((one) => indexStatements([one]).namesImages);
  return new Set(ofImages.flatMap((one) => one.vulnerabilities.map((id) => id.toUpperCase())));
}
