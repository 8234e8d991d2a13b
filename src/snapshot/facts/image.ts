import type { EnvironmentVariable } from './environment.ts';
import type { UserFact } from './user.ts';

export interface HistoryStep {
  /** ISO time; empty where the engine gives none. */
  createdAt: string;
  /**
   * `RUN`, `COPY`, `ADD`, `ENV` …, empty for a layer that no Dockerfile made; arguments may hold
   * secrets and stay in the collector.
   */
  instruction: string;
  sizeBytes: number;
}

export interface ImageFacts {
  /** `sha256:…` */
  id: string;
  tags: string[];
  digests: string[];
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
