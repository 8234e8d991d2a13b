import type { SwarmFacts } from '../facts/swarm.ts';
import {
  count,
  type Foreign,
  field,
  flag,
  flagOrFalse,
  isAbsent,
  listOrEmpty,
  textOrEmpty,
} from '../foreign.ts';
import { certificatesValidFrom } from './certificate.ts';

export type SwarmCluster = Pick<
  SwarmFacts,
  'isAutolocked' | 'nodeCertificateSeconds' | 'caValidFrom' | 'isRotatingCa'
>;

/**
 * What a manager tells of its cluster in `/info`: as much as `GET /swarm`, without the tokens that make a
 * node a manager.
 */
export function swarmCluster(cluster: Foreign): SwarmCluster {
  const spec = field(cluster, 'Spec');
  return {
    isAutolocked: flag(field(spec, 'EncryptionConfig', 'AutoLockManagers')),
    nodeCertificateSeconds: count(field(spec, 'CAConfig', 'NodeCertExpiry')) / NANOSECONDS,
    caValidFrom: caValidFrom(field(cluster, 'TLSInfo')),
    isRotatingCa: flagOrFalse(field(cluster, 'RootRotationInProgress')),
  };
}

/** Where a manager tells others to reach it, by its `/info`; null where it tells nothing. */
export function managerAt(swarm: Foreign): SwarmFacts['managerAt'] | null {
  const own = textOrEmpty(field(swarm, 'NodeID'));
  const isOwn = (one: Foreign) => own !== '' && textOrEmpty(field(one, 'NodeID')) === own;
  const told = listOrEmpty(field(swarm, 'RemoteManagers')).find(isOwn);
  const [, address, port] =
    /^\[?([^[\]]+)\]?:(\d{1,5})$/.exec(told ? textOrEmpty(field(told, 'Addr')) : '') ?? [];
  return address === undefined ? null : { address, port: Number(port) };
}

const NANOSECONDS = 1_000_000_000;

/** Null where the certificate is missing or cannot be read, as an external CA may leave it. */
const caValidFrom = (tls: Foreign): string | null =>
  isAbsent(tls) ? null : certificatesValidFrom(textOrEmpty(field(tls, 'TrustRoot')));
