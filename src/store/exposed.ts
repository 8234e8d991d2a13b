import type { Clock } from '../ports/clock.ts';
import type { ExposedStore } from '../ports/exposed-store.ts';
import type { Database } from './database.ts';
import { countExploited, readContainerImages } from './exploitable-rows.ts';
import {
  acceptExposure,
  readAcceptedAs,
  readExposureAcceptances,
  unacceptExposure,
} from './exposed-acceptances.ts';
import { createMatching } from './exposed-match.ts';
import { readPlaced } from './exposed-places.ts';
import { countPosts, readTold, tell } from './exposed-told.ts';

/** What is exposed, in the database; every call but `readMatch` is one transaction. */
export function createExposedStore(database: Database, now: Clock): ExposedStore {
  const { read, write } = database;
  return {
    ...createMatching(database),
    listPlaced: (asked) => read((db) => readPlaced(db, asked)),
    listContainerImages: (hosts) => read((db) => readContainerImages(db, hosts)),
    countExploited: (hosts) => read((db) => countExploited(db, hosts)),
    listTold: (channel) => read((db) => readTold(db, channel)),
    countPosts: (channel, since) => read((db) => countPosts(db, channel, since)),
    tell: (held, telling) => write((db) => tell(db, held, telling)),
    accept: (what, scopes, terms) => write((db) => acceptExposure(db, what, scopes, terms)),
    unaccept: (what, scopes, by) => write((db) => unacceptExposure(db, what, scopes, by)),
    listAcceptances: () => read((db) => readExposureAcceptances(db, now())),
    listAcceptedAs: (names) => read((db) => readAcceptedAs(db, names, now())),
  };
}
