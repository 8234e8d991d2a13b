import type { Store } from '../../src/store/open-store.ts';
import { type TemporaryDatabase, temporaryDatabase } from './temporary-database.ts';

/** A store over a database of its own. */
interface OwnStore {
  place: TemporaryDatabase;
  store: Store;
  /** Opens the next one over the same database, once the test has closed the last; with the same clock unless told. */
  reopen(clock?: () => number): Promise<Store>;
}

/** Opens one before each test, with a clock that stands still unless another is given, and removes it after it. */
export function storeForEach(take: (own: OwnStore) => unknown, now?: () => number): void {
  let own: OwnStore;
  beforeEach(async () => {
    const place = temporaryDatabase();
    const reopen: OwnStore['reopen'] = async (clock = now) => {
      own.store = await place.open(clock);
      return own.store;
    };
    own = { place, store: await place.open(now), reopen };
    await take(own);
  });
  afterEach(async () => {
    await own.store.close();
    own.place.remove();
  });
}
