import type { Reading } from '../../shared/reading.ts';
import type { PerContainer } from './per-container.ts';

/** A socket that waits for others: TCP that listens, or UDP that is bound and sends to nobody. */
export interface ListeningSocket {
  protocol: 'tcp' | 'udp';
  /** An IPv4 address in IPv6 notation (`::ffff:a.b.c.d`) is one of IPv4. */
  family: 'ipv4' | 'ipv6';
  /** In the usual notation, e.g. `127.0.0.1`, `::1`; `0.0.0.0` and `::` are every address. */
  address: string;
  port: number;
}

/** What listens in one network namespace, whoever it is that does. */
export interface NamespaceListeners {
  /** ISO time. */
  readAt: string;
  /** Each once, by protocol, port, family and address. */
  sockets: ListeningSocket[];
}

/**
 * Running containers that have a network, each with what listens in its network namespace; and those
 * that cannot be looked into, with the reason. Containers in one namespace have the same facts.
 */
export interface ListenerFacts {
  containers: PerContainer<NamespaceListeners>;
  /** What listens on the host's network, where no container is on it through which that was read. */
  host?: Reading<NamespaceListeners>;
  /** What a person should know of the run. */
  notes: string[];
}
