import { join } from 'node:path';
import {
  environmentOf,
  integrityOf,
  look,
  runAndKillOnTerminal,
  stallInserts,
} from '../support/killed-program.ts';
import { openRecordedEngine, type RecordedEngine } from '../support/recorded-engine.ts';
import { runSeawall } from '../support/run-seawall.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

// Killed at parts of the time that a scan takes, so nothing runs beside it.
const folder = makeTemporaryFolder();

describe('a scan that is killed', () => {
  let engine: RecordedEngine;
  beforeAll(async () => {
    engine = await openRecordedEngine();
  });
  afterAll(() => engine.close());

  it('is stored whole or not at all, and takes nothing of an earlier one', async () => {
    const path = join(folder, 'scan.db');
    const environment = { ...environmentOf(path), DOCKER_HOST: engine.url };
    const count = (rows: string) =>
      look(path, (database) => database.prepare(`select count(*) from ${rows}`).pluck().get());
    /** Milliseconds from when all sections were read: what follows is judging and storing. */
    const scanAndKill = async (afterMs: number) => {
      let readAt = Number.POSITIVE_INFINITY;
      await runAndKillOnTerminal(['scan'], { cwd: folder, environment }, (printed) => {
        if (readAt > performance.now() && /(\d+)\/\1 /.test(printed)) readAt = performance.now();
        return performance.now() - readAt >= afterMs;
      });
      return performance.now() - readAt;
    };
    const wholeMs = await scanAndKill(Number.POSITIVE_INFINITY);
    const found = count('finding where closed_at is null');
    const stored: number[] = [];

    for (const part of [0, 0.2, 0.4, 0.6, 0.8, Number.POSITIVE_INFINITY]) {
      const before = Number(count('scan'));
      // Killed as soon as all was read, it has stored nothing, however late this process sees that.
      const goOn = part === 0 ? stallInserts(path, 'scan', before) : () => {};
      await scanAndKill(part * wholeMs);
      goOn();
      expect(integrityOf(path)).toBe('ok');
      stored.push(Number(count('scan')) - before);
      expect(count('finding where closed_at is null')).toBe(found);
    }

    expect(stored[0]).toBe(0);
    expect(stored.at(-1)).toBe(1);
    const { status } = await runSeawall(['scan'], { cwd: folder, environment });
    expect(status).toBe(0);
    expect(count('finding where closed_at is null')).toBe(found);
  });
});
