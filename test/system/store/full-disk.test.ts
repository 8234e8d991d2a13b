import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { backUp } from '../../../src/store/backup.ts';
import type { Answer } from '../../../src/views/answer.ts';
import { integrityOf, look } from '../../support/killed-program.ts';
import { baseImage, type RealEngine } from '../../support/real-engine.ts';
import { runHere } from '../../support/run-seawall.ts';
import { openSeawall, type RunningSeawall } from '../../support/seawall.ts';
import { openSmallDisk, type SmallDisk } from '../../support/small-disk.ts';
import { until } from '../../support/until.ts';
import { workerEngine } from '../../support/worker-engine.ts';

const security = 'C0SECURIT';
const atNight = new Date(Date.now() + 12 * 3_600_000).toISOString().slice(11, 16);
let engine: RealEngine;
let disk: SmallDisk;
let bot: RunningSeawall;

beforeAll(async () => {
  engine = await workerEngine();
  engine.importBaseImage();
  disk = openSmallDisk(6);
  bot = await openSeawall({
    hosts: [{ name: 'zoo', url: engine.url }],
    access: { approve: ['everyone'] },
    // Not due: only who asks for it gets it.
    channels: [{ id: security, digest: { at: atNight } }],
    mode: 'http',
    folder: disk.folder,
  });
});
afterAll(async () => {
  await bot?.close();
  disk?.remove();
  await engine?.close();
});

const ask = async (text: string): Promise<Answer> => {
  const before = bot.answers.length;
  await bot.workspace.sendCommand({ text });
  await until(() => bot.answers.length > before);
  return bot.answers[before] as Answer;
};
const posted = () => JSON.stringify(bot.workspace.messages(security));
const rowsOf = (query: string) =>
  look(bot.databasePath, (database) => database.prepare(query).pluck().all());
const isDisk = (text: string) => text.includes(`the disk of ${disk.folder} is full`);

it('says which disk is full, keeps what it hears, and goes on once there is room, with nothing twice', async () => {
  await ask('scan');
  await until(() => rowsOf('select 1 from watch where since_at is not null').length === 1);
  const before = rowsOf('select id from finding');

  disk.fill();
  // Whoever asks is told; what only reads is answered, with a warning.
  for (const line of ['scan', 'digest now']) {
    const answer = JSON.stringify(await ask(line));
    expect({ line, answer, isNamed: isDisk(answer) }).toMatchObject({ isNamed: true });
  }
  expect(await ask('status')).toMatchObject({
    kind: 'status',
    size: { disk: { folder: disk.folder, freeBytes: 0 } },
  });
  expect(isDisk(bot.logLines.join(''))).toBe(true);
  const readiness = await fetch(`${bot.origin}/readyz`);
  expect(readiness.status).toBe(503);
  expect(isDisk(await readiness.text())).toBe(true);
  // A container that comes and goes meanwhile, and a backup that has no room.
  engine.docker('run', '--rm', '--name', 'short', '--network', 'host', baseImage, 'true');
  await expect(
    backUp(`sqlite:${bot.databasePath}`, join(disk.folder, 'backup.db')),
  ).rejects.toThrow(/is full|ENOSPC/);
  expect(readdirSync(disk.folder).filter((name) => name.startsWith('backup'))).toEqual([]);
  const doctor = await runHere(['doctor'], {
    cwd: disk.folder,
    environment: { DOCKER_HOST: engine.url, DATABASE_URL: `sqlite:${bot.databasePath}` },
  });
  expect(doctor.stdout).toMatch(/^wrong +disk: only \d+ KB free .* make room there$/m);
  expect(doctor.status).toBe(3);

  disk.makeRoom();
  await until(async () => (await fetch(`${bot.origin}/readyz`)).status === 200);
  const heard = () => rowsOf('select kind from container_event order by id');
  await until(() => heard().includes('gone'));
  expect((await ask('scan')).kind).toBe('scan');
  await ask('digest now');
  await until(() => rowsOf("select 1 from digest_run where state = 'done'").length === 1);
  await until(() => rowsOf("select 1 from outbox where state <> 'sent'").length === 0);

  expect(heard()).toEqual(['created', 'started', 'ended', 'gone']);
  expect(rowsOf('select id from finding').slice(0, before.length)).toEqual(before);
  const keys = bot.workspace
    .messages(security)
    .flatMap(({ metadata }) => JSON.stringify(metadata ?? {}).match(/"key":"[^"]*"/) ?? []);
  expect(keys.filter((key) => key.includes(':parent'))).toHaveLength(1);
  expect(new Set(keys).size).toBe(keys.length);
  expect(posted()).not.toContain('A bug');
  expect(bot.logLines.filter((line) => line.includes('"level":50'))).toEqual([]);
  expect(integrityOf(bot.databasePath)).toBe('ok');
});

it('is named in the terminal as well, where a database cannot even be opened, and nothing of it is lost', async () => {
  const small = openSmallDisk(3);
  try {
    const path = join(small.folder, 'data', 'seawall.db');
    const environment = { DOCKER_HOST: engine.url, DATABASE_URL: `sqlite:${path}` };
    const run = (line: string) => runHere(line.split(' '), { cwd: small.folder, environment });
    await run('scan');
    const before = await run('findings');

    small.fill();
    const lines = ['findings', 'scan', `backup ${join(small.folder, 'backup.db')}`];
    const full = await Promise.all(lines.map(run));
    small.makeRoom();
    const after = await run('findings');

    for (const { status, stderr } of full) {
      expect(status).toBe(3);
      expect(stderr).toMatch(
        /the disk of \/\S+ is full \(\d+ KB free, SQLITE_\w+\); make room there/,
      );
    }
    expect(after.stdout).toBe(before.stdout);
    expect(readdirSync(small.folder)).toEqual(['data']);
    expect(integrityOf(path)).toBe('ok');
  } finally {
    small.remove();
  }
});
