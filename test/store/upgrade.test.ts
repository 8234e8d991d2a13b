import * as migrations from '../../migrations/index.ts';
import { assembleCore } from '../../src/programs/assemble.ts';
import { defaultPolicy } from '../../src/rules/policy.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { openDatabase } from '../../src/store/database.ts';
import { migrateToLatest } from '../../src/store/migrate.ts';
import { runInTerminal } from '../../src/terminal/run-in-terminal.ts';
import { firstHost, firstScanAt, writeFirstDatabase } from '../support/first-database.ts';
import { openRecordedEngine } from '../support/recorded-engine.ts';
import { placeForFile, type TemporaryFile } from '../support/temporary-database.ts';

const hosts = [firstHost];
let place: TemporaryFile;

beforeEach(() => {
  place = placeForFile();
  writeFirstDatabase(place.path);
});
afterEach(() => place.remove());

test('a database of the first schema is brought to this one, and says the same', async () => {
  const before = place.withConnection((connection) => ({
    findings: connection
      .prepare('select fingerprint, severity, message, first_seen as "firstSeen" from finding')
      .all() as { fingerprint: string }[],
    containers: connection.prepare('select name from container').pluck().all() as string[],
  }));

  const store = await place.open(() => firstScanAt + 60_000);
  const findings = await store.scans.listOpenFindings({ hosts });
  const containers = await store.scans.listContainers({ hosts });
  const blind = await store.scans.listBlindIntervals({ hosts, since: 0 });
  const good = await store.scans.findLastGoodScan(firstHost);
  const newest = await store.scans.findLastScan(firstHost);
  await store.close();

  expect(store.migrated).toEqual(Object.keys(migrations).slice(1));
  expect(findings.map(({ fingerprint }) => fingerprint).sort()).toEqual(
    before.findings.map(({ fingerprint }) => fingerprint).sort(),
  );
  expect(findings.every(({ firstSeen }) => Date.parse(firstSeen) >= firstScanAt)).toBe(true);
  expect(containers.map(({ facts }) => facts.name).sort()).toEqual(before.containers.toSorted());
  expect(good?.engine?.version).toBe('26.1.5+dfsg1');
  // The third scan met an engine that was down.
  expect(newest?.engine).toBeNull();
  expect(blind).toHaveLength(1);
});

test.each(['0001-initial', '0002-posture', '0019-lease-token'])(
  'a database whose older version was killed before it noted %s is brought to this one',
  async (name) => {
    const names = Object.keys(migrations);
    const made = names.slice(0, names.indexOf(name) + 1);
    const { db, close } = await openDatabase(place.url, () => firstScanAt);
    const older = Object.entries(migrations).filter(([one]) => made.includes(one));
    await migrateToLatest(db, Object.fromEntries(older));
    await close();
    // It kept the checksum with what the migration made, and noted it after that.
    for (const one of made.slice(1)) {
      place.run(`insert into migration_checksum values ('${one}', 'its sha256', ${firstScanAt})`);
    }
    place.run(`delete from kysely_migration where name = '${name}'`);

    const store = await place.open(() => firstScanAt + 60_000);
    const findings = await store.scans.listOpenFindings({ hosts });
    await store.close();

    expect(store.migrated).toEqual(names.slice(made.length));
    expect(findings).not.toEqual([]);
    expect(place.values('select name from kysely_migration order by name')).toEqual(names);
  },
);

test('a scan of today goes on with what the first version found', async () => {
  const known = place.values<string>('select fingerprint from finding');
  const engine = await openRecordedEngine();
  const core = await assembleCore({
    hosts: [
      {
        ...{ name: firstHost, url: engine.url, tls: undefined, labels: {} },
        ...{ evidence: 'api', isDefault: true },
      },
    ],
    databaseUrl: place.url,
    policy: defaultPolicy,
  });
  const output = {
    reference: 'a1b2',
    openLog: async () => silentLogger,
    stdout: () => {},
    stderr: () => {},
  };
  const line = { words: ['scan'], isJson: false, failOn: null };
  try {
    await runInTerminal(core.context, { ...line, ...output });
    const findings = await core.store.scans.listOpenFindings({ hosts });
    const old = findings.filter(({ fingerprint }) => known.includes(fingerprint));

    // What it found then has the same name now and is as old as it was; new are those of new rules.
    expect(old.length).toBeGreaterThan(known.length * 0.9);
    expect(old.every(({ firstSeen }) => Date.parse(firstSeen) < firstScanAt + 60_000)).toBe(true);
  } finally {
    await core.store.close();
    await engine.close();
  }
});
