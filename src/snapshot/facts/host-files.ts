import type { Reading } from '../../shared/reading.ts';

/** What a file is to the engine; paths differ between hosts. */
export type HostFileRole =
  | 'docker-service'
  | 'docker-socket-unit'
  | 'etc-docker'
  | 'registry-certificate'
  | 'tls-ca'
  | 'tls-cert'
  | 'tls-key'
  | 'engine-socket'
  | 'daemon-json'
  | 'default-docker'
  | 'sysconfig-docker'
  | 'containerd-socket';

/** What an engine finds by its own settings. */
export type EngineFileRole = Extract<
  HostFileRole,
  'daemon-json' | 'engine-socket' | 'tls-ca' | 'tls-cert' | 'tls-key'
>;

/** What an engine does with a path of the host that it was told. */
export type OwnUse =
  | 'settings'
  | 'clients'
  | 'key'
  | 'program'
  | 'init'
  | 'state'
  | 'devices'
  | 'seccomp';

/** A path of the host that an engine was told to use. */
export interface OwnPath {
  path: string;
  use: OwnUse;
}

export interface FileOwner {
  uid: number;
  gid: number;
}

/** One path of the host, symlinks followed. What could not be looked at is never "absent". */
export type HostFileFact =
  | { path: string; state: 'absent' }
  | { path: string; state: 'unread'; reason: string }
  | {
      path: string;
      state: 'present';
      /** Where the symlinks end; the path itself without any. */
      realPath: string;
      kind: 'file' | 'directory' | 'socket' | 'other';
      /** POSIX permission bits with set-uid, set-gid and sticky: 0 to 0o7777. */
      mode: number;
      /** Numbers, as the host sees them. */
      owner: Reading<FileOwner>;
    };

/** What shows whose the settings are; names are those of daemon.json. */
export interface SettingsOwner {
  /** Everything that daemon.json says. */
  inDaemonJson: string[];
  /** Settings that `/info` says too, with a value that no engine has by itself. */
  daemonJsonEchoes: string[];
  commandLineEchoes: string[];
  /** Settings of which `/info` says something else. */
  contradicted: string[];
  /**
   * Why the files may be younger than the engine, which read them as it started; null where they are older. Absent where
   * nobody looked: where nothing above confirms them, and in facts of a version that did not ask.
   */
  maybeYounger?: string | null;
}

/**
 * What daemon.json and the command line in docker.service say; `null` where neither says anything.
 * Proxies, labels, log options and everything else that may hold a secret stay in the collector.
 */
export interface DaemonSettings {
  /** Paths that were read, the settings of all of them together. */
  sources: string[];
  /** Why there may be settings that were not seen, e.g. a variable in the command line. */
  gaps: string[];
  owner: SettingsOwner;
  /** Listeners, without credentials, e.g. `unix:///run/docker.sock`, `fd://`. */
  hosts: string[] | null;
  usesTls: boolean | null;
  verifiesClients: boolean | null;
  tlsCaPath: string | null;
  tlsCertPath: string | null;
  tlsKeyPath: string | null;
  /** Name or number of the group that the engine gives its socket to. */
  socketGroup: string | null;
  logLevel: string | null;
  isDebug: boolean | null;
  defaultUlimits: { name: string; soft: number; hard: number }[] | null;
  allowsInterContainerTraffic: boolean | null;
  managesIptables: boolean | null;
  managesIp6tables: boolean | null;
  usesUserlandProxy: boolean | null;
  /** Missing from what a version read that did not ask. */
  allowsDirectRouting?: boolean | null;
  cgroupParent: string | null;
  /** Where it writes its number as it starts; absent in facts of a version that did not ask. */
  pidFile?: string | null;
  /** Its program, and what else it was told to run, read or keep elsewhere; absent in facts of a version that did not ask. */
  ownPaths?: OwnPath[];
}

/** A group that may use the engine's socket. */
export interface SocketGroup {
  name: string;
  /** Null: the host's /etc/group has no such group. */
  gid: number | null;
  /** Members other than uid 0, those with it as primary group included; sorted. */
  members: string[];
}

/**
 * An entry of /etc/fstab; `isOfRoot` of one that mounts another part of the filesystem of `/`, `mayBeOfRoot` of one that
 * may, since they name their disks in different ways.
 */
export interface DeclaredPlace {
  mountPoint: string;
  isBind: boolean;
  isOfRoot?: true;
  mayBeOfRoot?: true;
}

export interface HostFilesFacts {
  /** An empty list: nothing on this host names such a file. */
  files: Record<HostFileRole, HostFileFact[]>;
  /** `/etc/docker/certs.d`; the names below it cannot be listed without their content. */
  registryCertificateFolder: HostFileFact;
  settings: Reading<DaemonSettings>;
  /** Where systemd listens for the engine, which calls it `fd://`: paths, ports and addresses, as written. */
  unitListeners: Reading<string[]>;
  socketGroups: Reading<SocketGroup[]>;
  /** Where else the host looks groups up than in its files, e.g. `ldap`. */
  foreignGroupSources: Reading<string[]>;
  dataRoot: {
    path: string;
    /** Measured: the engine's own files are seen through the mount of `/` alone. */
    isOnRootFilesystem: Reading<boolean>;
    /** The entry of /etc/fstab nearest to it, `/` aside. */
    declaredMount: DeclaredPlace | null;
  };
}
