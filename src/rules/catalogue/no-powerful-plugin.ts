import { read, unread } from '../../shared/reading.ts';
import { counted, enumerate } from '../../shared/text.ts';
import { pluginsListed } from '../../snapshot/evidence.ts';
import type { PluginFacts } from '../../snapshot/facts/plugin.ts';
import type { VolumeMount } from '../../snapshot/facts/volume.ts';
import { isWithin } from '../../snapshot/normalise/host-path.ts';
import { ownOfEngines } from '../../snapshot/seen-mounts.ts';
import { thingsOf } from '../../snapshot/shown-things.ts';
import { escapeCapabilities } from '../dangerous-capabilities.ts';
import { deviceKind } from '../dangerous-devices.ts';
import { isForTemporary } from '../dangerous-places.ts';
import { engineHost } from '../engine-host.ts';
import { withSettings } from '../example-host-files.ts';
import { isDataOfRoot } from '../harmless-places.ts';
import { isEngineSocket } from '../mounts.ts';
import { isOfNoUse, namedBy, sensitivity } from '../offending-mounts.ts';
import { defineRule, type ExampleHost, fail, pass, unknown } from '../rule.ts';
import { isHomes } from '../users-places.ts';

export const noPowerfulPlugin = defineRule({
  id: 'no-powerful-plugin',
  title: 'Managed plugins have no power over the host',
  subject: 'engine',
  severity: 'high',
  pillar: 'engine',
  controls: [],
  rationale:
    'The engine runs a managed plugin as root, without a seccomp profile and in no list of containers. With such privileges whoever makes the plugin is root on the host.',
  remediation:
    'Run `docker plugin disable` and `docker plugin rm` for plugins that nobody needs, and read `docker plugin inspect` before granting the others their privileges.',
  fix: { words: 'Disable the plugins of {} that have power over the host' },
  isOfDocker: true,
  consults: ['hostFiles', 'hostProcesses'],
  judge(engine, sections, { policy }) {
    const { plugins = unread<PluginFacts[]>('the version that read the engine did not ask') } =
      engine;
    if (plugins.state === 'unread') {
      return unknown(`whether it runs managed plugins was not read: ${plugins.reason}`);
    }
    const own = ownOfEngines({ ...sections, engine: read(engine) });
    const socketPaths = [...engine.socketPaths, ...own.sockets];
    const host = engineHost(engine, own);
    const isKnown = sensitivity(policy.sensitivePaths, socketPaths, host);
    const around = { engine: host, isNamed: namedBy(policy.sensitivePaths) };
    const isSensitive = (path: string, isWritable: boolean) =>
      isKnown(path) && !isOfNoUse(path, isWritable, around);
    const enabled = plugins.value.filter(({ isEnabled }) => isEnabled);
    const powers = enabled.map((plugin) => ({
      plugin,
      of: powersOf(plugin, socketPaths, isSensitive),
    }));
    const strong = powers.filter(({ of }) => of.length > 0);
    const evidence = [
      pluginsListed(
        'plugins that are enabled',
        enabled.map(({ name }) => name),
      ),
      ...strong.map(({ plugin, of }) => pluginsListed(`privileges of ${plugin.name}`, of)),
    ];
    if (strong.length > 0) {
      const words = strong.map(({ plugin, of }) => `${plugin.name} (${of.join(', ')})`);
      const message = `runs beside the containers ${enumerate(words)}`;
      const isShared = strong.every(({ of }) => of.every((one) => SHARED.includes(one)));
      return fail(message, evidence, isShared || engine.isRootless ? { severity: 'medium' } : {});
    }
    const mounts = enabled.flatMap((plugin) => [...plugin.mounts, ...shownBy(plugin).paths]);
    const doubts = [
      ...enabled.flatMap((plugin) =>
        unclearOf(plugin).map(
          (one) => `${plugin.name} has ${one}, of which nobody knows the power`,
        ),
      ),
      ...(own.ownUnread !== null && mounts.some(({ hostPath }) => !isDataOfRoot(hostPath))
        ? [
            `where else the engine listens, and what it was told to use, was not read: ${own.ownUnread}`,
          ]
        : []),
    ];
    if (doubts.length > 0) return unknown(doubts.join('; '), evidence);
    return enabled.length === 0
      ? pass('runs no managed plugin', evidence)
      : pass(
          `runs ${counted(enabled.length, 'managed plugin')}, with no power over the host`,
          evidence,
        );
  },
  examples: {
    pass: [
      having(),
      having({ isEnabled: false, capabilities: ['CAP_SYS_ADMIN'] }),
      having({ capabilities: ['CAP_NET_ADMIN'], devices: ['/dev/fuse'] }),
      having({ mounts: [{ hostPath: '/srv/data', isWritable: true }] }),
      mounting('tmpfs', 'tmpfs'),
      having({ mounts: [{ hostPath: '/etc/resolv.conf', isWritable: false }] }),
    ],
    fail: [
      having({ capabilities: ['CAP_SYS_ADMIN'] }),
      having({ opensAllDevices: true }),
      having({ devices: ['/dev/sda'] }),
      having({ sharedNamespaces: ['PID'] }),
      having({ mounts: [{ hostPath: '/', isWritable: true }] }),
      having({ mounts: [{ hostPath: '/run/docker.sock', isWritable: false }] }),
      ...['/srv/engine/api', '/srv/engine'].map((hostPath) => ({
        ...having({ mounts: [{ hostPath, isWritable: false }] }),
        ...withSettings({ hosts: ['fd://', 'unix:///srv/engine/api'] }),
      })),
      {
        ...having({ mounts: [{ hostPath: '/srv/tools', isWritable: true }] }),
        ...withSettings({ ownPaths: [{ path: '/srv/tools/dockerd', use: 'program' }] }),
      },
      {
        ...having({ mounts: [{ hostPath: '/usr/local/lib/app', isWritable: false }] }),
        policy: { sensitivePaths: ['/usr/local/lib/app'] },
      },
      mounting('ext4', '/dev/sda1'),
      mounting('sysfs', 'sysfs'),
      mounting('overlay', 'overlay', { layers: ['/etc'] }),
      { ...having({ sharedNamespaces: ['network', 'IPC'] }), severity: 'medium' },
    ],
    unknown: [
      {},
      { engine: { plugins: unread('the engine refused the call') } },
      having({ devices: ['/dev/example0'] }),
      having({ mounts: [{ hostPath: '/home', isWritable: false }] }),
      mounting('9p', 'share'),
      mounting('nfs', ':/srv', { server: '10.0.0.9' }),
      having({ mounts: [{ hostPath: '/tmp', isWritable: true }] }),
    ],
  },
});

const NETWORK = 'the network of the host';
const IPC = 'its IPC namespace';
/** What shows something of the host, and is no way to it by itself. */
const SHARED: readonly string[] = [NETWORK, IPC];

/** What makes it root on the host, or shows more of that than its own. */
function powersOf(
  plugin: PluginFacts,
  socketPaths: readonly string[],
  isSensitive: (path: string, isWritable: boolean) => boolean,
): string[] {
  const { capabilities, opensAllDevices, devices, sharedNamespaces } = plugin;
  const shown = shownBy(plugin);
  const mounts = [...plugin.mounts, ...shown.paths];
  const isDangerous = ({ hostPath, isWritable }: PluginFacts['mounts'][number]) =>
    isEngineSocket(hostPath, socketPaths) ||
    socketPaths.some((socket) => isWithin(socket, hostPath)) ||
    isSensitive(hostPath, isWritable);
  const words = { PID: 'its PID namespace', IPC, network: NETWORK };
  return [
    ...capabilities.filter((name) => escapeCapabilities.includes(name)),
    ...(opensAllDevices ? ['every device'] : []),
    ...devices.filter((path) => deviceKind(path) === 'raw'),
    ...mounts
      .filter(isDangerous)
      .map(({ hostPath, isWritable }) => `${hostPath} ${isWritable ? 'writable' : 'read-only'}`),
    ...shown.disks,
    ...sharedNamespaces.map((name) => words[name]),
  ];
}

/** What its filesystems show of the host that are no bind of a path. */
function shownBy({ filesystems = [] }: PluginFacts) {
  const paths: PluginFacts['mounts'] = [];
  const disks: string[] = [];
  const unclear: string[] = [];
  for (const { mount, isWritable } of filesystems) {
    for (const thing of thingsOf(mount, null)) {
      if (thing.kind === 'path') {
        paths.push({ hostPath: thing.path, isWritable: isWritable && !thing.isReadonly });
      } else if (thing.kind === 'disk') {
        disks.push(`the disk ${thing.device} ${isWritable ? 'writable' : 'read-only'}`);
      } else if (thing.kind === 'unclear') unclear.push(thing.what);
    }
  }
  return { paths, disks, unclear };
}

/** Devices of which no driver is known, and places of users and of programs that come and go. */
function unclearOf(plugin: PluginFacts): string[] {
  const { paths, unclear } = shownBy(plugin);
  const places = [...plugin.mounts, ...paths].map(({ hostPath }) => hostPath);
  return [
    ...plugin.devices.filter((path) => deviceKind(path) === 'unclear'),
    ...places.filter((path) => isHomes(path) || isForTemporary(path)),
    ...unclear,
  ];
}

function mounting(
  filesystem: string,
  device: string,
  more: Partial<VolumeMount> = {},
): ExampleHost {
  const mount = { filesystem, device, layers: [], server: null, ...more };
  return having({ filesystems: [{ mount, isWritable: true }] });
}

function having(...some: Partial<PluginFacts>[]): ExampleHost {
  const plugins = some.map(
    (difference): PluginFacts => ({
      name: 'example/volumes:latest',
      isEnabled: true,
      capabilities: [],
      opensAllDevices: false,
      devices: [],
      sharedNamespaces: [],
      mounts: [],
      ...difference,
    }),
  );
  return { engine: { plugins: read(plugins) } };
}
