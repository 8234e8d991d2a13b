import fc from 'fast-check';
import {
  absentFile,
  exampleDaemonSettings,
  exampleHostFiles,
  presentFile,
  presentOther,
  unreadFile,
} from '../../src/rules/example-host-files.ts';
import { type Reading, read, unread } from '../../src/shared/reading.ts';
import type { HostFileFact, HostFilesFacts, OwnUse } from '../../src/snapshot/facts/host-files.ts';

const roles = [
  'docker-service',
  'docker-socket-unit',
  'etc-docker',
  'registry-certificate',
  'tls-ca',
  'tls-cert',
  'tls-key',
  'engine-socket',
  'daemon-json',
  'default-docker',
  'sysconfig-docker',
  'containerd-socket',
] as const;

const path = fc.constantFrom('/etc/docker/daemon.json', '/run/docker.sock', '/x');
const mode = fc.nat(0o7777);
const identity = fc.nat(2000);

const file: fc.Arbitrary<HostFileFact> = fc.oneof(
  fc
    .tuple(path, mode, identity, identity)
    .map(([at, bits, uid, gid]) => presentFile(at, bits, { uid, gid })),
  fc.tuple(path, mode).map(([at, bits]) => presentOther(at, bits, 'socket')),
  path.map(absentFile),
  fc.tuple(path, fc.string()).map(([at, reason]) => unreadFile(at, reason)),
);

const settings = fc
  .record({
    gaps: fc.array(fc.string(), { maxLength: 1 }),
    hosts: fc.option(fc.subarray(['fd://', 'tcp://0.0.0.0:2375', 'unix:///run/docker.sock'])),
    verifiesClients: fc.option(fc.boolean()),
    logLevel: fc.option(fc.constantFrom('info', 'debug', 'constructor')),
    defaultUlimits: fc.option(
      fc.array(
        fc.record({
          name: fc.constantFrom('nofile', 'constructor'),
          soft: fc.integer({ min: -1 }),
          hard: fc.integer({ min: -1 }),
        }),
        { maxLength: 2 },
      ),
    ),
    managesIptables: fc.option(fc.boolean()),
    managesIp6tables: fc.option(fc.boolean()),
    usesUserlandProxy: fc.option(fc.boolean()),
    allowsDirectRouting: fc.option(fc.boolean()),
    cgroupParent: fc.option(fc.constantFrom('', '/batch', '/odd')),
    ownPaths: fc.array(
      fc.record({
        path: fc.constantFrom('/srv', '/srv/web/own', '/data'),
        use: fc.constantFrom<OwnUse[]>('settings', 'key', 'program', 'seccomp'),
      }),
      { maxLength: 1 },
    ),
  })
  .map((said) => ({ ...exampleDaemonSettings, ...said }));

const group = fc.record({
  name: fc.constantFrom('docker', 'deploy'),
  gid: fc.option(identity),
  members: fc.array(fc.string(), { maxLength: 3 }),
});

const mount = fc.record({
  mountPoint: fc.constantFrom('/var', '/var/lib/docker'),
  isBind: fc.boolean(),
});

/** Files, settings and accounts of a host in any combination, each of them possibly unread. */
export const arbitraryHostFiles: fc.Arbitrary<HostFilesFacts> = fc
  .record({
    files: fc.tuple(...roles.map(() => fc.array(file, { maxLength: 2 }))),
    registryCertificateFolder: file,
    settings: possiblyUnread(settings),
    socketGroups: possiblyUnread(fc.array(group, { maxLength: 2 })),
    foreignGroupSources: possiblyUnread(fc.subarray(['ldap', 'sss'])),
    isOnRootFilesystem: possiblyUnread(fc.boolean()),
    declaredMount: fc.option(mount),
  })
  .map(({ files, isOnRootFilesystem, declaredMount, ...facts }) => ({
    ...exampleHostFiles,
    files: { ...exampleHostFiles.files, ...filesByRole(files) },
    ...facts,
    dataRoot: { path: '/var/lib/docker', isOnRootFilesystem, declaredMount },
  }));

function possiblyUnread<T>(value: fc.Arbitrary<T>): fc.Arbitrary<Reading<T>> {
  return fc.oneof(
    { weight: 5, arbitrary: value.map((one) => read(one)) },
    { weight: 1, arbitrary: fc.string().map((reason) => unread<T>(reason)) },
  );
}

const filesByRole = (lists: readonly HostFileFact[][]): Partial<HostFilesFacts['files']> =>
  Object.fromEntries(roles.map((role, index) => [role, lists[index] ?? []]));
