import type { PortFact } from '../snapshot/facts/container.ts';

/** A published port in the notation of `docker ps`: `[::]:443->8443/tcp`. */
export function portLine(
  port: Pick<PortFact, 'hostIp' | 'hostPort' | 'containerPort' | 'protocol'>,
): string {
  const address = port.hostIp.includes(':') ? `[${port.hostIp}]` : port.hostIp || '*';
  return `${address}:${port.hostPort}->${port.containerPort}/${port.protocol}`;
}

/** First port that Linux hands out by itself (`ip_local_port_range`): another at every start. */
const FIRST_EPHEMERAL_PORT = 32_768;
const EVERY_ADDRESS = ['', '0.0.0.0', '::'];

/** Whether the engine chose it, or will at the start. */
export const isChosenPort = (hostPort: number): boolean =>
  hostPort === 0 || hostPort >= FIRST_EPHEMERAL_PORT;

/** The same without what the engine chooses and adds at start, since no stopped container has it. */
export function lastingPortLine({ containerPort, protocol, hostIp, hostPort }: PortFact): string {
  const address = EVERY_ADDRESS.includes(hostIp) ? '*' : hostIp;
  return `${address}:${isChosenPort(hostPort) ? 'any' : hostPort}->${containerPort}/${protocol}`;
}

/** The API of an engine, without TLS and with it. */
export const isEnginePort = ({ containerPort, protocol }: PortFact): boolean =>
  protocol === 'tcp' && [2375, 2376].includes(containerPort);

/** What Portainer (9000, 9443) and its agent (9001) listen on; others use these numbers too. */
export const isManagerPort = ({ containerPort, protocol }: PortFact): boolean =>
  protocol === 'tcp' && [9000, 9001, 9443].includes(containerPort);
