import { UserError } from '../shared/errors.ts';

/** Path of the file that `DATABASE_URL` names. Throws `UserError` for what is no database of ours. */
export function parseDatabaseUrl(url: string): string {
  if (/^postgres(ql)?:/.test(url)) {
    throw new UserError('PostgreSQL is not supported yet', {
      hint: 'Set DATABASE_URL to sqlite:PATH, e.g. sqlite:./data/seawall.db.',
    });
  }
  const path = /^sqlite:(.+)$/s.exec(url)?.[1];
  if (path === undefined) {
    // The url is not repeated: it may hold a password.
    throw new UserError('DATABASE_URL is not a database that Seawall knows', {
      hint: 'Write sqlite:PATH, e.g. sqlite:./data/seawall.db.',
    });
  }
  return path;
}
