import { read } from '../shared/reading.ts';
import { bind, driverVolume, localVolume, namedVolume, network } from './example-facts.ts';
import { kernelMount } from './example-kernel.ts';
import { kept, likeRun, sees, unclearMountExamples } from './example-unclear-mounts.ts';
import type { Rule } from './rule.ts';

/** By which the filesystem of the engine's own files is known. */
const engineFile = kernelMount('/etc/hosts', {
  device: '8:1',
  root: `/var/lib/docker/containers/${'a'.repeat(64)}/hosts`,
});

/** A host with /boot and /run of their own. */
const onHost = [
  { target: '/', root: '/', device: '8:1' },
  { target: '/boot', root: '/', device: '8:2' },
  { target: '/run', root: '/', device: '0:25' },
];
/** The same to an engine from a snap. */
const ofSnap = [
  { target: '/', root: '/', device: '7:1' },
  { target: '/home', root: '/home', device: '8:1' },
  { target: '/var/lib/snapd/hostfs', root: '/', device: '8:1' },
  { target: '/var/lib/snapd/hostfs/run', root: '/', device: '0:25' },
];
const ofPodman = `/var/lib/containers/storage/overlay-containers/${'a'.repeat(64)}/userdata`;

/** Of no-sensitive-mount: what is sensitive, and what is not. */
export const sensitiveMountExamples: Rule['examples'] = {
  pass: [
    { container: { mounts: [] } },
    { container: { mounts: [bind('/srv/web')] } },
    { container: { mounts: [namedVolume('settings', '/etc')] } },
    { container: { mounts: [bind('/etcetera'), bind('/var/www'), bind('/home/web/site')] } },
    {
      container: { mounts: [bind('/tmp/web'), bind('/run/user/1000/pulse/x')] },
      policy: { sensitivePaths: ['/etc'] },
    },
    { container: { mounts: [bind('/srv/etc', { destination: '/etc' })] } },
    { container: { mounts: [kept('/var/tmp'), bind('/var/tmp/build')] } },
    { container: { mounts: [bind('/run/docker.sock')] } },
    { container: { mounts: [bind('/boot')] }, policy: { sensitivePaths: ['/etc'] } },
    { container: { mounts: [localVolume('tmpfs', 'tmpfs')] } },
    { container: { mounts: [kept('/tmp')] }, temporarySockets: [] },
    { container: { mounts: [localVolume('nfs', ':/share', { server: '10.0.0.1' })] } },
    {
      // The gateway of such a network is a machine of its own.
      container: { mounts: [localVolume('nfs', ':/share', { server: '10.0.0.1' })] },
      networks: [network('lan', { driver: 'macvlan', gateways: ['10.0.0.1'] })],
    },
    { container: { mounts: [{ ...driverVolume('local-persist'), hostPath: '/srv/data' }] } },
    {
      container: { mounts: [driverVolume('local-persist')] },
      kernel: sees(kernelMount('/mnt', { filesystem: 'nfs4', superOptions: ['addr=10.0.0.1'] })),
    },
    {
      container: { mounts: [bind('/srv/web')] },
      kernel: sees(kernelMount('/mnt', { root: '/srv/web' })),
    },
    {
      // A runtime for devices brings its libraries.
      kernel: sees(kernelMount('/usr/lib/libcuda.so', { root: '/usr/lib/libcuda.so' })),
    },
    {
      container: { mounts: [bind('/srv/web')] },
      kernel: sees(kernelMount('/mnt', { root: '/web' })),
    },
    {
      container: { mounts: [bind('/srv/etc')] },
      kernel: sees(kernelMount('/mnt', { root: '/etc' })),
    },
    {
      container: { mounts: [bind('/srv/link')] },
      kernel: sees(kernelMount('/mnt', { filesystem: 'tmpfs' })),
    },
    {
      // A disk that the host has there.
      container: { mounts: [bind('/srv/data')] },
      kernel: sees(kernelMount('/mnt', { device: '8:3' })),
      hostMounts: [...onHost, { target: '/srv/data', root: '/', device: '8:3' }],
    },
    {
      // OSTree has all of them on its disk as well.
      container: { mounts: [bind('/var/srv/web')] },
      kernel: sees(kernelMount('/mnt', { device: '8:1', root: '/ostree/deploy/x/var/srv/web' })),
      hostMounts: [
        { target: '/', root: '/ostree/deploy/x/deploy/y', device: '8:1' },
        { target: '/sysroot', root: '/', device: '8:1' },
        { target: '/var', root: '/ostree/deploy/x/var', device: '8:1' },
      ],
    },
    {
      // And Fedora CoreOS, whose `/` is made of it.
      container: { mounts: [bind('/var/srv/web')] },
      kernel: sees(kernelMount('/mnt', { device: '8:4', root: '/ostree/deploy/x/var/srv/web' })),
      hostMounts: [
        { target: '/', root: '/', device: '0:32' },
        { target: '/sysroot', root: '/', device: '8:4' },
        { target: '/var', root: '/ostree/deploy/x/var', device: '8:4' },
      ],
    },
    {
      // NixOS with `/` in memory.
      container: { mounts: [bind('/srv/data')] },
      kernel: sees(kernelMount('/mnt', { device: '8:2', root: '/persist/srv/data' })),
      hostMounts: [
        { target: '/', root: '/', device: '0:25' },
        { target: '/nix', root: '/', device: '8:2' },
        { target: '/srv/data', root: '/persist/srv/data', device: '8:2' },
      ],
    },
    {
      container: { mounts: [bind('/home/web/site')] },
      kernel: sees(kernelMount('/mnt', { device: '8:1', root: '/home/web/site' })),
      hostMounts: ofSnap,
    },
    {
      container: { mounts: [bind('/srv/web')] },
      mountSources: [{ path: '/srv/web', leadsTo: read('/home/web/site') }],
    },
    {
      container: { mounts: [bind('/run/engine.socket')] },
      engine: { socketPaths: ['/run/engine.socket'] },
    },
  ],
  fail: [
    { container: { mounts: [bind('/etc')] } },
    { container: { mounts: [bind('/')] } },
    { container: { mounts: [bind('/var')] } },
    { container: { mounts: [bind('/etc/shadow')] } },
    { container: { mounts: [bind('/etc/localtime')] }, severity: 'low' },
    { container: { mounts: [bind('/usr/share/zoneinfo')] }, severity: 'low' },
    { container: { mounts: [kept('/etc/hosts')] }, severity: 'low' },
    { container: { mounts: [kept('/lib/modules')] }, severity: 'low' },
    { container: { mounts: [kept('/run/mysqld')] }, severity: 'medium' },
    { container: { mounts: [bind('/lib/modules')] } },
    { container: { mounts: [bind('/var/lib/mysql')] }, severity: 'medium' },
    {
      container: { mounts: [bind('/dev/log')] },
      mountSources: [{ path: '/dev/log', leadsTo: read('/run/systemd/journal/dev-log') }],
      severity: 'low',
    },
    { container: { mounts: [bind('/etc/hosts')] } },
    { container: { mounts: [bind('/etc/ssl/certs')] } },
    { container: { mounts: [bind('/etc/localtime'), bind('/etc')] } },
    { container: { mounts: [bind('/root')] } },
    { container: { mounts: [bind('/root/.ssh')] } },
    { container: { mounts: [bind('/var/lib')] } },
    { container: { mounts: [bind('/run')] } },
    { container: { mounts: [bind('/proc/sys')] } },
    { container: { mounts: [bind('/bin')] } },
    { container: { mounts: [bind('/var/spool/cron/crontabs')] } },
    { container: { mounts: [bind('/opt')] } },
    { container: { mounts: [bind('/data/engine/x')] }, engine: { dataRoot: '/data/engine' } },
    { container: { mounts: [kept('/')] }, severity: 'medium' },
    { container: { mounts: [kept('/etc')] }, severity: 'medium' },
    { container: { mounts: [bind('/home/web/.ssh')] } },
    { container: { mounts: [bind('/host_mnt/Users/web/.ssh')] } },
    { container: { mounts: [bind('/host_mnt/c/Users/web/.ssh')] } },
    { container: { mounts: [bind('/home/web')] }, policy: { sensitivePaths: ['/home'] } },
    { container: { mounts: [bind('/tmp/ssh-Xk3v9q/agent.811')] } },
    { container: { mounts: [kept('/run/user/1000/bus')] } },
    { container: { mounts: [kept('/tmp/.X11-unix')] } },
    { container: { mounts: [bind('/dev/shm')] }, severity: 'medium' },
    { container: { mounts: [kept('/etc'), bind('/srv/web')] }, severity: 'medium' },
    { container: { mounts: [kept('/usr'), bind('/boot')] } },
    { container: { mounts: [{ ...namedVolume('hidden', '/data'), hostPath: '/etc' }] } },
    { container: { mounts: [bind('/srv/keys/a')] }, policy: { sensitivePaths: ['/srv/keys'] } },
    { container: { mounts: [bind('/sys')], state: 'created' } },
    { container: { mounts: [localVolume('proc', 'proc')] } },
    { container: { mounts: [localVolume('devtmpfs', 'udev')] } },
    { container: { mounts: [localVolume('mqueue', 'queues')] }, severity: 'medium' },
    { container: { mounts: [kept('/tmp')] }, temporarySockets: ['/tmp/tmux-0/default'] },
    {
      container: { mounts: [localVolume('overlay', 'overlay', { layers: ['/srv/a', '/etc'] })] },
      severity: 'medium',
    },
    {
      container: {
        mounts: [
          localVolume('overlay', 'overlay', { layers: ['/srv/a', '/etc'], upperLayer: '/etc' }),
        ],
      },
    },
    { container: { mounts: [localVolume('nfs', ':/etc', { server: '127.0.0.1' })] } },
    { container: { mounts: [localVolume('nfs', 'localhost:/etc', { server: 'localhost' })] } },
    { container: { mounts: [localVolume('nfs4', '[::1]:/', { server: '[::1]' })] } },
    {
      container: { mounts: [localVolume('nfs', ':/', { server: '172.17.0.1' })] },
      networks: [network('bridge', { gateways: ['172.17.0.1'] })],
    },
    { container: { mounts: [{ ...driverVolume('local-persist'), hostPath: '/etc' }] } },
    {
      // What the driver mounts is the disk of the system itself.
      container: { mounts: [driverVolume('local-persist')] },
      kernel: sees(engineFile, kernelMount('/mnt', { device: '8:1', options: ['rw'] })),
    },
    {
      container: { mounts: [bind('/srv/link')] },
      mountSources: [{ path: '/srv/link', leadsTo: read('/etc/cron.d') }],
    },
    {
      // The kernel tells the same of the container that runs.
      container: { mounts: [bind('/srv/link')], state: 'exited' },
      mountSources: [{ path: '/srv/link', leadsTo: read('/') }],
    },
    {
      // A hook or who entered its mounts put it there.
      kernel: sees(kernelMount('/'), kernelMount('/host', { root: '/etc', options: ['rw'] })),
    },
    {
      // Podman lists no folder that it mounts with `:O`.
      kernel: sees(
        kernelMount('/'),
        kernelMount('/host', {
          options: ['rw'],
          superOptions: ['rw', 'lowerdir=/etc', `upperdir=${ofPodman}/upper`],
        }),
      ),
      severity: 'medium',
    },
    {
      // What is written over the folder lies where the table says.
      container: { mounts: [localVolume('overlay', 'overlay', { layers: ['/srv/a'] })] },
      kernel: sees(
        kernelMount('/mnt', {
          filesystem: 'overlay',
          options: ['rw'],
          superOptions: ['rw', 'lowerdir=/srv/a', 'upperdir=/etc/cron.d', 'workdir=/w'],
        }),
      ),
      severity: 'high',
    },
    {
      // A link to /etc.
      container: { mounts: [bind('/srv/link')] },
      kernel: sees(kernelMount('/mnt', { root: '/etc' })),
    },
    {
      container: { mounts: [kept('/srv/link')] },
      kernel: sees(kernelMount('/mnt', { filesystem: 'proc', device: '0:22' })),
      severity: 'medium',
    },
    {
      // A link to /boot, which is a disk by itself.
      container: { mounts: [bind('/srv/link')] },
      kernel: sees(kernelMount('/mnt', { device: '8:2', options: ['rw'] })),
      hostMounts: onHost,
    },
    {
      // A link to /run/dbus.
      container: { mounts: [kept('/srv/link')] },
      kernel: sees(kernelMount('/mnt', { filesystem: 'tmpfs', device: '0:25', root: '/dbus' })),
      hostMounts: onHost,
    },
    {
      container: { mounts: [kept('/srv/link')] },
      kernel: sees(kernelMount('/mnt', { ...likeRun, root: '/dbus' })),
    },
    {
      // A link to /etc, and one to /run/dbus.
      container: { mounts: [bind('/home/web/link')] },
      kernel: sees(kernelMount('/mnt', { device: '8:1', root: '/etc', options: ['rw'] })),
      hostMounts: ofSnap,
    },
    {
      container: { mounts: [kept('/home/web/link')] },
      kernel: sees(kernelMount('/mnt', { filesystem: 'tmpfs', device: '0:25', root: '/dbus' })),
      hostMounts: ofSnap,
    },
    {
      // Another name of /etc.
      container: { mounts: [bind('/srv/settings')] },
      kernel: sees(kernelMount('/mnt', { device: '8:1', root: '/etc', options: ['rw'] })),
      hostMounts: [...onHost, { target: '/srv/settings', root: '/etc', device: '8:1' }],
    },
    {
      // A folder with a mount of /usr/bin in it.
      container: { mounts: [bind('/srv/web')] },
      kernel: sees(
        kernelMount('/mnt', { root: '/srv/web' }),
        kernelMount('/mnt/tools', { root: '/usr/bin', options: ['rw'] }),
      ),
    },
    {
      // The same name on the disk of the system, where the whole path is known.
      container: { mounts: [bind('/srv/etc')] },
      kernel: sees(
        engineFile,
        kernelMount('/mnt', { device: '8:1', root: '/etc', options: ['rw'] }),
      ),
    },
    {
      container: { mounts: [localVolume('ext4', '/dev/sda1')] },
      kernel: sees(engineFile, kernelMount('/mnt', { device: '8:1', filesystem: 'ext4' })),
    },
  ],
  unknown: unclearMountExamples,
};
