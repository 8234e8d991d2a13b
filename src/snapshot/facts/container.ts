import type { Reading } from '../../shared/reading.ts';
import type { VolumeMount } from './volume.ts';

export type ContainerState =
  | 'created'
  | 'running'
  | 'paused'
  | 'restarting'
  | 'removing'
  | 'exited'
  | 'dead';

/** States of containers that may be attacked now; a paused one goes on. */
export const liveStates: readonly string[] = ['running', 'paused', 'restarting'];

/** A namespace setting, followed through every `container:` step. */
export interface NamespaceFact {
  /** As configured, e.g. `host`, `container:4f5c…`, `bridge`, empty for the default. */
  mode: string;
  /**
   * `host`: shares the host's; `private`: its own; `shared`: another container's own;
   * `unknown`: the chain ends in a container that cannot be found, or in a circle.
   */
  resolved: 'host' | 'private' | 'shared' | 'unknown';
  /** Names of the containers the chain went through, nearest first. */
  via: string[];
}

export interface MountFact {
  kind: 'bind' | 'volume' | 'tmpfs' | 'npipe' | 'cluster' | 'image';
  /**
   * Host path that really lies below the mount, normalised (`/var/run` is `/run`): the source of a
   * bind, the device of a local volume with bind options, or where the driver of another has its
   * files. Null when no chosen host path does.
   */
  hostPath: string | null;
  /** Name of the volume, for volumes. */
  volume: string | null;
  /** The folder of its volume that alone is mounted. Else absent. */
  part?: string;
  /** What a local volume mounts by its options, where that is no bind; else absent. */
  volumeMount?: VolumeMount;
  /** Of a volume that is none of the engine's own: what lies in it, its driver alone knows. Else absent. */
  driver?: string;
  destination: string;
  isWritable: boolean;
  /** Read-only without what is mounted below it, as was asked for (`bind-recursive=writable`) or as a volume is. Else absent. */
  isReadonlyOnTop?: true;
  /** Without what is mounted below its source, as was asked for (`bind-recursive=disabled`) or as a volume with the option `bind` is. Else absent. */
  isNonRecursive?: true;
  /** The engine gave what is mounted the SELinux label of containers, as was asked for (`:z`, `:Z`). Else absent. */
  isRelabelled?: true;
  /** `private`, `rprivate`, `shared`, `rshared`, `slave`, `rslave` or empty. */
  propagation: string;
}

export interface PortFact {
  containerPort: number;
  protocol: 'tcp' | 'udp' | 'sctp';
  /** `0.0.0.0`, `::`, an address, or empty for every interface. */
  hostIp: string;
  /** 0 when the engine chooses the port at start. */
  hostPort: number;
  family: 'ipv4' | 'ipv6';
  /** The engine has it open now; false for one that was only asked for, as of a stopped container. */
  isOpen: boolean;
}

/** The addresses of one container in one network, of both families. */
export interface NetworkAddresses {
  network: string;
  own: string[];
  /** Of the host, or whatever else leads out of the network. */
  gateways: string[];
}

export interface ContainerFacts {
  id: string;
  name: string;
  imageId: string;
  /** The reference the container was made from, e.g. `redis:7` or `sha256:…`. */
  imageReference: string;
  state: ContainerState;
  /** ISO time; null where the engine gives none (a container that never started). */
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  pid: number | null;
  composeProject: string | null;
  composeService: string | null;
  /** Paths of the files from which Compose made it, where it ran, by its labels; absent where they tell none. */
  composeFiles?: string[];
  /** Compose's hash over the configuration of the service, from its label. */
  composeConfigHash: string | null;
  /** True for one that `docker compose run` made beside the service. */
  isComposeOneOff: boolean;
  swarmService: string | null;
  /** Value of the label that the settings name for owners; null without it, or when none is named. */
  owner: string | null;
  runtime: string;
  user: UserFact;
  isPrivileged: boolean;
  /** Capability names with `CAP_`, sorted; `ALL` stays `ALL`. */
  addedCapabilities: string[];
  droppedCapabilities: string[];
  /** Default set plus added minus dropped, `ALL` expanded; every capability when privileged. */
  configuredCapabilities: string[];
  /** Last entry wins; null when the container says nothing and the engine's default decides. */
  noNewPrivileges: boolean | null;
  /** It may write its own control groups (`--security-opt writable-cgroups`, since engine 28); absent otherwise. */
  hasWritableCgroups?: true;
  /**
   * `default` when nothing is said; `builtin` asks for the engine's own profile whatever its default is;
   * `allows-everything` for a profile that forbids nothing dangerous.
   */
  seccomp: 'default' | 'builtin' | 'unconfined' | 'custom' | 'allows-everything';
  /** Dangerous calls that a custom profile allows and the engine's would not; absent where its text was not read. */
  seccompAllows?: string[];
  /** Capabilities all of whose dangerous calls a custom profile allows; absent where its text was not read. */
  seccompOpens?: string[];
  /** Groups added to those of the user, as written: names or numbers. */
  addedGroups: string[];
  /** Profile that the container asks for; null when it says nothing. */
  askedAppArmorProfile: string | null;
  /** SELinux options that the container asks for, e.g. `type:container_t`; without `disable`. */
  askedSelinuxOptions: string[];
  /** Paths that the engine hides or keeps read-only inside; null for a container that is given none. */
  maskedPaths: string[] | null;
  readonlyPaths: string[] | null;
  /** As the engine reports it; empty without AppArmor. */
  appArmorProfile: string;
  /** SELinux label of the process; empty without SELinux. */
  processLabel: string;
  isSelinuxLabelDisabled: boolean;
  hasUnmaskedSystemPaths: boolean;
  /** It asks for that by a security option beside `--privileged`; absent otherwise. */
  asksToUnmask?: true;
  networkNamespace: NamespaceFact;
  pidNamespace: NamespaceFact;
  ipcNamespace: NamespaceFact;
  utsNamespace: NamespaceFact;
  userNamespace: NamespaceFact;
  cgroupNamespace: NamespaceFact;
  /** Names of the networks it is attached to. */
  networks: string[];
  /** Ids of those that somebody made, of which several may have one name; absent without any, and in facts of earlier versions. */
  networkIds?: { network: string; id: string }[];
  /** Its addresses in them; absent without any, as of a stopped one, and in facts of earlier versions. */
  networkAddresses?: NetworkAddresses[];
  /** Names of containers to whose ports it is let in the default bridge, whatever else is shut there (`--link`); absent without any. */
  linkedTo?: string[];
  mounts: MountFact[];
  /** Where it asked for an empty folder in memory (`--tmpfs`), which `mounts` does not list; absent without any. */
  tmpfsPlaces?: string[];
  ports: PortFact[];
  exposedPorts: { containerPort: number; protocol: string }[];
  /** Host paths of devices handed in. */
  devices: string[];
  /** Those of them that it may read and not write to; absent without any. */
  readonlyDevices?: string[];
  /** Those that it may not even read, but make a node of; absent without any. */
  closedDevices?: string[];
  /** One line per device request, e.g. `nvidia (2)`. */
  deviceRequests: string[];
  deviceCgroupRules: string[];
  /** 0 for no limit. */
  memoryLimitBytes: number;
  nanoCpus: number;
  cpuQuota: number;
  /** In microseconds; absent for the default of 100,000. */
  cpuPeriod?: number;
  cpuShares: number;
  cpusetCpus: string;
  /** Null for no limit. */
  pidsLimit: number | null;
  ulimits: { name: string; soft: number; hard: number }[];
  cgroupParent: string;
  restartPolicy: { name: string; maximumRetries: number };
  /** The kernel is told not to end it when memory runs short; missing in facts of a version that did not ask. */
  isOomKillDisabled?: boolean;
  hasReadonlyRootfs: boolean;
  healthcheck: 'none' | 'disabled' | 'defined';
  /** `healthy`, `unhealthy`, `starting`; null without a health check or before the start. */
  health: string | null;
  logDriver: string;
  /** Whether the address in the options of the log driver is on another machine; null without one. */
  hasRemoteLogAddress: boolean | null;
  /** The executable that starts it; arguments may hold secrets and stay in the collector. */
  executable: string;
  /** It starts without any; missing otherwise, and in facts of a version that did not ask. */
  hasNoArguments?: true;
  environment: EnvironmentVariable[];
}

/** The user a container or an image declares, as a number where that is known. */
export interface UserFact {
  /** As written in the configuration; empty when nothing is declared. */
  declared: string;
  /** Numeric user id; null when a name could not be resolved, `reason` then says why. */
  uid: number | null;
  reason: string | null;
}

/** What the value of an environment variable looks like; the value itself never leaves the collector. */
export type ValueClass =
  | 'private-key'
  | 'cloud-key'
  | 'token'
  | 'password'
  | 'connection-string-with-password'
  | 'file-reference'
  | 'empty'
  | 'plain';

export interface EnvironmentVariable {
  name: string;
  valueClass: ValueClass;
}

/** Where a path of the host leads that a container mounts, when every link on the way is followed. */
export interface MountSource {
  /** As a mount names it, see `MountFact`. */
  path: string;
  /** A place of the system that is a link here, and that no mount need name. Else absent. */
  isPlace?: true;
  /** Unread where that was not to be told, e.g. because something else is mounted on the way. */
  leadsTo: Reading<string>;
  /** It leads to a folder: what is mounted below that comes along, and nobody sees it from outside. */
  isFolder?: boolean;
  /**
   * Known files and sockets with the same kind, mode, size and time: it may be another name of one. Null where it
   * was not compared with them, as for want of time, or where no links to places of the system were shown.
   */
  alike?: string[] | null;
}
