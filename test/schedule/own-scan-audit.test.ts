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
  const own = ownScanAudit({ audit: { record } as never, now: () => 0 }, silentLogger);
  return { rows, own };
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
