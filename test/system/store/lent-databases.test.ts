import { temporaryPostgres } from '../../support/temporary-database.ts';

test('a database that is removed twice is lent to one suite at a time', () => {
  const first = temporaryPostgres();
  first.remove();
  first.remove();

  const [one, other] = [temporaryPostgres(), temporaryPostgres()];

  expect(one.url).not.toBe(other.url);
  one.remove();
  other.remove();
});
