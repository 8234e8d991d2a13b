import type { PortFact } from '../snapshot/facts/container.ts';

/** A published port in the notation of `docker ps`: `[::]:443->8443/tcp`. */
export function portLine(
  port: Pick<PortFact, 'hostIp' | 'hostPort' | 'containerPort' | 'protocol'>,
): string {
  const address = port.hostIp.includes(':') ? `[${port.hostIp}]` : port.hostIp || '*';
  return `${address}:${port.hostPort}->${port.containerPort}/${port.protocol}`;
}

/** The API of an engine, without TLS and with it. */
export const isEnginePort = ({ containerPort, protocol }: PortFact): boolean =>
  protocol === 'tcp' && [2375, 2376].includes(containerPort);

/** What Portainer (9000, 9443) and its agent (9001) listen on; others use these numbers too. */
export const isManagerPort = ({ containerPort, protocol }: PortFact): boolean =>
  protocol === 'tcp' && [9000, 9001, 9443].includes(containerPort);
