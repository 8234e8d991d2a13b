import type { CurrentFinding } from '../../src/findings/result.ts';
import { gradeOf } from '../../src/posture/score.ts';
import type { Severity } from '../../src/rules/rule.ts';
import { currentFinding, hostPosture, scanRecord } from './scan-records.ts';
import type { TemporaryDatabase } from './temporary-database.ts';

const DAY_MS = 86_400_000;

export interface SeedOptions {
  now: number;
  days: number;
  host?: string;
  /** Days before today on which the host was down. */
  down?: readonly number[];
}

/** Stores one scan for each of the last days, today included, over a connection of its own. */
export async function seedHistory(
  database: TemporaryDatabase,
  { now, days, host = 'web-1', down = [] }: SeedOptions,
): Promise<void> {
  const store = await database.open(() => now);
  try {
    for (let ago = days - 1; ago >= 0; ago -= 1) {
      const at = new Date(now - ago * DAY_MS).toISOString();
      const score = 58 + Math.round(((days - ago) * 18) / days) - (ago % 11 === 4 ? 5 : 0);
      const isDown = down.includes(ago);
      await store.scans.saveScan(
        scanRecord({
          host,
          startedAt: at,
          finishedAt: at,
          findings: isDown ? [] : findingsOn(ago),
          ...(isDown && { engine: null, containers: null, undecided: blind }),
          posture: hostPosture({ score, grade: gradeOf(score) }),
        }),
      );
    }
  } finally {
    await store.close();
  }
}

/** What a scan of a host that is down says of each of its findings. */
const blind = ['critical', 'high', 'medium', 'low'].map((severity) => ({
  rule: `rule-${severity}`,
  subjectKind: 'container' as const,
  subjectKey: null,
  reason: 'connection refused',
}));

function findingsOn(ago: number): CurrentFinding[] {
  const some = (severity: Severity, count: number) =>
    Array.from({ length: count }, (_, index) =>
      currentFinding({ rule: `rule-${severity}`, severity, subjectKey: `service-${index}` }),
    );
  return [
    ...some('critical', 1 + Math.floor(ago / 8)),
    ...some('high', 5 + Math.floor(ago / 4) + (ago > 14 && ago < 19 ? 6 : 0)),
    ...some('medium', 14 + Math.floor(ago / 3)),
    ...some('low', 20 + (ago % 4)),
  ];
}
