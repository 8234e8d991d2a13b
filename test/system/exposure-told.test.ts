import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openWorkspace, type Workspace } from '../../demo/workspace/workspace.ts';
import { openStore, type Store } from '../../src/store/open-store.ts';
import { readable } from '../support/chat-app.ts';
import { type EventEngine, openEventEngine } from '../support/event-engine.ts';
import { having, packageOf } from '../support/having-packages.ts';
import { joinedProgram } from '../support/joined-programs.ts';
import { isLongRun } from '../support/long-run.ts';
import { scanRecord } from '../support/scan-records.ts';
import { openSeawall } from '../support/seawall.ts';
import { takeExploited, takeRecords } from '../support/taken-feeds.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const channel = 'C0SECURIT';
const folder = makeTemporaryFolder();
const said = { package: 'openssl', severity: 'high' } as const;

async function scan(store: Store, host: string): Promise<void> {
  const at = new Date().toISOString();
  const containers = [having('web', '12', [packageOf('libssl3', '1-1', 'openssl')])];
  await store.scans.saveScan(scanRecord({ host, startedAt: at, finishedAt: at, containers }));
}

describe('the bot', () => {
  let engine: EventEngine;
  beforeAll(async () => {
    engine = await openEventEngine();
  });
  afterAll(() => engine.close());

  test('tells a channel of a record within a minute of its import, without a scan', async () => {
    const bot = await openSeawall({
      hosts: [{ name: 'web-1', url: engine.url, watch: false }],
      mode: 'socket',
      folder,
      channels: [{ id: channel, alerts: { severity: 'high' } }],
    });
    // As another process imports.
    const store = await openStore({ url: `sqlite:${bot.databasePath}`, now: Date.now });
    const posted = () => bot.workspace.messages(channel).map(readable).join('\n');
    try {
      await scan(store, 'web-1');
      await takeRecords(store, { 'CVE-2026-1': said });
      await bot.workspace.waitUntil(() => posted().includes('1 vulnerability known now'), 240_000);

      const importedAt = Date.now();
      await takeRecords(store, { 'CVE-2026-1': said, 'CVE-2026-2': { ...said, fixed: '2-1' } });
      await bot.workspace.waitUntil(() => posted().includes('Known now: CVE-2026-2'), 240_000);
      expect(Date.now() - importedAt).toBeLessThan(60_000);
      expect(posted()).toContain('update openssl to 2-1');
      expect(posted()).not.toContain('Known now: CVE-2026-1');
      expect(bot.workspace.violations).toEqual([]);
    } finally {
      await store.close();
      await bot.close();
    }
  });
});

describe('a process that is killed between the match and the message', () => {
  const program = joinedProgram('exposure');
  const running = new Set<ChildProcess>();
  let place: TemporaryDatabase;
  let store: Store;
  let workspace: Workspace;
  beforeEach(async () => {
    place = temporaryDatabase();
    store = await place.open(Date.now);
    workspace = await openWorkspace({ delivery: { mode: 'socket' } });
  });
  afterEach(async () => {
    await Promise.all([...running].map(kill));
    await workspace.close();
    await store.close();
    place.remove();
  });

  /** Looks again and again; with `until` it says so and goes no further once it is there. */
  async function start(until: 'matched' | 'owed' | ''): Promise<ChildProcess> {
    const words = [program, place.url, workspace.apiUrl, workspace.botToken, channel, until];
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    running.add(child);
    await once(child.stdout ?? child, 'data');
    return child;
  }
  async function kill(child: ChildProcess): Promise<void> {
    const ended = once(child, 'exit');
    running.delete(child);
    child.kill('SIGKILL');
    await ended;
    for (const table of ['exposed_match', 'outbox_channel']) {
      place.run(`update ${table} set lease_until = 0 where lease_owner = 'process ${child.pid}'`);
    }
  }
  const texts = () => workspace.messages(channel).map(({ text }) => text);

  /** Once it is matched; in the long run once it is owed as well, which chat/outbox-kill has. */
  const steps = isLongRun ? (['matched', 'owed'] as const) : (['matched'] as const);

  test('leaves its message to the next, which posts it once', async () => {
    await scan(store, 'web-1');
    await takeRecords(store, {});
    await takeExploited(store, []);
    for (const [number, until] of steps.entries()) {
      const cve = `CVE-2026-${number + 1}`;
      if (number === 0) await kill(await start(''));
      await takeRecords(store, { [cve]: { ...said, severity: 'critical' } });
      const generation = place.values<number>('select generation from exposed_match')[0] ?? 0;
      await kill(await start(until));
      expect(place.values<number>('select generation from exposed_match')).toEqual([
        generation + 1,
      ]);
      expect(texts()).toHaveLength(number);

      const next = await start('');
      await workspace.waitUntil(() => texts().length > number, 240_000);
      await kill(next);
    }
    expect(texts().map((text) => text.slice(0, 21))).toEqual(
      steps.map((_until, index) => `Known now: CVE-2026-${index + 1}`),
    );
  });
});
