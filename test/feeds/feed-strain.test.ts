import { strainOfFeed } from '../support/feed-strain.ts';
import { runs } from '../support/long-run.ts';

const RECORDS = runs(2_000, 5_000);
/** Slack’s requests are acknowledged by the thread that is measured: 99 of 100 in this time. */
const BUDGET_MS = 100;

it('takes a feed without stopping the thread that answers', async () => {
  let p99Work = Number.POSITIVE_INFINITY;
  // This process may collect what other suites left in the meantime: what one of three keeps within is enough.
  for (let tries = 0; tries < 3 && p99Work >= BUDGET_MS; tries += 1) {
    const { taking, records } = await strainOfFeed(RECORDS, 1);
    expect(records).toBe(RECORDS);
    p99Work = taking.p99Work;
  }
  process.stderr.write(
    `feed: ${RECORDS} records, 99 of 100 stops within ${p99Work.toFixed(1)} ms\n`,
  );

  expect(p99Work).toBeLessThan(BUDGET_MS);
});
