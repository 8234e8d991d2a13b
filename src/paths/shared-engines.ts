import { counted } from '../shared/text.ts';
import { inspected } from '../snapshot/evidence.ts';
import { isWithin } from '../snapshot/normalise/host-path.ts';
import type { Edge } from './graph.ts';
import { isLive, missing, type Power } from './power.ts';
import type { Holders } from './sight.ts';
import { sharedAt } from './volume-edges.ts';

// What a container with an engine of its own hands to others in a volume: the certificate by which it lets them in, as the
// image docker:dind does in /certs/client, or the socket itself.

const OF_CERTIFICATES = /\/(?:certs?|ssl|tls|pki|\.docker)(?:\/|$)/;
const SOCKETS = /^\/run\/(?:docker|podman|containerd|buildkit|user)\b/;

const mayHoldSocket = (path: string): boolean => isWithin('/run', path) || SOCKETS.test(path);

/** Containers with an engine that are told of one neighbour: any of them is a way. */
export const REACHED_MAX = 20;

/** In what a container has a certificate in common with the one whose engine believes it; null for none. */
export type CertificateOf = (power: Power, inner: Power) => string | null;

/** By the volumes and folders that those with such an engine have in common with others, and which of them have any. */
export function sharedCertificates(
  powers: readonly Power[],
  asking: ReadonlySet<Power>,
): { certificateOf: CertificateOf; sharing: ReadonlySet<Power> } {
  const live = powers.filter(({ container }) => isLive(container));
  const places = sharedAt(
    live,
    (one) => asking.has(one),
    (path) => OF_CERTIFICATES.test(path),
  );
  const byInner = Map.groupBy(
    places.flatMap((place) =>
      place.seers.size > 1 ? place.inners.map((inner) => ({ inner, place })) : [],
    ),
    ({ inner }) => inner,
  );
  const certificateOf: CertificateOf = (power, inner) => {
    const found = byInner.get(inner)?.findLast(({ place }) => place.seers.has(power));
    return found?.place.name ?? null;
  };
  return { certificateOf, sharing: new Set(byInner.keys()) };
}

/**
 * From who mounts the folder in which a privileged container may have the socket of its own engine, into that container. Of
 * many that share one folder some are named, since any of them is a way, and the last step says how many more there are.
 */
export function sharedSockets(powers: readonly Power[], holders: Holders): Edge[] {
  const live = powers.filter(({ container }) => isLive(container));
  const isInner = ({ container, node }: Power) => container.isPrivileged && holders.has(node.id);
  const steps = new Map<Power, Map<Power, Edge>>();
  for (const { name, inners, seers } of sharedAt(live, isInner, mayHoldSocket)) {
    const all = new Set(inners);
    for (const power of seers) {
      const own = steps.get(power) ?? new Map<Power, Edge>();
      const told = inners.slice(0, REACHED_MAX + 1).filter((one) => one !== power);
      const more = all.size - (all.has(power) ? 1 : 0);
      for (const [at, inner] of told.slice(0, REACHED_MAX).entries()) {
        const left = at === REACHED_MAX - 1 ? more - REACHED_MAX : 0;
        own.set(inner, stepInto(inner, power, { name, left }));
      }
      steps.set(power, own);
    }
  }
  return [...steps.values()].flatMap((own) => [...own.values()]);
}

function stepInto(
  inner: Power,
  power: Power,
  { name, left }: { name: string; left: number },
): Edge {
  const isOpen = power.isRoot === true && !power.isMapped;
  const others = left > 0 ? `, and so may ${counted(left, 'more container')}` : '';
  return {
    ...{ from: power.node, to: inner.node, rules: [], subjectId: inner.container.id },
    says: `mounts ${name}, in which ${inner.node.name} may have the socket of its own engine${others}`,
    conditions: [
      ...power.always,
      missing(`an engine of ${inner.node.name} listens there (unknown)`),
      ...(isOpen ? [] : [missing('its user may open the socket (unknown)')]),
    ],
    evidence: () => [inspected('Mounts', [name])],
  };
}
