import { read, unread } from '../shared/reading.ts';
import type { MountFact } from '../snapshot/facts/container.ts';
import type { HostMount } from '../snapshot/facts/host-processes.ts';
import type { KernelMount } from '../snapshot/facts/kernel.ts';
import {
  bind,
  driverVolume,
  leading,
  localVolume,
  mounting,
  namedVolume,
  network,
  underWrapper,
} from './example-facts.ts';
import { withoutSettings, withSettings } from './example-host-files.ts';
import { kernelMount, kernelSays } from './example-kernel.ts';
import type { ExampleHost } from './rule.ts';

/** What /run of a host looks like. */
export const likeRun = { filesystem: 'tmpfs', superOptions: ['rw', 'size=800k', 'mode=755'] };

/** A bind that is read-only. */
export const kept = (path: string) => bind(path, { isWritable: false });
/** A container in which the kernel shows these mounts. */
export const sees = (...mounts: KernelMount[]) => kernelSays([], { mounts });
/** A container with a mount, as the kernel shows it. */
export const asSeen = (mount: MountFact, difference: Partial<KernelMount>) => ({
  ...mounting(mount),
  kernel: sees(kernelMount('/mnt', difference)),
});

/** Of no-sensitive-mount: what an engine was told to use. */
export const ownFileExamples: readonly ExampleHost[] = (
  [
    ['program', '/srv/tools/dockerd', '/srv/tools'],
    ['init', '/srv/tools/init', '/srv/tools/init'],
    ['state', '/srv/state', '/srv/state/runtime-runc'],
    ['devices', '/srv/cdi', '/srv'],
    ['seccomp', '/srv/profiles/tight.json', '/srv/profiles'],
  ] as const
).map(([use, path, mounted]) => ({
  ...mounting(bind(mounted)),
  ...withSettings({ ownPaths: [{ path, use }] }),
}));

const ofHost = (...mounts: [target: string, device: string, root?: string][]): HostMount[] =>
  mounts.map(([target, device, root = '/']) => ({ target, device, root }));

/** A container with a mount of the disk of the host, on which such files have second names. */
const withSecondNames = (
  mount: MountFact,
  files: string[],
  uncounted: string[] = [],
): ExampleHost => ({
  ...asSeen(mount, {
    root: mount.hostPath ?? '/var/lib/docker/volumes/web/_data',
    device: '8:1',
    options: mount.isWritable ? ['rw'] : ['ro'],
  }),
  mountSources: [{ path: mount.hostPath ?? '', leadsTo: unread('the kernel tells it'), alike: [] }],
  hostMounts: ofHost(['/', '8:1'], ['/etc/crontab', '8:2']),
  manyNamed: { files, uncounted },
});

/** Of no-sensitive-mount: with second names of files that do not matter for the mount. */
export const harmlessNameExamples: readonly ExampleHost[] = [
  withSecondNames(bind('/srv/web'), []),
  withSecondNames(kept('/srv/web'), ['/etc/passwd']),
  // Of another filesystem.
  withSecondNames(bind('/srv/web'), ['/etc/crontab']),
];

/** Of no-sensitive-mount: what nobody knows to be sensitive or not. */
export const unclearMountExamples: readonly ExampleHost[] = [
  underWrapper,
  mounting(bind('/tmp')),
  { ...mounting(bind('/tmp')), temporarySockets: [] },
  { ...mounting(kept('/tmp')), temporarySockets: ['/tmp/web.sock'] },
  mounting(bind('/var/tmp')),
  mounting(bind('/home')),
  mounting(bind('/mnt/c')),
  mounting(kept('/host_mnt')),
  mounting(kept('/home/web')),
  mounting(localVolume('ext4', '/dev/sda1')),
  mounting(localVolume('9p', 'share')),
  mounting(localVolume('constructor', 'none')),
  leading('/srv/web', unread('something is mounted there')),
  // What is mounted below a folder comes along.
  {
    ...leading('/srv/web', read('/srv/web')),
    hostMounts: ofHost(['/', '8:1'], ['/srv/web/jobs', '8:1', '/etc/cron.d']),
  },
  {
    ...leading('/srv/web', read('/srv/web')),
    hostMounts: ofHost(['/', '8:1'], ['/srv/web/merged', '0:60']),
  },
  { ...mounting(bind('/srv/web')), mountSources: [] },
  {
    ...mounting(bind('/srv/users')),
    mountSources: [
      {
        ...{ path: '/srv/users', leadsTo: read('/srv/users') },
        ...{ alike: ['/etc/passwd'], isFolder: false },
      },
    ],
  },
  mounting(localVolume('cifs', '//localhost/x', { server: '127.0.0.1' })),
  {
    ...mounting(localVolume('cifs', '//172.17.0.1/x', { server: '172.17.0.1' })),
    networks: [network('bridge', { gateways: ['172.17.0.1'] })],
  },
  mounting(driverVolume('local-persist')),
  { ...mounting(bind('/srv/web')), ...withoutSettings },
  { container: { deviceRequests: ['cdi (1)'] } },
  {
    ...asSeen(bind('/srv/link'), likeRun),
    mountSources: [{ path: '/srv/link', leadsTo: unread('the kernel tells it'), alike: [] }],
  },
  asSeen(driverVolume('local-persist'), { filesystem: 'fuse.bindfs' }),
  // A file that root believes has a second name somewhere on the same disk.
  withSecondNames(bind('/srv/web'), ['/etc/passwd']),
  withSecondNames(namedVolume('web', '/mnt'), ['/etc/passwd']),
  withSecondNames(kept('/srv/web'), ['/etc/shadow']),
  // Nobody counted the names of a file, as SELinux kept the probe from it; this container it does not confine.
  withSecondNames(bind('/srv/web'), [], ['/etc/shadow']),
];
