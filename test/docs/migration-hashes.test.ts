import { addHashes } from '../../scripts/docs/migration-hashes.ts';

const migrations = new Map([
  ['0001-initial', 'create'],
  ['0002-more', 'add'],
]);
const known = addHashes('', migrations);

it('adds the line of a new migration and leaves the others', () => {
  const more = addHashes(known, new Map([...migrations, ['0003-new', 'new\r\n']]));

  expect(more.startsWith(known)).toBe(true);
  expect(more.slice(known.length)).toBe(
    '7aa7a5359173d05b63cfd682e3c38487f3cb4f7f1d60659fe59fab1505977d4c  migrations/0003-new.ts\n',
  );
  expect(addHashes(known, migrations)).toBe(known);
});

it('refuses a known one that is gone or was edited', () => {
  const edited = new Map([...migrations, ['0001-initial', 'create more']]);
  const shorter = new Map([...migrations].slice(1));

  for (const other of [edited, shorter]) {
    expect(() => addHashes(known, other)).toThrow('migrations/0001-initial.ts is not what it was');
  }
});
