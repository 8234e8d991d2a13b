import { strainOfFeed } from '../support/feed-strain.ts';

const RECORDS = 5_000;
/** Slack’s requests are acknowledged by the thread that is measured. */
const STOP_MAX_MS = 100;

it('takes a feed without stopping the thread that answers', async () => {
  const { taking, records } = await strainOfFeed(RECORDS, 1);

  expect(records).toBe(RECORDS);
  expect(taking.longestStop).toBeLessThan(STOP_MAX_MS);
});
