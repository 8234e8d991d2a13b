import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importTruthImage } from '../system/truth/truth-image.ts';
import { startCases, type TruthRun } from '../system/truth/truth-run.ts';
import { selinuxCases } from './host-containers.ts';
import { type Machine, openMachine } from './machine.ts';
import { compareEachWay, type MachineScans, scanEachWay } from './machine-scans.ts';

// The other security module: only logging, and refusing. What holds is tried: whether a process of the
// container reads a file of the host that is below it.

const TWO_HOURS_MS = 120 * 60_000;

describe.each([
  ['only logs', false],
  ['refuses', true],
])('a host whose SELinux %s', (_, isEnforcing) => {
  let folder: string;
  let machine: Machine;
  let run: TruthRun;
  let scans: MachineScans;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'seawall-vm-'));
    machine = openMachine({ module: 'selinux' });
    const { docker, view, root } = machine;
    importTruthImage(docker, folder);
    run = await startCases({ docker, view, folder }, selinuxCases());
    // Debian's policy lets the engine mount no folder of the host, so that they start while it only logs.
    if (isEnforcing) root('setenforce 1');
    expect(root('cat /sys/fs/selinux/enforce')).toBe(isEnforcing ? '1' : '0');
    scans = await scanEachWay(machine, run);
    for (const { name, options } of run.cases) {
      // Another user could not read it on a host without SELinux either.
      if (options.includes('--user')) continue;
      const truth = scans.truth.get(name);
      if (truth) truth.selinux = !readsShadow(docker, name);
    }
  }, TWO_HOURS_MS);
  afterAll(() => {
    machine?.close();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  it('starts some of the containers', () => {
    process.stderr.write(`selinux: refused ${JSON.stringify(run.refused)}\n`);
    expect(run.cases.length).toBeGreaterThan(3);
  });

  compareEachWay(
    () => run,
    () => scans,
  );
});

function readsShadow(docker: Machine['docker'], name: string): boolean {
  try {
    docker('exec', name, 'busybox', 'cat', '/host-etc/shadow');
    return true;
  } catch {
    return false;
  }
}
