import { feedOfJson } from '../src/feeds/make-feed.ts';
import type { FeedRow } from '../src/ports/feed-store.ts';
import type { Store } from '../src/store/open-store.ts';
import { sampleAdvisories } from './sample/advisories.ts';

const SOURCE = 'sample records, written by hand';

/** Takes the advisories of the sample fleet, which say in every answer that they are samples. */
export async function takeSampleFeed({ feeds }: Pick<Store, 'feeds'>): Promise<void> {
  const load = await feedOfJson(sampleAdvisories, (reason) => {
    throw new Error(reason);
  });
  async function* rows(): AsyncGenerator<FeedRow> {
    for await (const row of load.rows) yield labelled(row);
  }
  await feeds.replace({ ...load, source: SOURCE, rows: rows() });
}

function labelled(row: FeedRow): FeedRow {
  if (row.kind !== 'advisory') return row;
  const { advisory, affected } = row.record;
  return { kind: 'advisory', record: { advisory: { ...advisory, source: SOURCE }, affected } };
}
