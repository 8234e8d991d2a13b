import { read } from '../shared/reading.ts';
import type { HostMount } from '../snapshot/facts/host-processes.ts';
import {
  bind,
  driverVolume,
  leading,
  localVolume,
  mounting,
  namedVolume,
  network,
} from './example-facts.ts';
import { withoutSettings } from './example-host-files.ts';
import { kernelMount } from './example-kernel.ts';
import { asSeen, kept, likeRun, sees, unclearMountExamples } from './example-unclear-mounts.ts';
import type { Rule } from './rule.ts';

/** By which the filesystem of the engine's own files is known. */
const engineFile = kernelMount('/etc/hosts', {
  device: '8:1',
  root: `/var/lib/docker/containers/${'a'.repeat(64)}/hosts`,
});

/** What a host has mounted at a place. */
const at = (target: string, device: string, root = '/'): HostMount => ({ target, root, device });

/** A host with /boot and /run of their own. */
const onHost = [at('/', '8:1'), at('/boot', '8:2'), at('/run', '0:25')];
/** The same to an engine from a snap. */
const ofSnap = [
  at('/', '7:1'),
  at('/home', '8:1', '/home'),
  at('/var/lib/snapd/hostfs', '8:1'),
  at('/var/lib/snapd/hostfs/run', '0:25'),
];
const ofPodman = `/var/lib/containers/storage/overlay-containers/${'a'.repeat(64)}/userdata`;

/** Of no-sensitive-mount: what is sensitive, and what is not. */
export const sensitiveMountExamples: Rule['examples'] = {
  pass: [
    { ...mounting(namedVolume('data', '/data')), ...withoutSettings },
    mounting(),
    mounting(bind('/srv/web')),
    mounting(namedVolume('settings', '/etc')),
    mounting(bind('/etcetera'), bind('/var/www'), bind('/home/web/site')),
    // An agent in a container keeps there how far it read.
    mounting(bind('/opt/datadog-agent/run')),
    {
      ...mounting(bind('/tmp/web'), bind('/run/user/1000/pulse/x')),
      policy: { sensitivePaths: ['/etc'] },
    },
    mounting(bind('/srv/etc', { destination: '/etc' })),
    mounting(bind('/dev/null', { destination: '/app/.env' }), kept('/dev/urandom')),
    mounting(kept('/var/tmp'), bind('/var/tmp/build')),
    mounting(bind('/run/docker.sock')),
    { ...mounting(bind('/boot')), policy: { sensitivePaths: ['/etc'] } },
    mounting(kept('/var/log'), bind('/var/log/nginx')),
    mounting(kept('/home/ann/.docker/desktop'), kept('/srv/.aws'), kept('/home/ann/.netrc.d')),
    mounting(localVolume('tmpfs', 'tmpfs')),
    { ...mounting(kept('/tmp')), temporarySockets: [] },
    mounting(localVolume('nfs', ':/share', { server: '10.0.0.1' })),
    {
      // The gateway of such a network is a machine of its own.
      ...mounting(localVolume('nfs', ':/share', { server: '10.0.0.1' })),
      networks: [network('lan', { driver: 'macvlan', gateways: ['10.0.0.1'] })],
    },
    mounting({ ...driverVolume('local-persist'), hostPath: '/srv/data' }),
    asSeen(driverVolume('local-persist'), { filesystem: 'nfs4', superOptions: ['addr=10.0.0.1'] }),
    asSeen(bind('/srv/web'), { root: '/srv/web' }),
    // A runtime for devices brings its libraries.
    { kernel: sees(kernelMount('/usr/lib/libcuda.so', { root: '/usr/lib/libcuda.so' })) },
    asSeen(bind('/srv/web'), { root: '/web' }),
    asSeen(bind('/srv/etc'), { root: '/etc' }),
    asSeen(bind('/srv/link'), { filesystem: 'tmpfs' }),
    {
      // A disk that the host has there.
      ...asSeen(bind('/srv/data'), { device: '8:3' }),
      hostMounts: [...onHost, at('/srv/data', '8:3')],
    },
    {
      // OSTree has all of them on its disk as well.
      ...asSeen(bind('/var/srv/web'), { device: '8:1', root: '/ostree/deploy/x/var/srv/web' }),
      hostMounts: [
        at('/', '8:1', '/ostree/deploy/x/deploy/y'),
        at('/sysroot', '8:1'),
        at('/var', '8:1', '/ostree/deploy/x/var'),
      ],
    },
    {
      // And Fedora CoreOS, whose `/` is made of it.
      ...asSeen(bind('/var/srv/web'), { device: '8:4', root: '/ostree/deploy/x/var/srv/web' }),
      hostMounts: [
        at('/', '0:32'),
        at('/sysroot', '8:4'),
        at('/var', '8:4', '/ostree/deploy/x/var'),
      ],
    },
    {
      // NixOS with `/` in memory.
      ...asSeen(bind('/srv/data'), { device: '8:2', root: '/persist/srv/data' }),
      hostMounts: [at('/', '0:25'), at('/nix', '8:2'), at('/srv/data', '8:2', '/persist/srv/data')],
    },
    {
      ...asSeen(bind('/home/web/site'), { device: '8:1', root: '/home/web/site' }),
      hostMounts: ofSnap,
    },
    leading('/srv/web', read('/home/web/site')),
    { ...leading('/srv/web', read('/home/web/site')), hostMounts: [...onHost, at('/home', '8:2')] },
    mounting(
      bind('/opt/google/data'),
      bind('/opt/microsoft/data'),
      bind('/opt/splunkforwarder/var'),
    ),
    { ...mounting(bind('/run/engine.socket')), engine: { socketPaths: ['/run/engine.socket'] } },
  ],
  fail: [
    ...['/etc', '/', '/var', '/etc/shadow'].map((path) => mounting(bind(path))),
    { ...mounting(bind('/etc/localtime')), severity: 'low' },
    { ...mounting(bind('/usr/share/zoneinfo')), severity: 'low' },
    { ...mounting(kept('/etc/hosts')), severity: 'low' },
    { ...mounting(kept('/lib/modules')), severity: 'low' },
    ...['/proc/self', '/proc/thread-self', '/proc/net/tcp', '/proc/mounts', '/proc/1/status'].map(
      (path) => ({ ...mounting(bind(path)), severity: 'low' as const }),
    ),
    ...['/proc/1', '/proc/1/net', '/proc/1/task/1/stat', '/proc/network'].map((path) =>
      mounting(bind(path)),
    ),
    {
      ...asSeen(bind('/proc/self'), { root: '/22133', filesystem: 'proc', options: ['rw'] }),
      container: {
        ...mounting(bind('/proc/self', { destination: '/mnt' })).container,
        pid: 22_133,
      },
      severity: 'low',
    },
    { ...mounting(kept('/proc/meminfo'), kept('/sys/class/net')), severity: 'low' },
    mounting(bind('/sys/class/net')),
    { ...mounting(kept('/run/mysqld')), severity: 'medium' },
    mounting(bind('/lib/modules')),
    { ...mounting(bind('/var/lib/mysql')), severity: 'medium' },
    { ...leading('/dev/log', read('/run/systemd/journal/dev-log')), severity: 'low' },
    mounting(bind('/etc/hosts')),
    mounting(bind('/etc/ssl/certs')),
    mounting(bind('/etc/localtime'), bind('/etc')),
    ...['/root', '/root/.ssh', '/var/lib', '/run', '/proc/sys', '/bin'].map((path) =>
      mounting(bind(path)),
    ),
    ...['/root/.config', '/root/bin/x', '/var/roothome/.bashrc'].map((path) =>
      mounting(bind(path)),
    ),
    { ...mounting(bind('/root/shop/data')), severity: 'medium' },
    { ...mounting(kept('/root/shop')), severity: 'low' },
    // What the name promises: keys, and the hash of the password that an installer was given for root.
    ...['id_ed25519', 'tls/server.key', 'old/.ssh', 'kubeconfig', 'anaconda-ks.cfg', 'Secrets'].map(
      (name) => ({ ...mounting(kept(`/root/${name}`)), severity: 'medium' as const }),
    ),
    { ...mounting(kept('/root/keyboard'), kept('/root/monkey/x.keys')), severity: 'low' },
    mounting(bind('/root/id_ed25519')),
    mounting(bind('/opt/google')),
    mounting(bind('/opt/microsoft/mdatp')),
    mounting(bind('/var/spool/cron/crontabs')),
    mounting(bind('/opt')),
    { ...mounting(bind('/data/engine/x')), engine: { dataRoot: '/data/engine' } },
    { ...mounting(kept('/')), severity: 'medium' },
    { ...mounting(kept('/etc')), severity: 'medium' },
    mounting(bind('/home/web/.ssh')),
    // Homes lie elsewhere too: those of services, which may have their own keys there, and of users whom a server knows.
    ...['/var/lib/jenkins/.ssh/id_rsa', '/srv/people/ann/.ssh'].map((path) => ({
      ...mounting(bind(path)),
      severity: 'medium' as const,
    })),
    { ...mounting(kept('/srv/people/ann/.ssh')), severity: 'low' },
    // What they log in with elsewhere.
    ...['.aws', '.docker/config.json', '.config/gcloud/credentials.db', '.netrc'].map((name) => ({
      ...mounting(kept(`/home/ann/${name}`)),
      severity: 'medium' as const,
    })),
    { ...mounting(bind('/Users/ann/.kube/config')), severity: 'medium' },
    mounting(bind('/host_mnt/Users/web/.ssh')),
    mounting(bind('/host_mnt/c/Users/web/.ssh')),
    { ...mounting(bind('/home/web')), policy: { sensitivePaths: ['/home'] } },
    mounting(bind('/tmp/ssh-Xk3v9q/agent.811')),
    mounting(kept('/run/user/1000/bus')),
    { ...mounting(bind('/run/user/1000/pulse')), severity: 'medium' },
    mounting(kept('/tmp/.X11-unix')),
    { ...mounting(bind('/dev/shm')), severity: 'medium' },
    { ...mounting(bind('/dev/hugepages')), severity: 'medium' },
    { ...mounting(kept('/usr/bin/docker'), kept('/lib/modules/6.1.0')), severity: 'low' },
    mounting(bind('/usr/bin/docker')),
    { ...mounting(bind('/var/log')), severity: 'medium' },
    { ...mounting(bind('/dev/bus/usb'), kept('/dev/disk')), severity: 'low' },
    { ...mounting(bind('/dev/disk')), severity: 'medium' },
    mounting(bind('/dev')),
    { ...mounting(kept('/etc'), bind('/srv/web')), severity: 'medium' },
    mounting(kept('/usr'), bind('/boot')),
    mounting({ ...namedVolume('hidden', '/data'), hostPath: '/etc' }),
    { ...mounting(bind('/srv/keys/a')), policy: { sensitivePaths: ['/srv/keys'] } },
    { container: { mounts: [bind('/sys')], state: 'created' } },
    mounting(localVolume('proc', 'proc')),
    mounting(localVolume('devtmpfs', 'udev')),
    { ...mounting(localVolume('mqueue', 'queues')), severity: 'medium' },
    { ...mounting(kept('/tmp')), temporarySockets: ['/tmp/tmux-0/default'] },
    {
      ...mounting(localVolume('overlay', 'overlay', { layers: ['/srv/a', '/etc'] })),
      severity: 'medium',
    },
    mounting(localVolume('overlay', 'overlay', { layers: ['/srv/a', '/etc'], upperLayer: '/etc' })),
    mounting(localVolume('nfs', ':/etc', { server: '127.0.0.1' })),
    mounting(localVolume('nfs', 'localhost:/etc', { server: 'localhost' })),
    mounting(localVolume('nfs4', '[::1]:/', { server: '[::1]' })),
    {
      ...mounting(localVolume('nfs', ':/', { server: '172.17.0.1' })),
      networks: [network('bridge', { gateways: ['172.17.0.1'] })],
    },
    mounting({ ...driverVolume('local-persist'), hostPath: '/etc' }),
    {
      // What the driver mounts is the disk of the system itself.
      ...mounting(driverVolume('local-persist')),
      kernel: sees(engineFile, kernelMount('/mnt', { device: '8:1', options: ['rw'] })),
    },
    leading('/srv/link', read('/etc/cron.d')),
    {
      // The kernel tells the same of the container that runs.
      container: { mounts: [bind('/srv/link')], state: 'exited' },
      mountSources: [{ path: '/srv/link', leadsTo: read('/') }],
    },
    // A hook or who entered its mounts put it there.
    { kernel: sees(kernelMount('/'), kernelMount('/host', { root: '/etc', options: ['rw'] })) },
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
      ...asSeen(localVolume('overlay', 'overlay', { layers: ['/srv/a'] }), {
        ...{ filesystem: 'overlay', options: ['rw'] },
        superOptions: ['rw', 'lowerdir=/srv/a', 'upperdir=/etc/cron.d', 'workdir=/w'],
      }),
      severity: 'high',
    },
    // A link to /etc.
    asSeen(bind('/srv/link'), { root: '/etc' }),
    {
      ...asSeen(kept('/srv/link'), { filesystem: 'proc', device: '0:22' }),
      severity: 'medium',
    },
    {
      // A link to /boot, which is a disk by itself.
      ...asSeen(bind('/srv/link'), { device: '8:2', options: ['rw'] }),
      hostMounts: onHost,
    },
    {
      // A link to /run/dbus.
      ...asSeen(kept('/srv/link'), { filesystem: 'tmpfs', device: '0:25', root: '/dbus' }),
      hostMounts: onHost,
    },
    asSeen(kept('/srv/link'), { ...likeRun, root: '/dbus' }),
    {
      // A link to /etc, and one to /run/dbus.
      ...asSeen(bind('/home/web/link'), { device: '8:1', root: '/etc', options: ['rw'] }),
      hostMounts: ofSnap,
    },
    {
      ...asSeen(kept('/home/web/link'), { filesystem: 'tmpfs', device: '0:25', root: '/dbus' }),
      hostMounts: ofSnap,
    },
    {
      // Another name of /etc.
      ...asSeen(bind('/srv/settings'), { device: '8:1', root: '/etc', options: ['rw'] }),
      hostMounts: [...onHost, at('/srv/settings', '8:1', '/etc')],
    },
    {
      // A folder with a mount of /usr/bin in it.
      ...mounting(bind('/srv/web')),
      kernel: sees(
        kernelMount('/mnt', { root: '/srv/web' }),
        kernelMount('/mnt/tools', { root: '/usr/bin', options: ['rw'] }),
      ),
    },
    {
      // The same name on the disk of the system, where the whole path is known.
      ...mounting(bind('/srv/etc')),
      kernel: sees(
        engineFile,
        kernelMount('/mnt', { device: '8:1', root: '/etc', options: ['rw'] }),
      ),
    },
    {
      ...mounting(localVolume('ext4', '/dev/sda1')),
      kernel: sees(engineFile, kernelMount('/mnt', { device: '8:1', filesystem: 'ext4' })),
    },
  ],
  unknown: unclearMountExamples,
};
