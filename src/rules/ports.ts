import type { PortFact } from '../snapshot/facts/container.ts';

/** A published port in the notation of `docker ps`: `[::]:443->8443/tcp`. */
export function portLine(port: PortFact): string {
  const address = port.hostIp.includes(':') ? `[${port.hostIp}]` : port.hostIp || '*';
  return `${address}:${port.hostPort}->${port.containerPort}/${port.protocol}`;
}
