import type { PortFact } from '../facts/container.ts';
import {
  entries,
  entriesOrEmpty,
  type Foreign,
  field,
  list,
  textOrEmpty,
  wrongShape,
} from '../foreign.ts';

interface ContainerPort {
  containerPort: number;
  protocol: PortFact['protocol'];
}

/** The parts of an inspect answer that publish ports. */
export interface PublishedPorts {
  /** `NetworkSettings.Ports`: what is open now. */
  open: Foreign;
  /** `HostConfig.PortBindings`: what was asked for. */
  configured: Foreign;
  /** `Config.ExposedPorts` of a container that publishes all of them, else null. */
  publishedAll: Foreign | null;
}

/** A published port; `lastHostPort` ends the range out of which the engine takes one. */
interface Binding {
  port: PortFact;
  lastHostPort: number;
}

const PROTOCOLS: readonly PortFact['protocol'][] = ['tcp', 'udp', 'sctp'];

/** The keys of an `ExposedPorts` map, e.g. `80/tcp`, in the order of their numbers. */
export const exposedPorts = (found: Foreign): ContainerPort[] =>
  entriesOrEmpty(found)
    .map(([key, value]) => parseKey(key, value))
    .sort(byContainerPort);

/**
 * Every published port once. A stopped container has only the configured ones; a configured one that
 * is open already, be it on a port or an address that the engine chose, is not repeated.
 */
export function publishedPorts(from: PublishedPorts): PortFact[] {
  const open = bindings(from.open, true).map((binding) => binding.port);
  const pending = bindings(from.configured, false)
    .filter((asked) => !open.some((port) => fulfils(port, asked)))
    .map((asked) => asked.port);
  const published = [...open, ...pending];
  const chosenAtStart = (from.publishedAll ? exposedPorts(from.publishedAll) : [])
    .filter((exposed) => !published.some((port) => byContainerPort(port, exposed) === 0))
    .map(
      (exposed): PortFact => ({
        ...exposed,
        hostIp: '',
        hostPort: 0,
        family: 'ipv4',
        isOpen: false,
      }),
    );
  return uniquePorts([...published, ...chosenAtStart]);
}

function bindings(map: Foreign, isOpen: boolean): Binding[] {
  return entries(map).flatMap(([key, value]) => {
    const container = parseKey(key, value);
    return list(value).map((binding) => {
      const written = textOrEmpty(field(binding, 'HostIp'));
      const hostIp = plainAddress(written.replace(/^\[(.*)\]$/, '$1'));
      const at = field(binding, 'HostPort');
      const [hostPort, lastHostPort] = hostPortRange(at);
      if (isOpen && hostPort === 0) throw wrongShape(at, 'the port of the host');
      const family = hostIp.includes(':') ? 'ipv6' : 'ipv4';
      return { port: { ...container, hostIp, hostPort, family, isOpen }, lastHostPort };
    });
  });
}

const protocolOf = (word: string): PortFact['protocol'] | undefined =>
  PROTOCOLS.find((known) => known === word.toLowerCase());

/** A protocol by its name, TCP where the answer leaves it out. */
export function portProtocol(found: Foreign): PortFact['protocol'] {
  const protocol = protocolOf(textOrEmpty(found) || 'tcp');
  if (!protocol) throw wrongShape(found, `one of ${PROTOCOLS.join(', ')}`);
  return protocol;
}

/** `80/tcp`, or `80` for TCP. */
function parseKey(key: string, at: Foreign): ContainerPort {
  const [, digits, word = 'tcp'] = /^(\d{1,5})(?:\/(\w+))?$/.exec(key) ?? [];
  const protocol = protocolOf(word);
  const containerPort = Number(digits);
  if (!protocol || !(containerPort <= 65_535)) throw wrongShape(at, 'a port such as 80/tcp as key');
  return { containerPort, protocol };
}

/** `8080`, a range `8000-8010`, or empty and `0` for a port that the engine chooses. */
function hostPortRange(found: Foreign): [number, number] {
  const written = textOrEmpty(found);
  if (written === '') return [0, 0];
  const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(written) ?? [];
  const range: [number, number] = [Number(first), Number(last)];
  if (!(range[0] <= range[1] && range[1] <= 65_535)) throw wrongShape(found, 'a port number');
  return range;
}

/** True when an open port is what was asked for. */
function fulfils(open: PortFact, { port: asked, lastHostPort }: Binding): boolean {
  const isAskedPort =
    asked.hostPort === 0 || (open.hostPort >= asked.hostPort && open.hostPort <= lastHostPort);
  const isAskedAddress = asked.hostIp === '' || asked.hostIp === open.hostIp;
  return byContainerPort(open, asked) === 0 && isAskedPort && isAskedAddress;
}

function uniquePorts(ports: readonly PortFact[]): PortFact[] {
  const byKey = new Map(
    ports.map((p) => [`${p.containerPort}/${p.protocol}@${p.hostIp}:${p.hostPort}`, p]),
  );
  return [...byKey.values()].sort(
    (a, b) =>
      byContainerPort(a, b) ||
      a.family.localeCompare(b.family, 'en') ||
      a.hostPort - b.hostPort ||
      a.hostIp.localeCompare(b.hostIp, 'en'),
  );
}

const byContainerPort = (a: ContainerPort, b: ContainerPort): number =>
  a.containerPort - b.containerPort || a.protocol.localeCompare(b.protocol, 'en');

/** Names and addresses by which every host calls itself. */
const LOOPBACK =
  /^(127\.[\d.]{1,11}|0|0\.0\.0\.0|::1?|localhost6?|localhost\.localdomain|ip6-localhost|ip6-loopback)$/;

/** A host of an address, as `plainAddress` has it: without brackets and zone, a name in lower case. */
export const plainHost = (written: string): string =>
  plainAddress(
    written
      .toLowerCase()
      .replace(/^\[(.*)\]$/, '$1')
      .split('%', 1)[0] ?? '',
  );

/** Whether a host of an address, a name or a number, is on every machine that machine itself. */
export const isLoopback = (written: string): boolean => LOOPBACK.test(plainHost(written));

/**
 * An address in the one way that engines and kernels are compared by: IPv6 in its shortest form
 * (RFC 5952), an IPv4 address in IPv6 notation (`::ffff:a.b.c.d`) as one of IPv4, as Go writes it too.
 * Without brackets. What is no IPv6 address comes back as it is.
 */
export function plainAddress(written: string): string {
  const url = `http://[${written}]`;
  const isLike = written.includes(':') && /^[0-9a-f:.]+$/i.test(written);
  if (!isLike || !URL.canParse(url)) return written;
  const short = new URL(url).hostname.slice(1, -1);
  const [, high = '', low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(short) ?? [];
  if (low === undefined) return short;
  return [high, low]
    .map((word) => Number.parseInt(word, 16))
    .flatMap((word) => [word >> 8, word & 0xff])
    .join('.');
}
