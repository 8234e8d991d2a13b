import { feedOfJson, feedOfRecords } from '../src/feeds/make-feed.ts';
import type { FeedLoad, FeedRow } from '../src/ports/feed-store.ts';
import type { Store } from '../src/store/open-store.ts';
import {
  nextRecords,
  sampleAdvisories,
  sampleExploited,
  sampleRecords,
} from './sample/advisories.ts';

const SOURCE = 'sample records, written by hand';

/**
 * Takes the advisories of the sample fleet, which say in every answer that they are samples; with `hasNext`
 * also what comes with the next morning.
 */
export async function takeSampleFeed(
  { feeds }: Pick<Store, 'feeds'>,
  { hasNext }: { hasNext: boolean },
): Promise<void> {
  async function* records() {
    yield* sampleRecords;
    if (hasNext) yield* nextRecords;
  }
  const loads = [
    await feedOfJson(sampleAdvisories, refuse),
    await feedOfRecords(records(), refuse, SOURCE),
  ];
  await feeds.replace({ source: SOURCE, rows: labelled(loads), asOf: () => null });
  const exploited = await feedOfJson(sampleExploited, refuse);
  // Nothing here is of the day on which its entries were added.
  await feeds.replace({ ...exploited, asOf: () => null });
}

function refuse(reason: string): never {
  throw new Error(reason);
}

async function* labelled(loads: readonly FeedLoad[]): AsyncGenerator<FeedRow> {
  for (const { rows } of loads) {
    for await (const row of rows) {
      if (row.kind !== 'advisory') {
        yield row;
        continue;
      }
      const { advisory, affected } = row.record;
      yield { kind: 'advisory', record: { advisory: { ...advisory, source: SOURCE }, affected } };
    }
  }
}
