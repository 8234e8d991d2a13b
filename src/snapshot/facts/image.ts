import type { EnvironmentVariable } from './environment.ts';
import type { UserFact } from './user.ts';

export interface HistoryStep {
  /** ISO time. */
  createdAt: string;
  /** `RUN`, `COPY`, `ADD`, `ENV` …; arguments may hold secrets and stay in the collector. */
  instruction: string;
  sizeBytes: number;
}

export interface ImageFacts {
  /** `sha256:…` */
  id: string;
  tags: string[];
  digests: string[];
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
