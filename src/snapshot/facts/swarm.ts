import type { EnvironmentVariable, PortFact } from './container.ts';

export interface SwarmServiceFacts {
  id: string;
  name: string;
  /** `none`, `on-failure`, `any`. */
  restartCondition: string;
  /** Null or 0 for no limit. */
  maximumAttempts: number | null;
  /** Within so many milliseconds these count, and then from the beginning; absent where they count for ever. */
  attemptsWindowMs?: number;
  environment: EnvironmentVariable[];
  /** Number of swarm secrets that it mounts. */
  secrets: number;
  /** Ports that every node of the swarm opens for it, by the network `ingress`. */
  ingressPorts: { protocol: PortFact['protocol']; hostPort: number; containerPort: number }[];
}

export interface SwarmFacts {
  /** `inactive`, `pending`, `active`, `error`, `locked`. */
  state: string;
  isManager: boolean;
  managers: number;
  nodes: number;
  /** Where this manager says that others reach it, which need not be where it listens; absent where it tells nothing. */
  managerAt?: { address: string; port: number };
  /** Null on a worker, which cannot see them. */
  isAutolocked: boolean | null;
  /** Lifetime of node certificates, seconds; null on a worker. */
  nodeCertificateSeconds: number | null;
  /** ISO time from which on the oldest certificate of the CA is valid; null where it is not shown. */
  caValidFrom: string | null;
  /** A new CA is being spread; null on a worker. */
  isRotatingCa: boolean | null;
  services: SwarmServiceFacts[];
}
