import { type BackOff, backOffMs } from '../timers/back-off.ts';
import { type Job, openJob } from '../timers/job.ts';
import { type ExposureParts, tellExposure } from './tell-exposure.ts';

/** Soon enough that a channel hears of a record within a minute; a look without news reads six rows. */
const PATTERN = '*/10 * * * * *';
/** What fails is not matched again at once. */
const backOff: BackOff = { least: 30_000, most: 30 * 60_000 };

/** Matches again whenever a feed changed, and tells channels of it, from now on. */
export function openExposure(parts: ExposureParts): Job {
  let failures = 0;
  let notBefore = 0;
  const job = openJob({
    pattern: PATTERN,
    async work() {
      if (performance.now() < notBefore) return;
      try {
        await tellExposure(parts);
        failures = 0;
      } catch (error) {
        failures += 1;
        notBefore = performance.now() + backOffMs(failures, backOff);
        throw error;
      }
    },
    failure: 'vulnerabilities could not be looked after',
    log: parts.log,
  });
  job.wake();
  return job;
}
