import type { OddContainer } from '../system/truth/odd-containers.ts';

// What only a host with control groups version 2 and a security module has.

const SLEEP = ['busybox', 'sleep', 'infinity'];
/** A name that is no mode of AppArmor, which a process gives itself. */
const FORGER = [
  ...['busybox', 'sh', '-c'],
  'echo -n "(enforce) x" > /proc/self/comm; busybox sleep infinity; true',
];

const toCases = (
  prefix: string,
  options: readonly (readonly string[])[],
  command: readonly string[] = SLEEP,
): OddContainer[] =>
  options.map((one, index) => ({
    name: `${prefix}-${index}`,
    options: [...one],
    command: [...command],
    exec: null,
    isOpenProfile: false,
  }));

const appArmor = (profile: string) => ['--security-opt', `apparmor=${profile}`];

/**
 * Profiles that the containers name: complain, unconfined, with a blank, and one that is removed once
 * they run. A script for root of the machine.
 */
export const loadProfiles = `cat > /etc/apparmor.d/odd <<'PROFILES'
profile odd-complain flags=(complain,attach_disconnected) { file, network, capability, signal, ptrace, }
profile odd-unconfined flags=(unconfined) { userns, }
profile "odd (enforce) name" flags=(complain,attach_disconnected) { file, network, capability, signal, ptrace, }
profile "odd name" flags=(attach_disconnected,mediate_deleted) { file, network, capability, signal, ptrace, }
profile odd-removed flags=(attach_disconnected) { file, network, capability, signal, ptrace, }
PROFILES
apparmor_parser -Kr /etc/apparmor.d/odd`;

/** After the start: what is done to them by hand. */
export const removeProfile = 'echo -n odd-removed > /sys/kernel/security/apparmor/.remove';

export const appArmorCases = (): OddContainer[] => [
  ...toCases('apparmor', [
    appArmor('docker-default'),
    appArmor('unconfined'),
    appArmor('odd-complain'),
    appArmor('odd-unconfined'),
    appArmor('odd name'),
    appArmor('odd (enforce) name'),
    ['--privileged', ...appArmor('docker-default')],
    ['--privileged', ...appArmor('odd-complain')],
    ['--cap-add', 'SYS_ADMIN', ...appArmor('odd-complain')],
  ]),
  // Nothing can be started in it any more.
  { ...(toCases('removed', [appArmor('odd-removed')])[0] as OddContainer), isSealed: true },
  ...toCases('forger', [appArmor('unconfined'), appArmor('odd-complain'), []], FORGER),
];

/** Slices with limits, for root of the machine. */
export const makeSlices = `cd /etc/systemd/system
printf '[Slice]\\nMemoryMax=200M\\nTasksMax=60\\nCPUQuota=50%%\\n' > odd.slice
printf '[Slice]\\n' > odd-inner.slice
printf '[Slice]\\n' > oddplain.slice
systemctl daemon-reload`;

export const limitCases = (): OddContainer[] =>
  toCases('limit', [
    ['--cgroup-parent', 'odd.slice'],
    ['--cgroup-parent', 'odd-inner.slice'],
    ['--cgroup-parent', 'oddplain.slice'],
    ['--cgroup-parent', 'odd.slice', '--memory', '64m', '--pids-limit', '20', '--cpus', '0.25'],
    ['--cgroup-parent', 'odd.slice', '--memory', '900m', '--pids-limit', '500', '--cpus', '1.5'],
    ['--cpuset-cpus', '0'],
    ['--cpuset-cpus', '0-1'],
    ['--cpus', '2'],
    ['--cpus', '0.333'],
    ['--cpu-quota', '900000', '--cpu-period', '100000'],
    ['--memory', '64m', '--volume', '/sys/fs/cgroup:/sys/fs/cgroup'],
  ]);

/** Its limits are lifted by `liftLimits` once it runs. */
export const liftedCases = (): OddContainer[] =>
  toCases('lifted', [['--cpus', '0.5', '--memory', '64m', '--pids-limit', '50']]);

export const liftLimits = (id: string): string =>
  `cd /sys/fs/cgroup/system.slice/docker-${id}.scope; echo max > cpu.max; echo max > memory.max; echo max > pids.max`;

const label = (...words: string[]) => words.flatMap((word) => ['--security-opt', `label=${word}`]);
const SHADOW = ['--volume', '/etc:/host-etc:ro'];

/** Each with a file of the host that no confined container reads. */
export const selinuxCases = (): OddContainer[] =>
  toCases(
    'selinux',
    [
      [],
      label('disable'),
      label('type:container_t'),
      label('type:spc_t'),
      label('type:unconfined_t', 'role:unconfined_r'),
      ['--privileged'],
      ['--user', '1000:1000'],
      label('level:s0:c1,c2'),
    ].map((options) => [...options, ...SHADOW]),
  );
