import type { SurfaceOfContainer } from '../ports/stored.ts';
import type { Severity } from '../rules/rule.ts';
import type { PackageFacts } from '../snapshot/facts/packages.ts';
import type { Publishing } from '../surface/publishing.ts';
import type { AnswerBase, ListPage } from './answer-base.ts';
import type { HostState } from './host-state.ts';

/**
 * What containers have together, and of how many of them it is not known; there is no number where
 * it is known of none.
 */
export interface Tally {
  count: number | null;
  unknown: number;
}

/** What the existing containers of one host offer together. */
export interface HostSurface {
  host: string;
  /** Null when the host was never read. */
  containers: number | null;
  /** Why nobody knows how it is now; null when its last scan could read it. */
  reason: string | null;
  /** ISO time of the last good scan, when the host could not be read since. */
  since: string | null;
  /** Ports that face outward, each once. See `countPorts`. */
  ports: Tally;
  processes: Tally;
  /** Installed packages, one that two containers have counted twice. */
  packages: Tally;
  /** Files that give privileges, one that two containers have counted twice. */
  setUidFiles: Tally;
  /** Containers without a package database of a known kind. */
  withoutDatabase: number | null;
  /** Different software, and that of it which is there in several versions; null when no package is known. */
  software: number | null;
  severalVersions: number | null;
  /** How its engine opens published ports, by the last good scan; null when nobody looked. */
  publishing: Publishing | null;
}

/** One container with one version of the software that was asked about. */
export interface SoftwareInstance extends Omit<SurfaceOfContainer, 'surface'> {
  /** Of the source that its packages were built from. */
  software: string;
  version: string;
  packages: PackageFacts[];
  /** Of what no package manager of the system installed; null for its packages. */
  found: { ecosystem: string | null; purl: string; paths: string[] } | null;
  /** Of the container’s system, e.g. `Debian GNU/Linux 13 (trixie)`; empty when it is not told. */
  system: string;
}

export interface SoftwareAnswer extends AnswerBase {
  kind: 'software';
  /** As asked: the name of a package or of a source. */
  name: string;
  hosts: HostState[];
  /** By version. */
  instances: SoftwareInstance[];
  /**
   * Containers that are known to have it; null where nobody knows of any package. `reason`: why it is null, or of whom
   * nobody knows; a 0 without a reason is a “no”.
   */
  containers: number | null;
  reason: string | null;
  /** Other hosts that have it, where these have not, or nobody knows. */
  elsewhere: { host: string; containers: number }[];
  /** Containers of which it is not known what they have. */
  unread: { host: string; name: string; reason: string }[];
  /** What the last match with advisories found, in the order of `instances`; null before the first. */
  vulnerable: VulnerableVersion[] | null;
  page: ListPage | null;
}

/** What is known against one version of a software. */
export interface VulnerableVersion {
  software: string;
  version: string;
  /** Vulnerabilities, and those of them that have a fix and that are exploited. */
  count: number;
  fixable: number;
  exploited: number;
  /** The worst: exploited before severe. */
  worst: { id: string; severity: Severity | null };
}
