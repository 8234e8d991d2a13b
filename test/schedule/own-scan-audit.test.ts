import type { AuditEntry } from '../../src/ports/audit-log.ts';
import { ownScanAudit } from '../../src/schedule/own-scan-audit.ts';
import { silentLogger } from '../../src/shared/logger.ts';

const hosts = Array.from({ length: 45 }, (_, index) => `web-${index}`);

function open(onRecord: (written: number) => void = () => undefined) {
  const rows: string[] = [];
  const record = async ({ what }: Pick<AuditEntry, 'what'>) => {
    onRecord(rows.length);
    await Promise.resolve();
    rows.push(what);
  };
  let time = 0;
  const own = ownScanAudit({ audit: { record } as never, now: () => time }, silentLogger);
  const pass = (ms: number) => {
    time += ms;
  };
  return { rows, own, pass };
}

const named = (rows: readonly string[]) =>
  rows.flatMap((what) => what.replace(', by itself: Seawall started', '').split(', '));

test('each host of a long series has its name in one row', async () => {
  const { rows, own } = open();
  for (const host of hosts) own.note(host, 'start');
  await own.write();
  await own.write();

  expect(rows).toHaveLength(3);
  expect(named(rows)).toEqual(hosts);
});

test('a row is due when it is full, and when its first host has waited for a minute', async () => {
  const { own, pass } = open();
  for (const host of hosts.slice(0, 19)) own.note(host, 'start');
  expect(own.isDue(true)).toBe(false);
  own.note('web-19', 'start');
  expect(own.isDue(true)).toBe(true);
  await own.write();
  expect(own.isDue(true)).toBe(false);

  own.note('web-20', 'every');
  pass(59_000);
  own.note('web-21', 'every');
  expect(own.isDue(true)).toBe(false);
  pass(1_000);
  expect(own.isDue(true)).toBe(true);
  await own.write();
  pass(120_000);
  expect(own.isDue(true)).toBe(false);
});

test('what a database did not take, and what is noted meanwhile, is written with the next', async () => {
  let isDown = true;
  const { rows, own } = open((written) => {
    if (written === 1) own.note('late', 'start');
    if (written === 2 && isDown) throw new Error('no database');
  });
  for (const host of hosts) own.note(host, 'start');
  await own.write();

  expect(rows).toHaveLength(2);
  isDown = false;
  await own.write();
  expect(named(rows)).toEqual([...hosts, 'late']);
});

test('a host that is noted again while its row is written has another row, which comes due', async () => {
  let [isAgain, isDown] = [true, false];
  const { rows, own, pass } = open(() => {
    if (isAgain) own.note('web', 'every');
    isAgain = false;
    if (isDown) throw new Error('no database');
  });
  own.note('web', 'every');
  await own.write();
  await own.write();
  expect(rows).toHaveLength(2);

  own.note('web', 'every');
  pass(60_000);
  isDown = true;
  await own.write();
  pass(30_000);
  expect(own.isDue(true)).toBe(true);
  isDown = false;
  await own.write();
  expect(rows).toHaveLength(3);
});

test('what is noted of another reason while rows are written comes due as well', async () => {
  let isFirst = true;
  const { rows, own, pass } = open((written) => {
    if (written === 1 && isFirst) own.note('late', 'start');
    if (written === 1) isFirst = false;
  });
  own.note('web', 'start');
  own.note('db', 'every');
  await own.write();
  expect(rows).toHaveLength(2);
  pass(60_000);
  expect(own.isDue(true)).toBe(true);
});

test('a row that a database did not take is tried again later each time, and at once after one that did', async () => {
  let isDown = true;
  const { own, pass } = open(() => {
    if (isDown) throw new Error('no database');
  });
  own.note('web', 'start');
  expect(own.isDue(false)).toBe(true);
  await own.write();
  expect(own.isDue(false)).toBe(false);
  pass(30_000);
  expect(own.isDue(false)).toBe(true);

  for (const _ of [1, 2, 3]) await own.write();
  pass(60_000);
  expect(own.isDue(false)).toBe(false);
  pass(4 * 60_000);
  expect(own.isDue(false)).toBe(true);

  isDown = false;
  await own.write();
  expect(own.isDue(false)).toBe(false);
  own.note('web', 'every');
  expect(own.isDue(false)).toBe(true);
});

test('a clock that is set back holds no row that a database did not take', async () => {
  const { own, pass } = open(() => {
    throw new Error('no database');
  });
  own.note('web', 'start');
  await own.write();
  expect(own.isDue(false)).toBe(false);

  pass(-3_600_000);
  expect(own.isDue(false)).toBe(true);
});
