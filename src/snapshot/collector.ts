import type { ImageSetUid, PrivilegedFile } from './facts/set-uid.ts';
import type { ArchiveFormat, ForeignReader } from './foreign-format.ts';
import type { HistoryMemory } from './history-memory.ts';
import type { ServiceNames } from './normalise/service-names.ts';
import type { PackageMemory } from './packages/package-memory.ts';

/** How Seawall reaches an engine; part of the evidence of some rules. */
export interface EngineEndpoint {
  kind: 'unix' | 'tcp' | 'ssh' | 'edge';
  /** As declared, without credentials, e.g. `unix:///var/run/docker.sock`. */
  url: string;
  /** True for a TCP connection on which both sides proved themselves with verified certificates. */
  isMutualTls: boolean;
  /** Path of the engine's socket on the host, when the address tells it (unix only). */
  socketPath: string | null;
}

export interface AskedArchive {
  /** What the format looks for in it; nothing when not given. */
  wanted?: string;
  /** Size of its one file, where it was told before. */
  sizeBytes?: number;
}

/**
 * Read-only door to one Docker Engine: there is no POST here, so a collector cannot change a host.
 * Paths come without a version prefix and without a query. Rejects with `OutsideError`.
 */
export interface EngineReader {
  readonly endpoint: EngineEndpoint;
  /** Parsed JSON. */
  get(path: string, query?: Readonly<Record<string, string>>): Promise<unknown>;
  /** What a format makes of an archive answer within its bounds. */
  readArchive<Output>(
    path: string,
    query: Readonly<Record<string, string>>,
    format: ArchiveFormat<Output>,
    asked?: AskedArchive,
  ): Promise<Output>;
  /** Response headers, names in lower case. */
  head(
    path: string,
    query?: Readonly<Record<string, string>>,
  ): Promise<Readonly<Record<string, string>>>;
  /**
   * Files with set-uid, set-gid or capabilities in a tar answer (archive), their paths as in it and
   * without a leading slash; of no file anything but its header is kept.
   */
  privilegedFiles(path: string, query: Readonly<Record<string, string>>): Promise<PrivilegedFile[]>;
  /** True where the host's evidence level allows calls that may change something; see `archiveEffect`. */
  readonly mayChangeHost?: boolean | undefined;
  /** See `KernelDoor`; only at the evidence level `kernel`. */
  probeImages?: (() => Promise<ReadonlySet<string>>) | undefined;
}

/** An engine call that a collector may make: method and path, `{id}` standing for one segment. */
export type Endpoint = `GET /${string}` | `HEAD /${string}`;

/** A call that the door of the evidence level `files` may make; no lower level has writing ones. */
export type ProbeEndpoint = Endpoint | 'POST /containers/create' | 'DELETE /containers/{id}';

/** A call that the door of the evidence level `kernel` may make. */
export type KernelProbeEndpoint =
  | ProbeEndpoint
  | 'POST /images/create'
  | 'DELETE /images/{id}'
  | 'POST /containers/{id}/attach'
  | 'POST /containers/{id}/wait'
  | 'POST /containers/{id}/start';

/** What a door of the level `files` does to look at files of its host: all of its calls. */
export const hostFileCalls: readonly ProbeEndpoint[] = [
  'POST /containers/create',
  'GET /containers/json',
  'HEAD /containers/{id}/archive',
  'GET /containers/{id}/archive',
  'DELETE /containers/{id}',
];

/** What a door of the level `kernel` does to print files of /proc: all of its calls. */
export const procCalls: readonly KernelProbeEndpoint[] = [
  'GET /version',
  'GET /images/json',
  'GET /images/{id}/json',
  'GET /containers/json',
  'GET /containers/{id}/json',
  'POST /images/create',
  'POST /containers/create',
  'POST /containers/{id}/attach',
  'POST /containers/{id}/wait',
  'POST /containers/{id}/start',
  'DELETE /containers/{id}',
  'DELETE /images/{id}',
];

/** What the engine tells of one path without showing its content. */
export interface HostPathStat {
  kind: 'file' | 'directory' | 'symlink' | 'socket' | 'other';
  /** POSIX permission bits with set-uid, set-gid and sticky: 0 to 0o7777. */
  mode: number;
  /** Null for anything but a symlink. */
  linkTarget: string | null;
}

/** Single paths of the host, through a container that never runs. Rejects with `OutsideError`. */
export interface HostFileWindow {
  /** Those of the asked paths that the host has; nothing outside of them can be seen. */
  readonly shown: readonly string[];
  /** Does not follow a symlink. Null when there is no such path. */
  stat(path: string): Promise<HostPathStat | null>;
  /** Numbers of a regular file's owner; of its content nothing is read. */
  ownerOf(path: string): Promise<{ uid: number; gid: number }>;
  /** Text of a small regular file. */
  textOf(path: string): Promise<string>;
  /** Whether the engine keeps its files on the mount of `/`; null when they are not seen at all. */
  isDataRootOnRootFilesystem(): Promise<boolean | null>;
}

/** What a window shall show: exact paths, and where the engine says it keeps its files. */
export interface HostView {
  paths: readonly string[];
  dataRoot: string | null;
}

/** What tells one entry of a folder from another. */
export interface HostEntryStat extends HostPathStat {
  size: number;
  /** Nanoseconds since 1970. */
  modifiedNs: bigint;
}

/** Folders of the host, each alone: of what is mounted below one nothing is seen in it, unless that was asked for. */
export interface FolderWindow {
  /** Those of the asked paths that the host has. */
  readonly shown: readonly string[];
  /** What lies at a place in a shown folder. Does not follow a symlink. Null when there is nothing. */
  entry(folder: string, name: string): Promise<HostEntryStat | null>;
  /** What a shown path is, with whatever is mounted there. */
  itself(path: string): Promise<HostEntryStat | null>;
}

/** Opens windows, and closes each when `use` is done, however it ends. */
export interface HostFileDoor {
  look<T>(view: HostView, use: (window: HostFileWindow) => Promise<T>): Promise<T>;
  /** `withMounts`: what is mounted below a folder is seen in it, without which a rootless engine shows no `/`. */
  lookInto<T>(
    paths: readonly string[],
    use: (window: FolderWindow) => Promise<T>,
    options?: { withMounts: boolean },
  ): Promise<T>;
}

/** What the settings want read beside what every collector reads. */
export interface CollectOptions {
  /** Name of the container label that tells the owner: of all labels its value alone is kept. */
  ownerLabel: string | null;
  /** What earlier snapshots read of packages; each snapshot reads all anew without one. */
  packageMemory?: PackageMemory;
  /** The same of how images were built. */
  historyMemory?: HistoryMemory;
}

/** What a collector may know beside the engine's answers. */
export interface CollectContext extends CollectOptions {
  /** ISO time of the snapshot. */
  takenAt: string;
  /** What earlier scans of this host found in images: it costs too much to be read in each. */
  knownImages: readonly ImageSetUid[];
}

/**
 * The only files below `/proc/PID` that are ever read. None holds variables, and arguments one alone:
 * `cmdline`, of which see `engine-process.ts`.
 */
export const procFiles = [
  'status',
  'attr/current',
  'attr/apparmor/current',
  'uid_map',
  'cgroup',
  'stat',
  'mountinfo',
  'net/tcp',
  'net/tcp6',
  'net/udp',
  'net/udp6',
  'net/route',
  'net/dev',
  'net/unix',
  'cmdline',
] as const;
export type ProcFile = (typeof procFiles)[number];

/** A file of one process, or of one thread of it; `self` is the probe itself. */
export interface ProcPath {
  pid: number | 'self';
  file: ProcFile;
  thread?: number;
}

/** The only files of a control group that are ever read: what it allows, on version 2 and on version 1, which alone tells devices. */
export const groupFiles = [
  'memory.max',
  'pids.max',
  'cpu.max',
  'cpuset.cpus.effective',
  'memory.limit_in_bytes',
  'cpu.cfs_quota_us',
  'cpu.cfs_period_us',
  'cpu.rt_runtime_us',
  'cpu.rt_period_us',
  'cpuset.effective_cpus',
  'devices.list',
  'cgroup.controllers',
] as const;
export type GroupFile = (typeof groupFiles)[number];

/** A file of a control group by its folder below `/sys/fs/cgroup`, e.g. `/system.slice`; see `isGroupFolder`. */
export interface GroupPath {
  group: string;
  file: GroupFile;
}

/** The only other files that are ever read: how much a machine has, and whether SELinux refuses. */
export const machineFiles = [
  '/proc/sys/kernel/pid_max',
  '/sys/devices/system/cpu/online',
  '/sys/fs/selinux/enforce',
  '/proc/stat',
] as const;
export interface MachinePath {
  machine: (typeof machineFiles)[number];
}

export type ProbePath = ProcPath | GroupPath | MachinePath;

/** What one run of a probe told. */
export interface ProbeOutput {
  /** ISO time at which the run began. */
  readAt: string;
  /** Text of each file that could be read, by its path, e.g. `/proc/1/status`. */
  files: ReadonlyMap<string, string>;
  /** What a person should know of the run, e.g. that its output was cut. */
  notes: readonly string[];
  /** Paths before which the output was cut: nobody knows what is there. Absent for one that is whole. */
  lost?: ReadonlySet<string>;
  /** It was cut since the probe took too long: another run may as well. */
  isLate?: boolean;
}

/**
 * Files below /proc of an engine's host, through a container that runs for a moment. Rejects with
 * `OutsideError`; one probe at a time runs on an engine.
 */
export interface KernelDoor extends ForeignReader {
  /** At most `pathsMax` paths; those that could not be read are missing in the output. */
  read(paths: readonly ProbePath[]): Promise<ProbeOutput>;
  readonly pathsMax: number;
  /** Numbers of all processes of the host. */
  listPids(): Promise<number[]>;
  /** Numbers of the threads of each of these processes that is still there, at most `pathsMax`. */
  listThreads(pids: readonly number[]): Promise<ReadonlyMap<number, number[]>>;
  /** How many names (hard links) each of these files has; the host must have all of them. Nothing of them is opened. */
  countNames(files: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Inspects a container anew, after the first look of a snapshot. */
  inspectAgain(containerId: string): Promise<unknown>;
  /** Ids of images on the engine that hold the very program of our probe and nothing else. */
  probeImages(): Promise<ReadonlySet<string>>;
}

/** A subject that the engine listed but whose facts could not be read. */
export interface UnreadSubject {
  id: string;
  name: string;
  reason: string;
  /** Of a container: by which it has its stable name. */
  services?: ServiceNames;
}

/** Subjects of one kind: those whose facts were read, and those that exist but were not. */
export interface SubjectList<T> {
  read: T[];
  unread: UnreadSubject[];
}
