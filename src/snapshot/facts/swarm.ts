export interface SwarmServiceFacts {
  id: string;
  name: string;
  /** `none`, `on-failure`, `any`. */
  restartCondition: string;
  /** Null or 0 for no limit. */
  maximumAttempts: number | null;
}

export interface SwarmFacts {
  /** `inactive`, `pending`, `active`, `error`, `locked`. */
  state: string;
  isManager: boolean;
  managers: number;
  nodes: number;
  /** Null on a worker, which cannot see them. */
  isAutolocked: boolean | null;
  /** Lifetime of node certificates, seconds; null on a worker. */
  nodeCertificateSeconds: number | null;
  services: SwarmServiceFacts[];
}
