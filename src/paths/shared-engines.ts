import { inspected } from '../snapshot/evidence.ts';
import { isWithin } from '../snapshot/normalise/host-path.ts';
import type { Edge } from './graph.ts';
import { isLive, missing, type Power } from './power.ts';
import type { Holders } from './sight.ts';
import { othersAt } from './volume-edges.ts';

// What a container with an engine of its own hands to others in a volume: the certificate by which it lets them in, as the
// image docker:dind does in /certs/client, or the socket itself.

const OF_CERTIFICATES = /\/(?:certs?|ssl|tls|pki|\.docker)(?:\/|$)/;
const SOCKETS = /^\/run\/(?:docker|podman|containerd|buildkit|user)\b/;

const mayHoldSocket = (path: string): boolean => isWithin('/run', path) || SOCKETS.test(path);

/** In what a container has a certificate in common with the one whose engine believes it; null for none. */
export type CertificateOf = (power: Power, inner: Power) => string | null;

/** By the volumes and folders that containers have in common. */
export function sharedCertificates(powers: readonly Power[]): CertificateOf {
  const live = powers.filter(({ container }) => isLive(container));
  const found = othersAt(live, (path) => OF_CERTIFICATES.test(path));
  return (power, inner) => found.get(inner)?.get(power) ?? null;
}

/** From who mounts the folder in which a privileged container may have the socket of its own engine, into that container. */
export function sharedSockets(powers: readonly Power[], holders: Holders): Edge[] {
  const live = powers.filter(({ container }) => isLive(container));
  return [...othersAt(live, mayHoldSocket)].flatMap(([inner, others]) =>
    inner.container.isPrivileged && holders.has(inner.node.id)
      ? [...others].map(([power, name]) => stepInto(inner, power, name))
      : [],
  );
}

function stepInto(inner: Power, power: Power, name: string): Edge {
  const isOpen = power.isRoot === true && !power.isMapped;
  return {
    ...{ from: power.node, to: inner.node, rules: [], subjectId: inner.container.id },
    says: `mounts ${name}, in which ${inner.node.name} may have the socket of its own engine`,
    conditions: [
      ...power.always,
      missing(`an engine of ${inner.node.name} listens there (unknown)`),
      ...(isOpen ? [] : [missing('its user may open the socket (unknown)')]),
    ],
    evidence: () => [inspected('Mounts', [name])],
  };
}
