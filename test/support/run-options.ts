import { readFileSync } from 'node:fs';
import { askEngine, baseImage, type RealEngine } from './real-engine.ts';

type Fields = Record<string, unknown>;
/** Puts what an option says into the settings of a container, and into those of its host. */
type Option = (word: string, config: Fields, host: Fields) => void;

const push = (fields: Fields, name: string, value: unknown): void => {
  fields[name] = [...((fields[name] as unknown[]) ?? []), value];
};
const listOf =
  (name: string): Option =>
  (word, _config, host) =>
    push(host, name, word);
const textOf =
  (name: string): Option =>
  (word, _config, host) => {
    host[name] = word;
  };
const numberOf =
  (name: string, unit = 1): Option =>
  (word, _config, host) => {
    host[name] = Number(word) * unit;
  };

const UNITS: Readonly<Record<string, number>> = { m: 1024 ** 2, g: 1024 ** 3 };
const memory: Option = (word, _config, host) => {
  host.Memory = Number.parseInt(word, 10) * (UNITS[word.at(-1) ?? ''] ?? 1);
};
const NANOSECONDS_PER_HOUR = 3.6e12;
/** `80/tcp` for `80`. */
const portOf = (word: string): string => (word.includes('/') ? word : `${word}/tcp`);
const expose = (config: Fields, word: string): void => {
  config.ExposedPorts = { ...(config.ExposedPorts as Fields), [portOf(word)]: {} };
};
/** What of the health check an option says. */
const health = (config: Fields, said: Fields): void => {
  config.Healthcheck = { ...(config.Healthcheck as Fields), ...said };
};

const options: Readonly<Record<string, Option>> = {
  '--cap-add': listOf('CapAdd'),
  '--cap-drop': listOf('CapDrop'),
  '--cgroup-parent': textOf('CgroupParent'),
  '--cgroupns': textOf('CgroupnsMode'),
  '--cpu-period': numberOf('CpuPeriod'),
  '--cpu-quota': numberOf('CpuQuota'),
  '--cpu-shares': numberOf('CpuShares'),
  '--cpus': numberOf('NanoCpus', 1e9),
  '--cpuset-cpus': textOf('CpusetCpus'),
  '--device-cgroup-rule': listOf('DeviceCgroupRules'),
  '--group-add': listOf('GroupAdd'),
  '--ipc': textOf('IpcMode'),
  '--network': textOf('NetworkMode'),
  '--pid': textOf('PidMode'),
  '--pids-limit': numberOf('PidsLimit'),
  '--userns': textOf('UsernsMode'),
  '--uts': textOf('UTSMode'),
  '--volume': listOf('Binds'),
  '--volumes-from': listOf('VolumesFrom'),
  '--user': (word, config) => {
    config.User = word;
  },
  '-m': memory,
  '--memory': memory,
  '--env': (word, config) => push(config, 'Env', word),
  '--label': (word, config) => {
    const [, name = '', value = ''] = /^([^=]*)=?(.*)$/.exec(word) ?? [];
    config.Labels = { ...(config.Labels as Fields), [name]: value };
  },
  '--health-cmd': (word, config) => health(config, { Test: ['CMD-SHELL', word] }),
  '--health-interval': (word, config) =>
    health(config, { Interval: Number(/^(\d+)h$/.exec(word)?.[1]) * NANOSECONDS_PER_HOUR }),
  '--publish': (word, config, host) => {
    const [, HostIp = '', HostPort = '', inside] =
      /^(?:(?:(.*):)?(\d+):)?(\d+(?:\/udp)?)$/.exec(word) ?? [];
    const bound = [{ HostIp: HostIp.replace(/[[\]]/g, ''), HostPort }];
    expose(config, inside ?? '');
    host.PortBindings = { ...(host.PortBindings as Fields), [portOf(inside ?? '')]: bound };
  },
  '--expose': (word, config) => expose(config, word),
  '--restart': (word, _config, host) => {
    const [Name, count = 0] = word.split(':');
    host.RestartPolicy = { Name, MaximumRetryCount: Number(count) };
  },
  '-v': listOf('Binds'),
  '--tmpfs': (word, _config, host) => {
    const [path = '', how = ''] = word.split(':');
    host.Tmpfs = { ...(host.Tmpfs as Fields), [path]: how };
  },
  '--security-opt': (word, _config, host) => {
    const profile = /^seccomp=(\/.*)$/.exec(word)?.[1];
    const said = profile === undefined ? word : `seccomp=${readFileSync(profile, 'utf8')}`;
    const isOfPaths = word === 'systempaths=unconfined';
    if (isOfPaths) Object.assign(host, { MaskedPaths: [], ReadonlyPaths: [] });
    host.SecurityOpt = [...((host.SecurityOpt as string[]) ?? []), ...(isOfPaths ? [] : [said])];
  },
  '--device': (word, _config, host) => {
    const [PathOnHost = '', second = PathOnHost, CgroupPermissions = 'rwm'] = word.split(':');
    push(host, 'Devices', { PathOnHost, PathInContainer: second, CgroupPermissions });
  },
  '--mount': (word, _config, host) => push(host, 'Mounts', mountOf(word)),
};

const flags: Readonly<Record<string, (config: Fields, host: Fields) => void>> = {
  '--privileged': (_config, host) => {
    host.Privileged = true;
  },
  '--rm': (_config, host) => {
    host.AutoRemove = true;
  },
  '--read-only': (_config, host) => {
    host.ReadonlyRootfs = true;
  },
  '--publish-all': (_config, host) => {
    host.PublishAllPorts = true;
  },
  '--no-healthcheck': (config) => {
    config.Healthcheck = { Test: ['NONE'] };
  },
  // None of `docker run`: like `--network none`, for which the engine starts itself once more, but for files about names
  // of hosts. It takes a third off what a container costs.
  '--no-network': (config, host) => {
    config.NetworkDisabled = true;
    host.NetworkMode = 'none';
  },
};

/** What the CLI says although nobody asked for it. */
const nothing = (): Fields => ({
  PortBindings: {},
  ...{ Dns: [], DnsOptions: [], DnsSearch: [], Devices: [], Ulimits: [], BlkioWeightDevice: [] },
  ...{ BlkioDeviceReadBps: [], BlkioDeviceWriteBps: [] },
  ...{ BlkioDeviceReadIOps: [], BlkioDeviceWriteIOps: [] },
});

/** What follows `--mount`: fields with commas between them, of which one with a comma in it stands in quotes. */
function mountOf(word: string): Fields {
  const mount: Fields = {};
  const driver: Record<string, string> = {};
  for (const [, quoted, bare] of word.matchAll(/(?:^|,)(?:"([^"]*)"|([^,"]*))/g)) {
    const [name = '', ...rest] = (quoted ?? bare ?? '').split('=');
    const value = rest.join('=');
    if (name === 'type') mount.Type = value;
    else if (name === 'src') mount.Source = value;
    else if (name === 'dst') mount.Target = value;
    else if (name === 'readonly') mount.ReadOnly = true;
    else if (name === 'volume-opt')
      driver[value.split('=')[0] ?? ''] = value.replace(/^[^=]*=/, '');
    else if (name === 'volume-subpath') mount.VolumeOptions = { Subpath: value };
    else if (name === 'bind-recursive' && value === 'disabled') {
      mount.BindOptions = { NonRecursive: true };
    } else if (name === 'bind-recursive' && value === 'writable') {
      mount.BindOptions = { ReadOnlyNonRecursive: true };
    } else throw new Error(`${name} is nothing of a mount that this knows of`);
  }
  if (Object.keys(driver).length === 0) return mount;
  const DriverConfig = { Options: driver };
  return { ...mount, VolumeOptions: { ...(mount.VolumeOptions as Fields), DriverConfig } };
}

/** What `docker run` with these options asks the engine for. Throws for an option that it does not know. */
export function containerOf(words: readonly string[]): Fields & { HostConfig: Fields } {
  const [config, host]: [Fields, Fields] = [{}, nothing()];
  for (const left = [...words]; left.length > 0; ) {
    const word = left.shift() ?? '';
    const flag = flags[word];
    const option = options[word];
    if (flag !== undefined) flag(config, host);
    else if (option !== undefined) option(left.shift() ?? '', config, host);
    else throw new Error(`${word} is no option that this knows of`);
  }
  return { ...config, HostConfig: host };
}

/** Makes a container as `docker create` does; its id. Rejects like `startContainer`. */
export async function createContainer(
  socketPath: string,
  name: string,
  options: readonly string[],
  [image, ...command]: readonly [image: string, ...command: string[]],
): Promise<string> {
  const asked = { ...containerOf(options), Image: image, Cmd: command };
  const made = await askEngine(socketPath, 'POST', `/containers/create?name=${name}`, asked);
  return (JSON.parse(made) as { Id: string }).Id;
}

/**
 * Starts a container as `docker run --detach` does, a program of its own that costs half as much as what it starts.
 * Its id. Rejects with what the engine complained about, and for an option that it does not know.
 */
export async function startContainer(
  socketPath: string,
  name: string,
  options: readonly string[],
  words: readonly [image: string, ...command: string[]],
): Promise<string> {
  const id = await createContainer(socketPath, name, options, words);
  await askEngine(socketPath, 'POST', `/containers/${id}/start`);
  return id;
}

/** Starts a container of `baseImage` that does nothing, for what is not about a network; its id. Rejects like `startContainer`. */
export const startSleeper = (
  { socketPath }: Pick<RealEngine, 'socketPath'>,
  name: string,
  ...options: readonly string[]
): Promise<string> =>
  startContainer(socketPath, name, ['--no-network', ...options], [baseImage, 'sleep', 'infinity']);
