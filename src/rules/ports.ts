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

/** A TCP port through which whoever is let in starts containers. */
export interface ManagementPort {
  port: number;
  /** `manager`: others use these numbers too; `node`: what a container runs that is a node or builds images. */
  kind: 'engine' | 'manager' | 'node';
  /** What answers there by custom. */
  program: string;
  /** Whether it asks for no secret by custom, or what that hangs on. */
  letsAnybodyIn: boolean | string;
}

/** Those that are known by their number; containerd has none of its own. */
export const managementPorts: readonly ManagementPort[] = [
  { port: 2375, kind: 'engine', program: 'an engine', letsAnybodyIn: true },
  { port: 2376, kind: 'engine', program: 'an engine', letsAnybodyIn: false },
  {
    port: 10250,
    kind: 'node',
    program: 'a kubelet',
    letsAnybodyIn: 'it asks for no certificate or token',
  },
  {
    port: 1234,
    kind: 'node',
    program: 'BuildKit',
    letsAnybodyIn: 'privileged builds are allowed there',
  },
  {
    port: 9001,
    kind: 'manager',
    program: 'an agent of Portainer',
    letsAnybodyIn: 'it asks for no signature',
  },
  { port: 9000, kind: 'manager', program: 'Portainer', letsAnybodyIn: false },
  { port: 9443, kind: 'manager', program: 'Portainer', letsAnybodyIn: false },
];

const isOfKind =
  (wanted: ManagementPort['kind']) =>
  ({ containerPort, protocol }: PortFact): boolean =>
    protocol === 'tcp' &&
    managementPorts.some(({ port, kind }) => kind === wanted && port === containerPort);

/** The API of an engine, without TLS and with it. */
export const isEnginePort = isOfKind('engine');

/** What Portainer and its agent listen on; others use these numbers too. */
export const isManagerPort = isOfKind('manager');
