import { read, unread } from '../shared/reading.ts';
import type { KernelMount } from '../snapshot/facts/kernel.ts';
import { bind, driverVolume, localVolume, network } from './example-facts.ts';
import { withoutSettings, withSettings } from './example-host-files.ts';
import { kernelMount, kernelSays } from './example-kernel.ts';
import type { ExampleHost } from './rule.ts';

/** What /run of a host looks like. */
export const likeRun = { filesystem: 'tmpfs', superOptions: ['rw', 'size=800k', 'mode=755'] };

/** A bind that is read-only. */
export const kept = (path: string) => bind(path, { isWritable: false });
/** A container in which the kernel shows these mounts. */
export const sees = (...mounts: KernelMount[]) => kernelSays([], { mounts });

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
  container: { mounts: [bind(mounted)] },
  ...withSettings({ ownPaths: [{ path, use }] }),
}));

/** Of no-sensitive-mount: what nobody knows to be sensitive or not. */
export const unclearMountExamples: readonly ExampleHost[] = [
  { container: { mounts: [bind('/tmp')] } },
  { container: { mounts: [bind('/tmp')] }, temporarySockets: [] },
  { container: { mounts: [kept('/tmp')] }, temporarySockets: ['/tmp/web.sock'] },
  { container: { mounts: [bind('/var/tmp')] } },
  { container: { mounts: [bind('/home')] } },
  { container: { mounts: [kept('/home/web')] } },
  { container: { mounts: [localVolume('ext4', '/dev/sda1')] } },
  { container: { mounts: [localVolume('9p', 'share')] } },
  { container: { mounts: [localVolume('constructor', 'none')] } },
  {
    container: { mounts: [bind('/srv/web')] },
    mountSources: [{ path: '/srv/web', leadsTo: unread('something is mounted there') }],
  },
  { container: { mounts: [bind('/srv/web')] }, mountSources: [] },
  {
    container: { mounts: [bind('/srv/users')] },
    mountSources: [
      {
        path: '/srv/users',
        leadsTo: read('/srv/users'),
        alike: ['/etc/passwd'],
        isFolder: false,
      },
    ],
  },
  { container: { mounts: [localVolume('cifs', '//localhost/x', { server: '127.0.0.1' })] } },
  {
    container: { mounts: [localVolume('cifs', '//172.17.0.1/x', { server: '172.17.0.1' })] },
    networks: [network('bridge', { gateways: ['172.17.0.1'] })],
  },
  { container: { mounts: [driverVolume('local-persist')] } },
  { container: { mounts: [bind('/srv/web')] }, ...withoutSettings },
  { container: { deviceRequests: ['cdi (1)'] } },
  {
    container: { mounts: [bind('/srv/link')] },
    kernel: sees(kernelMount('/mnt', likeRun)),
    mountSources: [{ path: '/srv/link', leadsTo: unread('the kernel tells it'), alike: [] }],
  },
  {
    container: { mounts: [driverVolume('local-persist')] },
    kernel: sees(kernelMount('/mnt', { filesystem: 'fuse.bindfs' })),
  },
];
