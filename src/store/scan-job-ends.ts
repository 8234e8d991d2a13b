import type { Selectable } from 'kysely';
import type { HeldScanJob, ScanJobEnd } from '../ports/scan-queue.ts';
import { isHeldAs, leaseClock } from './leases.ts';
import type { Db, Tables } from './schema.ts';

/** Characters of an answer that one process hands another. */
const RESULT_MAX = 32 * 1024 * 1024;
const TOO_LONG = 'the scan is stored, and its answer is longer than one process hands another';

type EndRow = Pick<
  Selectable<Tables['scan_job']>,
  'result_json' | 'problem' | 'problem_code' | 'stopped_by'
>;

/** How a job ended, as its row says it; in place of an answer that is too long stands that it is. */
function endColumns(end: ScanJobEnd) {
  if (end.kind === 'failed') return { problem: end.problem, problem_code: end.code };
  if (end.kind === 'stopped') return { stopped_by: end.by };
  const text = JSON.stringify(end.result);
  return text.length > RESULT_MAX ? { problem: TOO_LONG } : { result_json: text };
}

export async function writeEnd(db: Db, held: HeldScanJob, end: ScanJobEnd): Promise<void> {
  await db
    .updateTable('scan_job')
    .set({ ended_at: leaseClock(db), ...endColumns(end) })
    .where('id', '=', held.id)
    .where('ended_at', 'is', null)
    .where(isHeldAs(held))
    .execute();
}

/** How a job ended, by the row of a job that ended. */
export function endIn({
  result_json: result,
  problem,
  problem_code: code,
  stopped_by: by,
}: EndRow): ScanJobEnd {
  if (problem !== null) return { kind: 'failed', code, problem };
  if (by !== null) return { kind: 'stopped', by };
  return { kind: 'result', result };
}
