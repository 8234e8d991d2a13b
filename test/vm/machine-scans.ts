import type { Control } from '../../src/controls/control.ts';
import type { Subject, Truth } from '../system/truth/kernel-truth.ts';
import type { OddContainer } from '../system/truth/odd-containers.ts';
import {
  contradicted,
  isExplained,
  isRed,
  openReasons,
  type Scan,
  type TruthRun,
} from '../system/truth/truth-run.ts';
import type { Machine } from './machine.ts';

/** Of one scan over ssh: one connection, and room for what a busy machine drops. */
export const LOGINS_MAX = 3;
/** An emulated machine has no time: these are as long as a host may be given. */
const PATIENT = { scanSeconds: 600, callSeconds: 60, probeStartSeconds: 120 };

type Way = 'tls' | 'ssh';
type Level = 'api' | 'kernel';
export const ways = ['tls', 'ssh'] as const satisfies Way[];
export const levels = ['api', 'kernel'] as const satisfies Level[];

export interface MachineScans {
  of(way: Way, level: Level): Scan;
  /** Logins that the scan over ssh made. */
  loginsOf(level: Level): number;
  truth: Map<string, Truth>;
}

/** Takes a snapshot of the machine over each way at each level, and reads the truth after all. */
export async function scanEachWay(
  machine: Machine,
  run: TruthRun,
  more?: (one: OddContainer) => Partial<Subject>,
): Promise<MachineScans> {
  const scans = new Map<string, Scan>();
  const logins = new Map<Level, number>();
  for (const evidence of levels) {
    for (const way of ways) {
      const before = machine.logins();
      const startedAt = Date.now();
      const host = { ...machine.hosts[way], ...PATIENT, evidence };
      scans.set(
        `${way} ${evidence}`,
        await run.scan(host, { sshConfigFile: machine.sshConfigFile }),
      );
      const seconds = Math.round((Date.now() - startedAt) / 1000);
      const made = machine.logins() - before;
      process.stderr.write(`vm: ${way}, ${evidence}: ${seconds} s, ${made} logins\n`);
      if (way === 'ssh') logins.set(evidence, made);
    }
  }
  const everybodys = systemdsTasksMax(machine);
  // -1 asks for none, which leaves systemd's own in place.
  const asksForPids = ({ options }: OddContainer) => {
    const place = options.indexOf('--pids-limit');
    return place >= 0 && Number(options[place + 1]) > 0;
  };
  const truth = await run.readTruth((one) => ({
    pidsOfEverybody: asksForPids(one) ? null : everybodys,
    ...more?.(one),
  }));
  return {
    of: (way, level) => {
      const scan = scans.get(`${way} ${level}`);
      if (!scan) throw new Error(`there was no scan over ${way} at ${level}`);
      return scan;
    },
    loginsOf: (level) => logins.get(level) ?? Number.POSITIVE_INFINITY,
    truth,
  };
}

const systemdsTasksMax = ({ root }: Machine): number | null => {
  const text = root('systemctl show --property DefaultTasksMax --value');
  return /^\d+$/.test(text) ? Number(text) : null;
};

/** The tests that compare every verdict with what the kernel holds. */
export function compareEachWay(run: () => TruthRun, scans: () => MachineScans): void {
  const each = ways.flatMap((way) => levels.map((level) => [way, level] as const));
  const wrong = (way: Way, level: Level, isWrong: (one: Control, holds: boolean) => boolean) =>
    contradicted(run().cases, scans().of(way, level).controls, scans().truth, isWrong);

  it.each(each)(
    'calls nothing enforced over %s at %s that the kernel does not hold',
    (way, level) => {
      expect(wrong(way, level, ({ verdict }, holds) => verdict === 'enforced' && !holds)).toEqual(
        [],
      );
    },
  );

  it.each(each)('calls nothing weak over %s at %s that the kernel holds', (way, level) => {
    expect(wrong(way, level, (control, holds) => isRed(control) && holds)).toEqual([]);
  });

  it.each(ways)('knows over %s at the level kernel all but what it says why of', (way) => {
    const open = openReasons(scans().of(way, 'kernel').controls, scans().truth);
    for (const { control, note, count } of open) {
      process.stderr.write(`  unknown ${count} × ${control}: ${note}\n`);
    }
    expect(open.filter(({ note }) => !note)).toEqual([]);
    expect(open.filter((one) => !isExplained(one))).toEqual([]);
  });
}
