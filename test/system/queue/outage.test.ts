import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSettings } from '../../../src/config/load-settings.ts';
import { work } from '../../../src/programs/worker.ts';
import type { Logger } from '../../../src/shared/logger.ts';
import { pause } from '../../../src/timers/pause.ts';
import { openForwarder } from '../../support/forwarder.ts';
import { postgresServer } from '../../support/postgres-server.ts';
import { until } from '../../support/until.ts';

test('a database that is away for a while is a line when it goes and a line when it is back', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'seawall-outage-'));
  const url = postgresServer().create('seawall_migrated').url;
  const server = new URL(url).searchParams.get('host') ?? '';
  const place = join(folder, '.s.PGSQL.5432');
  const open = () => openForwarder({ path: place }, () => join(server, '.s.PGSQL.5432'));
  const settings = await loadSettings({
    environment: {
      DATABASE_URL: url.replace(/host=.*/, `host=${encodeURIComponent(folder)}`),
      DOCKER_HOST: `unix://${join(folder, 'none.sock')}`,
      PORT: '0',
    },
    readFile: () => null,
    guardOf: () => null,
    cwd: folder,
  });
  const lines: { text: string; fields: object }[] = [];
  const keep = (fields: object, text: string) => void lines.push({ fields, text });
  const log: Logger = { debug() {}, info: keep, warn: keep, error: keep };

  let way = await open();
  const worker = await work({ settings, log });
  try {
    lines.length = 0;
    way.close();
    await pause(7_000);
    way = await open();
    await until(() => lines.some(({ text }) => text === 'the database can be used again'));

    const about = lines.filter(({ text }) => !text.includes('watch'));
    expect(about.map(({ text }) => text)).toEqual([
      'the database cannot be used; what fails for that is counted',
      'the database can be used again',
    ]);
    expect(about[0]?.fields).toEqual({ reason: expect.stringContaining('The database could not') });
    const failed = { 'no sign of life could be given': expect.any(Number) };
    expect(about[1]?.fields).toMatchObject({ failed });
  } finally {
    await worker.close();
    way.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
