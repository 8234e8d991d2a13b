import type { SwarmFacts } from '../facts/swarm.ts';
import {
  count,
  type Foreign,
  field,
  flag,
  flagOrFalse,
  isAbsent,
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

const NANOSECONDS = 1_000_000_000;

/** Null where the certificate is missing or cannot be read, as an external CA may leave it. */
const caValidFrom = (tls: Foreign): string | null =>
  isAbsent(tls) ? null : certificatesValidFrom(textOrEmpty(field(tls, 'TrustRoot')));
