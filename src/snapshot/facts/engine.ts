import type { Reading } from '../../shared/reading.ts';
import type { EngineEndpoint } from '../collector.ts';
import type { PluginFacts } from './plugin.ts';

/** `GET /info` and `GET /version`, named and normalised. */
export interface EngineFacts {
  /** The engine's own id; ties facts to one engine. */
  id: string;
  /** Host name as the engine reports it. */
  name: string;
  version: string;
  apiVersion: string;
  /** Podman behind Docker's API: what is known of Docker's rules and files does not hold for it. */
  isPodman: boolean;
  /**
   * Who made it, by its own word, as `Docker Engine - Community`: empty for one that somebody else built, absent where it
   * does not say and in facts of earlier versions.
   */
  platform?: string;
  operatingSystem: string;
  kernelVersion: string;
  architecture: string;
  storageDriver: string;
  /** Base device size of devicemapper in bytes; null with any other storage driver. */
  devicemapperBaseBytes: number | null;
  dataRoot: string;
  /** A containerd that is not the engine's own keeps images and what containers write, outside of the data root. */
  hasImagesElsewhere?: true;
  cgroupVersion: string;
  cgroupDriver: string;
  isRootless: boolean;
  remapsUsers: boolean;
  /** `builtin`, `unconfined`, or the path of a profile; null when the kernel offers no seccomp. */
  seccompProfile: string | null;
  hasAppArmor: boolean;
  hasSelinux: boolean;
  /** The engine gives every container no-new-privileges unless it says otherwise. */
  hasNoNewPrivilegesDefault: boolean;
  warnings: string[];
  /** Registries used without verified TLS: names of index configs that are not secure. */
  insecureRegistries: string[];
  insecureRegistryCidrs: string[];
  /** Mirrors of Docker Hub that are asked without TLS, which no list of registries names; absent without any. */
  plainMirrors?: string[];
  /** Of Podman, which says nothing of the TLS of mirrors: no registry has one. Absent otherwise, and where it does not tell. */
  hasNoMirrors?: true;
  authorizationPlugins: string[];
  /** Managed plugins; absent on Podman, which has none, and in facts of a version that did not ask. */
  plugins?: Reading<PluginFacts[]>;
  hasLiveRestore: boolean;
  loggingDriver: string;
  isExperimental: boolean;
  isDebug: boolean;
  /** Memory of the host; 0 when the engine does not tell. */
  memoryBytes: number;
  /** Processors that the engine sees; 0 when it does not tell. */
  processors: number;
  /** `runcVersion`: as the program behind the name says of itself; null when it does not. */
  runtimes: { name: string; path: string; runcVersion: string | null }[];
  defaultRuntime: string;
  /**
   * Parts that the engine names. `commit`: what the build says that it was made of, where a distribution writes its own
   * version or nothing; absent where the engine tells nothing of the build.
   */
  components: { name: string; version: string; commit?: string }[];
  /** What the engine manages firewall rules with, e.g. `nftables`; empty before Engine 28. */
  firewallBackend: string;
  swarmState: string;
  /** Paths of the engine's and containerd's sockets on the host, as far as they are known. */
  socketPaths: string[];
  endpoint: EngineEndpoint;
  /** Milliseconds by which its clock is ahead of ours, 0 while it may be right; absent where nobody compared them. */
  clockAheadMs?: number;
}
