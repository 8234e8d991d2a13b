import { read, unread } from '../shared/reading.ts';
import type {
  DaemonSettings,
  FileOwner,
  HostFileFact,
  HostFileRole,
  HostFilesFacts,
  SettingsOwner,
} from '../snapshot/facts/host-files.ts';

export const exampleDaemonSettings: DaemonSettings = {
  sources: ['/usr/lib/systemd/system/docker.service', '/etc/docker/daemon.json'],
  gaps: [],
  owner: {
    inDaemonJson: [],
    daemonJsonEchoes: [],
    commandLineEchoes: ['live-restore'],
    contradicted: [],
  },
  hosts: ['fd://'],
  usesTls: null,
  verifiesClients: null,
  tlsCaPath: null,
  tlsCertPath: null,
  tlsKeyPath: null,
  socketGroup: null,
  logLevel: null,
  isDebug: null,
  defaultUlimits: null,
  allowsInterContainerTraffic: null,
  managesIptables: null,
  managesIp6tables: null,
  usesUserlandProxy: null,
  allowsDirectRouting: null,
  cgroupParent: null,
};

/** A file of root's that is there, except for what is said. */
export function presentFile(
  path: string,
  mode: number,
  owner: FileOwner = { uid: 0, gid: 0 },
): HostFileFact {
  return { path, state: 'present', realPath: path, kind: 'file', mode, owner: read(owner) };
}

/** A socket or folder, whose owner the engine's archive does not tell. */
export function presentOther(
  path: string,
  mode: number,
  kind: 'directory' | 'socket',
): HostFileFact {
  const owner = unread<FileOwner>(`the engine tells no owner of a ${kind}`);
  return { path, state: 'present', realPath: path, kind, mode, owner };
}

export const absentFile = (path: string): HostFileFact => ({ path, state: 'absent' });

export const unreadFile = (path: string, reason: string): HostFileFact => ({
  path,
  state: 'unread',
  reason,
});

export const exampleHostFiles: HostFilesFacts = {
  files: {
    'docker-service': [presentFile('/usr/lib/systemd/system/docker.service', 0o644)],
    'docker-socket-unit': [presentFile('/usr/lib/systemd/system/docker.socket', 0o644)],
    'etc-docker': [presentOther('/etc/docker', 0o755, 'directory')],
    'registry-certificate': [],
    'tls-ca': [],
    'tls-cert': [],
    'tls-key': [],
    'engine-socket': [presentOther('/run/docker.sock', 0o660, 'socket')],
    'daemon-json': [presentFile('/etc/docker/daemon.json', 0o644)],
    'default-docker': [absentFile('/etc/default/docker')],
    'sysconfig-docker': [absentFile('/etc/sysconfig/docker')],
    'containerd-socket': [presentOther('/run/containerd/containerd.sock', 0o660, 'socket')],
  },
  registryCertificateFolder: absentFile('/etc/docker/certs.d'),
  settings: read(exampleDaemonSettings),
  unitListeners: read(['/run/docker.sock']),
  socketGroups: read([{ name: 'docker', gid: 105, members: [] }]),
  foreignGroupSources: read([]),
  dataRoot: {
    path: '/var/lib/docker',
    isOnRootFilesystem: read(false),
    declaredMount: { mountPoint: '/var/lib/docker', isBind: false },
  },
};

/** In an example of a rule: these files, and everything else as ordinary. */
export const withFiles = (role: HostFileRole, ...files: HostFileFact[]) => ({
  hostFiles: { files: { [role]: files } },
});

/** In an example of a rule: these settings of the engine, and everything else as ordinary. */
export const withSettings = (settings: Partial<DaemonSettings>) => ({
  hostFiles: { settings: read({ ...exampleDaemonSettings, ...settings }) },
});

/** In an example of a rule: an engine whose sockets its unit makes, and that asks nobody for a certificate. */
export const withUnitListeners = (unitListeners: HostFilesFacts['unitListeners']) => ({
  hostFiles: { settings: read(exampleDaemonSettings), unitListeners },
});

/** In an example of a rule: a host of whose files nothing was read. */
export const withoutSettings = {
  hostFiles: { settings: unread<DaemonSettings>('needs evidence level files') },
};

export const gap = 'the command line in docker.service holds variables';

/** In an example of a rule: files that nothing shows to be those of the engine. */
export const ownerUnknown: SettingsOwner = {
  ...exampleDaemonSettings.owner,
  commandLineEchoes: [],
};

/** In an example of a rule: files that say otherwise than the engine does of itself. */
export const ownerOther: SettingsOwner = {
  ...exampleDaemonSettings.owner,
  contradicted: ['log-driver'],
};

/** In an example of a rule: only daemon.json is the engine's, as far as one can see. */
export const ownerOfJson = (...inDaemonJson: string[]): SettingsOwner => ({
  ...ownerUnknown,
  inDaemonJson,
  daemonJsonEchoes: ['live-restore'],
});

/** Examples of which nobody knows what a setting of the engine is, whatever the files say of it. */
export const unknownSettings = (said: Partial<DaemonSettings>) => [
  withoutSettings,
  withSettings({ gaps: [gap] }),
  withSettings({ owner: ownerUnknown, ...said }),
  withSettings({ owner: ownerOther, ...said }),
];
