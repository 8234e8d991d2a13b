import { type Job, openJob } from '../timers/job.ts';
import { type AlertParts, look } from './look.ts';

/** Another process may have scanned: half a minute is soon enough to hear of it. */
const PATTERN = '*/30 * * * * *';

/** Tells channels what happens, from now on. Without channels it does nothing. */
export function openAlerts(parts: AlertParts): Job {
  const { log } = parts;
  const job = openJob({
    pattern: PATTERN,
    work: () => look(parts),
    failure: 'alerts could not be looked after',
    log,
  });
  job.wake();
  return job;
}
