import { namesMadeUp, withRealNames } from '../../src/command/example-names.ts';

test('a host whose name begins like a made-up container keeps its name', () => {
  const line = withRealNames(
    'why no-root-user redis on web-1',
    () => 'redis-1',
    () => 'web-2',
  );

  expect(line).toBe('why no-root-user web-2 on redis-1');
  expect(namesMadeUp('scan on redis-1')).toBe(false);
});

test('a name that an example makes up is told from longer ones', () => {
  expect(namesMadeUp('inspect redis')).toBe(true);
  expect(namesMadeUp('why 1a2b3c4d --evidence')).toBe(true);
  expect(namesMadeUp('inspect my-proxy on old.web-1')).toBe(false);
  expect(namesMadeUp('scan on web-1.example')).toBe(false);
  expect(namesMadeUp('Try scan on web-1.')).toBe(true);
});
