import { read, unread } from '../../shared/reading.ts';
import { inspected } from '../../snapshot/evidence.ts';
import type { KernelMount } from '../../snapshot/facts/kernel.ts';
import { type ShownMount, shownMounts } from '../../snapshot/shown-mounts.ts';
import { mappedBy } from '../control-evidence.ts';
import { sensitiveFolders } from '../dangerous-places.ts';
import { bind, driverVolume, localVolume, namedVolume, network } from '../example-facts.ts';
import { kernelMount, kernelSays } from '../example-kernel.ts';
import { withoutMounts } from '../fix-change.ts';
import {
  isMereProgram,
  listedLines,
  lookedUp,
  perhaps,
  tableEvidence,
  unclear,
  unresolved,
} from '../mounts.ts';
import { doubtOf, isKept, isOffending, openEndOf, weighed } from '../offending-mounts.ts';
import { defineRule } from '../rule.ts';
import { sensitivity } from '../sensitive-paths.ts';
import { counted, enumerate } from '../words.ts';

/** By which the filesystem of the engine's own files is known. */
const engineFile = kernelMount('/etc/hosts', {
  device: '8:1',
  root: `/var/lib/docker/containers/${'a'.repeat(64)}/hosts`,
});

const kept = (path: string) => bind(path, { isWritable: false });
/** A container in which the kernel shows these mounts. */
const sees = (...mounts: KernelMount[]) => kernelSays([], { mounts });

export const noSensitiveMount = defineRule({
  id: 'no-sensitive-mount',
  title: 'Containers mount no sensitive host paths',
  subject: 'container',
  severity: 'high',
  pillar: 'privilege',
  controls: ['cis-1.6:5.6', 'cis-1.8:5.6'],
  rationale:
    'Anyone who can write to the configuration, programs or devices of a host controls it. Anyone who can read them knows its secrets.',
  remediation:
    'Use a named volume or a folder made for the workload; where a single file is needed, mount that file with `:ro`. Mount no socket: `:ro` stops nobody from connecting.',
  fix: {
    words: 'Remove the mounts of sensitive host paths from {}',
    change: (seen) => withoutMounts(seen('Mounts')),
  },
  facet: 'sensitive-mount',
  needs: ['containers'],
  consults: ['engine', 'kernel', 'mountSources', 'hostProcesses', 'networks'],
  judge(container, { engine }, { policy, seenMountsOf, controlsOf }) {
    const seen = seenMountsOf(container.id);
    const socketPaths = [
      ...(engine.state === 'read' ? engine.value.socketPaths : []),
      ...seen.sockets,
    ];
    const dataRoot = engine.state === 'read' ? engine.value.dataRoot : null;
    const shown = shownMounts(container, seen, dataRoot);
    const isSensitive = sensitivity(policy.sensitivePaths, socketPaths, dataRoot);
    const isNamed = sensitivity(
      policy.sensitivePaths.filter((one) => !sensitiveFolders.includes(one)),
      socketPaths,
      null,
    );
    const offending = shown.flatMap((one) =>
      one.things.flatMap((thing) =>
        isOffending(thing, isSensitive) && !isMereProgram(one, thing, dataRoot)
          ? [{ one, thing, isWritable: one.mount.isWritable && !isKept(thing) }]
          : [],
      ),
    );
    const lines = (mounts: ShownMount[]) => [
      inspected('Mounts', listedLines(mounts)),
      ...tableEvidence(mounts),
    ];
    if (offending.length > 0) {
      const mapped = mappedBy(controlsOf(container.id));
      const evidence = [...lines(offending.map(({ one }) => one)), ...(mapped ?? [])];
      return {
        verdict: 'fail',
        ...weighed(offending, { dataRoot, isMapped: mapped !== null, isNamed }),
        evidence,
      };
    }
    const doubts = shown.flatMap((one) => [
      ...one.things.flatMap((thing) => doubtOf(thing, one)),
      ...unclear(one),
      ...unresolved(one),
      ...perhaps(one, isSensitive),
    ]);
    if (doubts.length > 0) {
      return {
        verdict: 'unknown',
        reason: enumerate([...new Set(doubts)]),
        evidence: lines(shown),
      };
    }
    // Without the kernel the same mount passes by its name: the doubt is said, and no more.
    const open = shown.flatMap(({ mount, things }) =>
      things.flatMap((thing) => openEndOf(thing, mount, isSensitive)),
    );
    const none = `has ${counted(container.mounts.length, 'mount')}, none of a sensitive host path`;
    const message = `${none}${open.length > 0 ? `, but ${enumerate(open)}` : lookedUp(shown)}`;
    return { verdict: 'pass', message, evidence: lines(shown) };
  },
  examples: {
    pass: [
      { container: { mounts: [] } },
      { container: { mounts: [bind('/srv/web')] } },
      { container: { mounts: [namedVolume('settings', '/etc')] } },
      { container: { mounts: [bind('/etcetera'), bind('/var/www'), bind('/home/web/site')] } },
      { container: { mounts: [bind('/srv/etc', { destination: '/etc' })] } },
      { container: { mounts: [bind('/run/docker.sock')] } },
      { container: { mounts: [bind('/boot')] }, policy: { sensitivePaths: ['/etc'] } },
      { container: { mounts: [localVolume('tmpfs', 'tmpfs')] } },
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
      { container: { mounts: [bind('/home/web')] }, policy: { sensitivePaths: ['/home'] } },
      { container: { mounts: [kept('/etc'), bind('/srv/web')] }, severity: 'medium' },
      { container: { mounts: [kept('/usr'), bind('/boot')] } },
      { container: { mounts: [{ ...namedVolume('hidden', '/data'), hostPath: '/etc' }] } },
      { container: { mounts: [bind('/srv/keys/a')] }, policy: { sensitivePaths: ['/srv/keys'] } },
      { container: { mounts: [bind('/sys')], state: 'created' } },
      { container: { mounts: [localVolume('proc', 'proc')] } },
      { container: { mounts: [localVolume('devtmpfs', 'udev')] } },
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
    unknown: [
      { container: { mounts: [bind('/home')] } },
      { container: { mounts: [kept('/home/web')] } },
      { container: { mounts: [localVolume('ext4', '/dev/sda1')] } },
      { container: { mounts: [localVolume('9p', 'share')] } },
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
      { container: { deviceRequests: ['cdi (1)'] } },
      {
        container: { mounts: [driverVolume('local-persist')] },
        kernel: sees(kernelMount('/mnt', { filesystem: 'fuse.bindfs' })),
      },
    ],
  },
});
