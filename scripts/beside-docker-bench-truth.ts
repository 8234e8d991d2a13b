import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { totalmem } from 'node:os';
import type { RealEngine } from '../test/support/real-engine.ts';

/** What root reads of a container's main process, and what the engine keeps of it. */
interface ContainerTruth {
  name: string;
  status: Readonly<Record<string, string>>;
  mounts: readonly string[];
  namespaces: Readonly<Record<string, string>>;
  /** Of its control groups: `memory.limit_in_bytes`, `pids.max` and so on; absent where not there. */
  limit(controller: string, file: string): string | null;
  /** Device and inode of a path inside; null where it is not there. */
  identity(path: string): string | null;
  /** Names of the programs in its control group. */
  programs: readonly string[];
  /** Effective user of every process in its control group, its main process first. */
  users: readonly number[];
  /** Capabilities that any of its processes has, as a mask. */
  capabilities: readonly bigint[];
  inspect: Inspected;
}
interface Inspected {
  HostConfig: {
    Privileged: boolean;
    SecurityOpt: string[] | null;
    RestartPolicy: { Name: string; MaximumRetryCount: number };
    DeviceCgroupRules: string[] | null;
    Devices: unknown[] | null;
  };
  NetworkSettings: {
    Ports: Record<string, { HostIp: string; HostPort: string }[] | null> | null;
    Networks: Record<string, unknown>;
  };
  Config: { Healthcheck?: { Test?: string[] } };
}
export interface HostTruth {
  containers: readonly ContainerTruth[];
  /** Namespaces of the engine itself. */
  engine: Readonly<Record<string, string>>;
  /** Device and inode of its socket. */
  socket: string;
  /** What the control group of an ordinary container opens, one rule each. */
  devices: readonly string[];
  /** Of /etc, by what shows a folder to be the host's own. */
  etc: string;
}

const DEFAULT_CAPABILITIES = 0xa80425fbn;
const KINDS = ['pid', 'net', 'ipc', 'uts', 'user', 'cgroup'];

export function readTruth(engine: RealEngine, names: readonly string[]): HostTruth {
  const proc = `${engine.root()}/proc`;
  const text = (path: string) => readFileSync(`${proc}/${path}`, 'utf8');
  const namespacesOf = (pid: number | string) =>
    Object.fromEntries(KINDS.map((kind) => [kind, readlinkSync(`${proc}/${pid}/ns/${kind}`)]));
  const identityOf = (path: string): string | null => {
    try {
      const { dev, ino } = statSync(path);
      return `${dev}:${ino}`;
    } catch {
      return null;
    }
  };
  const maskOf = (pid: string) =>
    BigInt(`0x${/^CapBnd:\s*(\w+)/m.exec(text(`${pid}/status`))?.[1] ?? '0'}`);
  const userOf = (pid: string) =>
    Number(/^Uid:\s*\d+\s+(\d+)/m.exec(text(`${pid}/status`))?.[1] ?? -1);
  const pids = readdirSync(proc).filter((name) => /^\d+$/.test(name));
  const inspected = JSON.parse(engine.docker('inspect', ...names)) as (Inspected & {
    Id: string;
    State: { Pid: number };
  })[];
  const containers = inspected.map((inspect, index): ContainerTruth => {
    const pid = inspect.State.Pid;
    const groups = text(`${pid}/cgroup`);
    const own = pids.filter((one) => safely(() => text(`${one}/cgroup`).includes(inspect.Id)));
    const status = text(`${pid}/status`)
      .split('\n')
      .map((line) => line.split(/:\s*/, 2) as [string, string]);
    return {
      name: names[index] ?? '',
      inspect,
      status: Object.fromEntries(status),
      mounts: text(`${pid}/mountinfo`).split('\n'),
      namespaces: namespacesOf(pid),
      programs: own.map((one) => text(`${one}/comm`).trim()),
      capabilities: [String(pid), ...own.filter((one) => one !== String(pid))].map(maskOf),
      users: [String(pid), ...own.filter((one) => one !== String(pid))].map(userOf),
      identity: (path) => identityOf(`${proc}/${pid}/root${path}`),
      limit(controller, file) {
        const group = new RegExp(`^\\d+:(?:[\\w,]*,)?${controller}(?:,[\\w,]*)?:(.*)$`, 'm').exec(
          groups,
        );
        const folder = `/sys/fs/cgroup/${controller}${group?.[1] ?? ''}`;
        return safely(() => readFileSync(`${folder}/${file}`, 'utf8').trim()) || null;
      },
    };
  });
  return {
    containers,
    engine: namespacesOf(1),
    socket: identityOf(engine.socketPath) ?? '',
    devices: (containers[0]?.limit('devices', 'devices.list') ?? '').split('\n'),
    etc: identityOf('/etc') ?? '',
  };
}

function safely<T>(read: () => T): T | false {
  try {
    return read();
  } catch {
    return false;
  }
}

interface TruthOfCheck {
  /** Names of the containers of which the check should warn. */
  of(truth: HostTruth): string[];
  how: string;
}
const where = (
  how: string,
  isWrong: (container: ContainerTruth, host: HostTruth) => boolean,
): TruthOfCheck => ({
  how,
  of: (host) => host.containers.filter((one) => isWrong(one, host)).map(({ name }) => name),
});
const shares = (kind: string) =>
  where(
    `/proc/PID/ns/${kind} beside that of the engine`,
    ({ namespaces }, { engine }) => namespaces[kind] === engine[kind],
  );
const targetsOf = ({ mounts }: ContainerTruth) => mounts.map((line) => line.split(' ')[4] ?? '');
const portsOf = ({ inspect }: ContainerTruth) =>
  Object.values(inspect.NetworkSettings.Ports ?? {}).flatMap((bound) => bound ?? []);
const isBelowAll = (value: string | null, all: number) =>
  value !== null && Number(value) > 0 && Number(value) < all;

/** How the truth of a check about containers is read, by the number of the check. */
export const truths: Readonly<Record<string, TruthOfCheck>> = {
  '4.1': where('effective users of all its processes in /proc/PID/status', ({ users }) =>
    users.includes(0),
  ),
  '5.4': where('bounding sets of all its processes in /proc/PID/status', ({ capabilities }) =>
    capabilities.some((mask) => (mask & ~DEFAULT_CAPABILITIES) !== 0n),
  ),
  '5.5': where('what the engine was asked for', ({ inspect }) => inspect.HostConfig.Privileged),
  '5.6': where('device and inode of what is mounted beside those of /etc', (one, { etc }) =>
    targetsOf(one).some((target) => one.identity(target) === etc),
  ),
  '5.7': where('/proc/PID/comm of every process in its control group', ({ programs }) =>
    programs.includes('sshd'),
  ),
  '5.8': where('ports that the engine has published, below 1024', (one) =>
    portsOf(one).some(({ HostPort }) => Number(HostPort) > 0 && Number(HostPort) < 1024),
  ),
  '5.10': shares('net'),
  '5.11': where(
    'memory.limit_in_bytes beside the memory of the machine',
    (one) => !isBelowAll(one.limit('memory', 'memory.limit_in_bytes'), totalmem()),
  ),
  '5.12': where(
    'cpu.cfs_quota_us and cpu.shares of its control group',
    (one) =>
      !isBelowAll(one.limit('cpu', 'cpu.cfs_quota_us'), Number.MAX_SAFE_INTEGER) &&
      ['1024', null].includes(one.limit('cpu', 'cpu.shares')),
  ),
  '5.13': where('options of / in /proc/PID/mountinfo', ({ mounts }) =>
    mounts.some((line) => line.split(' ')[4] === '/' && line.split(' ')[5]?.startsWith('rw')),
  ),
  '5.14': where('ports that the engine has published on every address', (one) =>
    portsOf(one).some(({ HostIp }) => ['0.0.0.0', '::', ''].includes(HostIp)),
  ),
  '5.15': where('restart policies that repeat without an end', ({ inspect }) => {
    const { Name, MaximumRetryCount } = inspect.HostConfig.RestartPolicy;
    const isOnFailure = Name === 'on-failure';
    return (
      Name === 'always' || Name === 'unless-stopped' || (isOnFailure && MaximumRetryCount === 0)
    );
  }),
  '5.16': shares('pid'),
  '5.17': shares('ipc'),
  '5.18': where(
    'devices.list of its control group beside that of a plain one',
    (one, { devices }) =>
      !one.inspect.HostConfig.Privileged &&
      (one.limit('devices', 'devices.list') ?? '')
        .split('\n')
        .some((rule) => !devices.includes(rule)),
  ),
  '5.20': where('shared: in /proc/PID/mountinfo, of mounts of the host', ({ mounts }) =>
    mounts.some((line) => / shared:\d+/.test(line)),
  ),
  '5.21': shares('uts'),
  '5.22': where(
    'Seccomp in /proc/PID/status, and whether a profile forbids anything',
    ({ status, inspect }) =>
      status.Seccomp === '0' ||
      (inspect.HostConfig.SecurityOpt ?? []).some(
        (option) => option.includes('"SCMP_ACT_ALLOW"') && !/ERRNO|KILL|TRAP/.test(option),
      ),
  ),
  '5.23': where('processes with a larger bounding set than the first one', ({ capabilities }) =>
    capabilities.some((mask) => (mask & ~(capabilities[0] ?? 0n)) !== 0n),
  ),
  '5.24': where(
    'root processes in a container of another user',
    ({ users }) => users[0] !== 0 && users.includes(0),
  ),
  '5.26': where('NoNewPrivs in /proc/PID/status', ({ status }) => status.NoNewPrivs !== '1'),
  '5.27': where('the health check that the engine runs', ({ inspect }) => {
    const test = inspect.Config.Healthcheck?.Test ?? [];
    return test.length === 0 || test[0] === 'NONE';
  }),
  '5.29': where('pids.max of its control group', (one) => {
    const value = one.limit('pids', 'pids.max');
    return value === null || value === 'max' || Number(value) >= 4_194_304;
  }),
  '5.30': where(
    'networks that the engine has it in',
    ({ inspect }) => 'bridge' in inspect.NetworkSettings.Networks,
  ),
  '5.32': where(
    'device and inode of what is mounted beside those of the socket',
    (one, { socket }) =>
      targetsOf(one).some(
        (target) =>
          one.identity(target) === socket || one.identity(`${target}/docker.sock`) === socket,
      ),
  ),
};
