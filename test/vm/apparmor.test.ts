import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { oddContainers } from '../system/truth/odd-containers.ts';
import { importTruthImage } from '../system/truth/truth-image.ts';
import { startCases, type TruthRun } from '../system/truth/truth-run.ts';
import {
  appArmorCases,
  liftedCases,
  liftLimits,
  limitCases,
  loadProfiles,
  makeSlices,
  removeProfile,
} from './host-containers.ts';
import { type Machine, openMachine } from './machine.ts';
import { compareEachWay, LOGINS_MAX, type MachineScans, scanEachWay } from './machine-scans.ts';

// A host as most have it: systemd, control groups version 2, AppArmor in force, an engine over TLS and ssh.

const TWO_HOURS_MS = 120 * 60_000;

let folder: string;
let machine: Machine;
let run: TruthRun;
let scans: MachineScans;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'seawall-vm-'));
  writeFileSync(
    join(folder, 'open.json'),
    JSON.stringify({ defaultAction: 'SCMP_ACT_ALLOW', syscalls: [] }),
  );
  machine = openMachine({ module: 'apparmor' });
  const { docker, root, view } = machine;
  importTruthImage(docker, folder);
  root(loadProfiles);
  root(makeSlices);
  // Every kind alone, without mixtures: a machine that is emulated takes seconds for each.
  const cases = [
    ...oddContainers(0, () => 0),
    ...appArmorCases(),
    ...limitCases(),
    ...liftedCases(),
  ];
  run = await startCases({ docker, view, folder }, cases);
  root(removeProfile);
  for (const { name } of run.cases.filter(({ name }) => name.startsWith('lifted'))) {
    root(liftLimits(run.idOf(name)));
  }
  scans = await scanEachWay(machine, run);
}, TWO_HOURS_MS);
afterAll(() => {
  machine?.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

it('starts the containers that it is about', () => {
  expect(run.refused).toEqual([]);
  expect(run.cases.length).toBeGreaterThan(60);
});

compareEachWay(
  () => run,
  () => scans,
);

it('reads every one of more than sixty containers at the level kernel', () => {
  for (const way of ['tls', 'ssh'] as const) {
    const { kernel, processes, limits } = scans.of(way, 'kernel').snapshot;
    if (kernel.state === 'unread') throw new Error(kernel.reason);
    const unread = kernel.value.containers.flatMap(({ facts }) =>
      facts.state === 'unread'
        ? [facts.reason]
        : facts.value.limits.state === 'unread'
          ? ['limits']
          : [],
    );
    expect(unread).toEqual([]);
    expect(kernel.value.containers.length).toBeGreaterThanOrEqual(60);
    expect([processes.state, limits.state]).toEqual(['read', 'read']);
    expect(kernel.value.notes).toEqual([]);
  }
});

it('logs in over ssh a few times in a scan at most', () => {
  expect(scans.loginsOf('api')).toBeLessThanOrEqual(LOGINS_MAX);
  expect(scans.loginsOf('kernel')).toBeLessThanOrEqual(LOGINS_MAX);
});
