import { distinct } from '../../shared/distinct.ts';
import { read, unread } from '../../shared/reading.ts';
import { counted, enumerate } from '../../shared/text.ts';
import type { ContainerMounts } from '../../snapshot/container-mounts.ts';
import { connection, inspected } from '../../snapshot/evidence.ts';
import type { ContainerFacts } from '../../snapshot/facts/container.ts';
import { ownOfEngines } from '../../snapshot/seen-mounts.ts';
import type { ShownMount } from '../../snapshot/shown-mounts.ts';
import { mappedBy } from '../control-evidence.ts';
import { socketMounts } from '../engine-managers.ts';
import {
  bind,
  driverVolume,
  leading,
  localVolume,
  mounting,
  namedVolume,
  underWrapper,
} from '../example-facts.ts';
import { withSettings, withUnitListeners } from '../example-host-files.ts';
import { kernelMount } from '../example-kernel.ts';
import { asSeen, sees } from '../example-unclear-mounts.ts';
import { withoutMounts } from '../fix-change.ts';
import { maybeSecondName, toldBelow } from '../folders-of-host.ts';
import {
  isSocketOfUser,
  isUnclearSocket,
  listedLines,
  lookedUp,
  maybeOnDisk,
  perhaps,
  shownPath,
  tableEvidence,
  unclear,
  unresolved,
  untoldOfEngine,
} from '../mounts.ts';
import { OF_MAPPED } from '../offending-mounts.ts';
import { defineRule, type ExampleHost, fail, pass, unknown } from '../rule.ts';
import { mayHoldUsersEngine } from '../users-places.ts';

const folder = (path: string) => ({ path, leadsTo: read(path), alike: [], isFolder: true });
const ofUser = '/run/user/1000/docker.sock';
const rootless = {
  isRootless: true,
  socketPaths: [ofUser],
  endpoint: { kind: 'unix', url: `unix://${ofUser}`, isMutualTls: false, socketPath: ofUser },
} as const satisfies ExampleHost['engine'];

export const noDockerSocketMount = defineRule({
  id: 'no-docker-socket-mount',
  title: 'Engine and containerd sockets stay outside containers',
  subject: 'container',
  severity: 'critical',
  pillar: 'privilege',
  controls: ['cis-1.6:5.32', 'cis-1.8:5.32'],
  rationale:
    'Whoever can talk to the socket can start a privileged container and is root on the host; a read-only mount does not stop that.',
  remediation:
    'Remove the mount. A tool that must watch the engine gets a proxy which allows only the GET paths it needs.',
  fix: {
    words: 'Remove the socket mount from {}',
    change: (seen) => withoutMounts(seen('Mounts')),
  },
  facet: 'docker-socket',
  needs: ['engine'],
  consults: ['kernel', 'mountSources', 'hostProcesses', 'networks', 'hostFiles'],
  prepare(facts) {
    const own = ownOfEngines({ ...facts, engine: read(facts.engine) });
    const socketPaths = [...new Set([...facts.engine.socketPaths, ...own.sockets])];
    return { socketPaths, sockets: connection('known socket paths', socketPaths) };
  },
  judge(container, { engine }, { mountsOf, controlsOf }, { socketPaths, sockets }) {
    const { seen, shown } = mountsOf(container.id);
    const offending = socketMounts(shown, socketPaths);
    const lines = (mounts: readonly ShownMount[]) => [
      inspected('Mounts', listedLines(mounts)),
      ...tableEvidence(mounts),
      sockets,
    ];
    if (offending.length === 0) {
      const more = controlsOf(container.id).moreGiven('mounts');
      const doubts = shown.length === 0 ? [] : doubtsOf(container, { seen, shown }, socketPaths);
      if (more !== null) doubts.push(more);
      if (doubts.length > 0) return unknown(enumerate(distinct(doubts)), lines(shown));
      const message = `has ${counted(container.mounts.length, 'mount')}, none with an engine socket`;
      return pass(`${message}${lookedUp(shown)}`, lines(shown));
    }
    const paths = distinct(offending.map(({ one, path }) => shownPath(path, one)));
    // Whoever the engine runs as: a folder above those of users holds root's too.
    // And where Seawall runs in a container, the path at which it asks may be that of root's engine on the host.
    const isOfUser = offending.every(({ path }) => isSocketOfUser(path, engine, seen.sockets));
    const power = isOfUser ? 'all that the user of the rootless engine may' : 'root on the host';
    const isRefused = offending.every(({ isByOverlay }) => isByOverlay);
    const where = isRefused ? ', where the kernel lets a connect pass an overlay' : '';
    // Of a rootless engine root of a container is the user whose the socket is.
    const mapped = engine.isRootless ? null : mappedBy(controlsOf(container.id));
    const bound = mapped === null ? '' : OF_MAPPED;
    const message = `mounts an engine socket (${enumerate(paths)}): ${power}${where}${bound}`;
    const evidence = [...lines(offending.map(({ one }) => one)), ...(mapped ?? [])];
    const isMilder = isOfUser || isRefused || mapped !== null;
    return fail(message, evidence, isMilder ? { severity: 'high' } : {});
  },
  examples: {
    pass: [
      mounting(),
      mounting(bind('/srv/web')),
      mounting(bind('/run/systemd/journal/socket')),
      mounting(bind('/run/php/php8.2-fpm.sock'), bind('/var/lib/mysql/mysql.sock')),
      // No pipe of Windows.
      mounting(bind('/home/web/docker_engine')),
      {
        // Without what is mounted below it, as /run is.
        ...mounting(bind('/', { isNonRecursive: true })),
        hostMounts: ['/', '/run'].map((target) => ({ target, root: '/', device: target })),
      },
      mounting(namedVolume('sockets', '/var/run')),
      mounting(localVolume('ext4', '/dev/sda1')),
      mounting(bind('/srv/web', { destination: '/var/run/docker.sock' })),
      {
        ...asSeen(bind('/srv/web'), { root: '/srv/web', device: '8:1' }),
        mountSources: [folder('/srv/web')],
        hostMounts: ['/', '/run'].map((target, index) => ({
          target,
          root: '/',
          device: `8:${index + 1}`,
        })),
      },
    ],
    fail: [
      mounting(bind('/run/docker.sock')),
      mounting(bind('/run/docker.sock', { isWritable: false })),
      mounting(bind('/run')),
      mounting(bind('/')),
      mounting(bind('/', { isWritable: false })),
      {
        ...mounting(bind('/', { isNonRecursive: true })),
        hostMounts: [{ target: '/', root: '/', device: '8:1' }],
      },
      mounting(bind('/run/containerd')),
      mounting(bind('/run/containerd/containerd.sock')),
      mounting(bind('/run/podman/podman.sock')),
      mounting(bind('\\\\.\\pipe\\docker_engine', { kind: 'npipe' })),
      mounting(bind('/pipe/docker_engine', { kind: 'npipe' })),
      { container: { mounts: [bind('/srv/web'), bind('/run/docker.sock')], state: 'exited' } },
      { ...mounting(bind('/srv/demo')), engine: { socketPaths: ['/srv/demo/docker.sock'] } },
      { ...mounting(bind('/run/engine.socket')), engine: { socketPaths: ['/run/engine.socket'] } },
      { ...mounting(bind('/run/user/1000/docker.sock')), engine: rootless, severity: 'high' },
      { ...mounting(bind('/run/user/1000')), engine: rootless, severity: 'high' },
      { ...mounting(bind('/run')), engine: rootless },
      { ...mounting(bind('/run/user')), engine: rootless, severity: 'high' },
      // A rootless engine that was told to listen elsewhere, alone there or beside one of root.
      ...['/home/web/engine.sock', '/home/web', '/home'].map((path) => ({
        ...mounting(bind(path)),
        ...{ engine: { ...rootless, socketPaths: ['/home/web/engine.sock'] } },
        severity: 'high' as const,
      })),
      {
        ...mounting(bind('/')),
        engine: { ...rootless, socketPaths: ['/home/web/engine.sock'] },
      },
      // An engine of a user beside that of root.
      { ...mounting(bind('/run/user/1000/podman/podman.sock')), severity: 'high' },
      mounting(bind('/run/user/0/podman/podman.sock')),
      {
        ...mounting(bind('/run/docker.sock')),
        engine: {
          ...rootless,
          socketPaths: ['/run/docker.sock'],
          endpoint: { ...rootless.endpoint, socketPath: '/run/docker.sock' },
        },
      },
      mounting({ ...namedVolume('hidden', '/data'), hostPath: '/run' }),
      {
        ...mounting(localVolume('overlay', 'overlay', { layers: ['/run'] })),
        severity: 'high',
      },
      // Root inside is nobody to the socket, unless that is open to everybody or the container was kept apart from it.
      {
        ...mounting(bind('/run/docker.sock')),
        engine: { remapsUsers: true },
        severity: 'high',
      },
      {
        container: {
          mounts: [bind('/run/docker.sock')],
          userNamespace: { mode: 'host', resolved: 'host', via: [] },
        },
        engine: { remapsUsers: true },
      },
      leading('/srv/api', read('/run/docker.sock')),
      // By names of their own, which the settings tell, and the unit that makes the socket.
      ...[bind('/srv/engine/api'), bind('/srv/engine')].map((mount) => ({
        ...mounting(mount),
        ...withSettings({ hosts: ['fd://', 'unix:///srv/engine/api'] }),
      })),
      { ...mounting(bind('/srv/engine')), ...withUnitListeners(read(['/srv/engine/api'])) },
      {
        // A hook or who entered its mounts put it there.
        ...mounting(),
        kernel: sees(
          kernelMount('/'),
          kernelMount('/run/api', {
            ...{ root: '/docker.sock', filesystem: 'tmpfs' },
            superOptions: ['rw', 'size=1k', 'mode=755'],
          }),
        ),
      },
      // A link to the socket.
      asSeen(bind('/srv/web/api'), { root: '/docker.sock', filesystem: 'tmpfs' }),
    ],
    unknown: [
      underWrapper,
      mounting(bind('/srv/engine-sock')),
      mounting(bind('\\\\.\\pipe\\my_engine', { kind: 'npipe' })),
      mounting(driverVolume('local-persist')),
      {
        ...mounting(localVolume('ext4', '/dev/sda1')),
        engine: { socketPaths: ['/srv/engine/docker.sock'] },
      },
      mounting(bind('/run/user')),
      mounting(bind('/run/user/1000/podman')),
      mounting(bind('/proc/4242/root')),
      // The end of a link of a process is no name: nobody read on what the folder lies.
      asSeen(bind('/proc/4242/root/srv/podman'), { root: '/podman', filesystem: 'tmpfs' }),
      // A volume that binds a path from wherever the engine was started.
      asSeen(localVolume('bind', 'grub'), { root: '/grub' }),
      mounting(bind('/srv/web/app.sock')),
      asSeen(bind('/srv/web/app.sock'), { root: '/srv/web/app.sock' }),
      leading('/srv/web', unread('something is mounted there')),
      {
        // One filesystem may have the socket by two names, which no call lists.
        ...asSeen(bind('/srv/web'), { root: '/srv/web', device: '8:1' }),
        ...{ mountSources: [folder('/srv/web')], engine: { socketPaths: ['/srv/engine/api'] } },
        hostMounts: [{ target: '/', root: '/', device: '8:1' }],
      },
      {
        ...mounting(bind('/srv/api')),
        mountSources: [
          {
            ...{ path: '/srv/api', leadsTo: read('/srv/api') },
            ...{ alike: ['/run/docker.sock'], isFolder: false },
          },
        ],
      },
    ],
  },
});

/** Why nobody can tell whether one of these mounts, none of which is known to, shows a socket of an engine. */
function doubtsOf(
  { mounts }: Pick<ContainerFacts, 'mounts'>,
  { seen, shown }: ContainerMounts,
  socketPaths: readonly string[],
): string[] {
  const asked = mounts.flatMap(({ kind, hostPath }) =>
    hostPath !== null && (kind === 'npipe' || (kind === 'bind' && isUnclearSocket(hostPath)))
      ? [hostPath]
      : [],
  );
  const found = shown.flatMap(({ isUnlisted, things }) =>
    things.flatMap((thing) =>
      isUnlisted && thing.kind === 'path' && isUnclearSocket(thing.path) ? [thing.path] : [],
    ),
  );
  const ofOthers = [...asked, ...found];
  return [
    ...(ofOthers.length > 0 ? [`nobody read who listens at ${enumerate(ofOthers)}`] : []),
    ...shown.flatMap(({ things }) =>
      things.flatMap((thing) =>
        thing.kind === 'path' && mayHoldUsersEngine(thing.path)
          ? [`whether an engine of a user listens in ${thing.path} was not read`]
          : [],
      ),
    ),
    ...untoldOfEngine(shown, seen),
    ...shown.flatMap(unclear),
    ...shown.flatMap(unresolved),
    ...shown.flatMap((one) => toldBelow(one, seen)),
    ...shown.flatMap((one) => maybeSecondName(one, socketPaths, seen)),
    ...shown.flatMap((one) => maybeOnDisk(one, socketPaths)),
    ...shown.flatMap((one) => perhaps(one, (path) => socketPaths.includes(path))),
  ];
}
