import type { EnvironmentVariable, UserFact } from './container.ts';

/**
 * What a `RUN` does to the package index: `refreshed-alone` without an installation after it in the
 * same step; `open` when a script that it starts may do one.
 */
export type PackageIndexUse = 'untouched' | 'refreshed-alone' | 'refreshed-with-install' | 'open';

export interface HistoryStep {
  /** ISO time; empty where the engine gives none. */
  createdAt: string;
  /**
   * `RUN`, `COPY`, `ADD`, `ENV` …, empty for a layer that no Dockerfile made; arguments may hold
   * secrets and stay in the collector.
   */
  instruction: string;
  sizeBytes: number;
  /** An `ADD` with the target `/`, which is how base images bring their root filesystem. */
  addsToRoot: boolean;
  packageIndex: PackageIndexUse;
  /** Programs of a fixed list that a `RUN` calls, each once: of the rest of its text nothing is kept. */
  programs: string[];
  /** Variables of `ENV` and `ARG`, and the build arguments of a `RUN`. */
  variables: EnvironmentVariable[];
}

/** The labels `org.opencontainers.image.base.name` and `….digest`, each null where it is missing or no such. */
export interface NamedBase {
  name: string | null;
  digest: string | null;
}

export interface ImageFacts {
  /** `sha256:…` */
  id: string;
  tags: string[];
  digests: string[];
  /**
   * Repositories that it was pulled from or pushed to, of an engine that gives a digest to everything that has a name (the
   * image store of containerd, Podman), so that digests tell nothing of that: null where it does not say. Absent where they tell.
   */
  cameFrom?: string[] | null;
  /** The engine made it here from another image: by the classic builder, or of a container. */
  hasParent: boolean;
  /** Made of an archive by `docker import`. */
  isImported: boolean;
  /** ISO time at which somebody last gave it a name here; null where only its origin did, or nobody. */
  namedAt: string | null;
  /** What it says itself that it was built on; null where it says nothing. */
  base: NamedBase | null;
  /** Hashes of its layers, the lowest first; empty where the engine names none. */
  layers: string[];
  /** ISO time; empty where the image does not say (reproducible builds). */
  createdAt: string;
  sizeBytes: number;
  architecture: string;
  operatingSystem: string;
  user: UserFact;
  healthcheck: 'none' | 'disabled' | 'defined';
  exposedPorts: { containerPort: number; protocol: string }[];
  environment: EnvironmentVariable[];
  /** Newest step first, as the engine lists them. */
  history: HistoryStep[];
}
