// How long the thread that answers Slack stands still while a feed of 100,000 records is fetched, read and
// stored in the thread beside it, and as the baseline of the same run, while nothing is. `node bench/feed-sync.ts`
import { type Strain, strainOfFeed } from '../test/support/feed-strain.ts';
import { say } from './measure.ts';

const RECORDS = 100_000;
const BUDGET_MS = 100;

const { idle, taking, records, tookMs } = await strainOfFeed(RECORDS, 30_000);
const line = (what: string, { longestStop, p99Stop, claims }: Strain) => {
  const sorted = claims.toSorted((a, b) => a - b);
  const part = (of: number) => (sorted[Math.floor(of * (sorted.length - 1))] ?? 0).toFixed(0);
  return `${what}: longest stop ${longestStop.toFixed(0)} ms, p99 ${p99Stop.toFixed(0)} ms; ${claims.length} deliveries claimed, p50 ${part(0.5)}, p99 ${part(0.99)}, max ${part(1)} ms`;
};
say(`${records} records in ${(tookMs / 1_000).toFixed(1)} s; budget of a stop ${BUDGET_MS} ms`);
say(line('nothing is fetched', idle));
say(line('a feed is taken', taking));
