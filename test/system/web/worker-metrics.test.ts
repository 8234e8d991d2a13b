import { setTimeout as sleep } from 'node:timers/promises';
import { loadSettings } from '../../../src/config/load-settings.ts';
import { work } from '../../../src/programs/worker.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { sampleOf } from '../../support/metric-sample.ts';
import { postgresServer } from '../../support/postgres-server.ts';

test('a worker tells of itself alone, also while its database is away', async () => {
  const [database, other] = [postgresServer().create(), postgresServer().create()];
  const running = await work({
    settings: await loadSettings({
      environment: { DATABASE_URL: database.url, PORT: '0' },
      readFile: () => JSON.stringify({ hosts: [{ name: 'web-1', url: 'tcp://127.0.0.1:1' }] }),
      guardOf: () => null,
      cwd: '/',
    }),
    log: silentLogger,
  });
  const ask = async () => (await fetch(`http://127.0.0.1:${running.port}/metrics`)).text();
  const isWatching = (text: string) => sampleOf(text, 'seawall_watched_hosts{role="worker"}') === 1;
  while (!isWatching(await ask())) await sleep(100);
  const text = await ask();
  const allow = (isAllowed: boolean) =>
    other.run(
      `alter database ${database.name} allow_connections ${isAllowed};
       select pg_terminate_backend(pid, 60000) from pg_stat_activity where datname = '${database.name}'`,
    );
  allow(false);
  const away = await ask();
  allow(true);
  while (!isWatching(await ask())) await sleep(100);
  await running.close();

  expect(sampleOf(text, 'seawall_database_reachable{role="worker"}')).toBe(1);
  expect(text).not.toMatch(/host="web-1"\} |seawall_(hosts|outbox_pending|processes)\b/);
  expect(sampleOf(away, 'seawall_database_reachable{role="worker"}')).toBe(0);
  expect(away).toContain('process_resident_memory_bytes');
});
