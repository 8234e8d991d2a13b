import { resolve } from 'node:path';
import { UserError } from '../shared/errors.ts';

export type DatabasePlace = { kind: 'sqlite'; path: string } | { kind: 'postgres' };

/** Path of the SQLite file that a url names. Throws `UserError` for a url that names none. */
export function sqlitePath(url: string): string {
  const place = parseDatabaseUrl(url);
  if (place.kind === 'sqlite') return place.path;
  throw new UserError('PostgreSQL is backed up by its own tools', {
    hint: 'Use pg_dump and pg_restore; see docs/operations.md.',
  });
}

/** What a url names, for people: that of a server may hold a password. */
export function placeText(url: string): string {
  const place = parseDatabaseUrl(url);
  return place.kind === 'sqlite' ? resolve(place.path) : 'PostgreSQL';
}

/** Tells what `DATABASE_URL` names. Throws `UserError` for what is no database of ours. */
export function parseDatabaseUrl(url: string): DatabasePlace {
  if (/^postgres(ql)?:\/\//.test(url) && URL.canParse(url)) return { kind: 'postgres' };
  const path = /^sqlite:(.+)$/s.exec(url)?.[1];
  if (path !== undefined) return { kind: 'sqlite', path };
  // The url is not repeated: it may hold a password.
  throw new UserError('DATABASE_URL is not a database that Seawall knows', {
    hint: 'Write sqlite:PATH, e.g. sqlite:./data/seawall.db, or postgres://USER@HOST/NAME.',
  });
}
