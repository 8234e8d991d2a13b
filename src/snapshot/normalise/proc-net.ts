import type { ProcFile } from '../collector.ts';
import type { ListeningSocket } from '../facts/listeners.ts';
import { plainAddress } from './ports.ts';
import { wrongProcFile } from './proc-status.ts';

/** States in these files (Linux `include/net/tcp_states.h`): TCP_LISTEN, and TCP_CLOSE, which a UDP
 * socket has that is bound and not connected. */
const WAITING = { tcp: '0A', udp: '07' } as const;

/** `sl local_address rem_address st …`, each address with a port behind it. */
const LINE =
  /^ *\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) [0-9A-F]{8,32}:([0-9A-F]{4}) ([0-9A-F]{2}) /;

export type SocketFile = Exclude<
  Extract<ProcFile, `net/${string}`>,
  'net/route' | 'net/dev' | 'net/unix'
>;

/**
 * Sockets that wait for others in the text of `/proc/PID/net/tcp`, `tcp6`, `udp` or `udp6` (Linux
 * `Documentation/networking/proc_net_tcp.rst`). Addresses are the bytes as the kernel has them, printed
 * as words of the host, which is little-endian on every machine that a probe runs on. Throws
 * `OutsideError` for a line of another shape.
 */
export function listenersOf(pid: number, file: SocketFile, text: string): ListeningSocket[] {
  const protocol = file.startsWith('net/tcp') ? 'tcp' : 'udp';
  const [title = '', ...lines] = text.split('\n');
  if (!/^ *sl +local_address /.test(title)) throw wrongProcFile(pid, file, 'it has no title line');
  return lines.flatMap((line) => {
    const [, address = '', port = '', remotePort, state] = LINE.exec(line) ?? [];
    if (state === undefined) throw wrongProcFile(pid, file, 'a line is not a socket');
    if (state !== WAITING[protocol] || remotePort !== '0000') return [];
    return [{ protocol, ...addressOf(address), port: Number.parseInt(port, 16) }];
  });
}

function addressOf(words: string): Pick<ListeningSocket, 'family' | 'address'> {
  const bytes = (words.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).reverse());
  const address =
    bytes.length === 4
      ? bytes.map((byte) => Number.parseInt(byte, 16)).join('.')
      : plainAddress((bytes.join('').match(/.{4}/g) ?? []).join(':'));
  return { family: address.includes(':') ? 'ipv6' : 'ipv4', address };
}

/** The kernel makes these in every namespace, for tunnels, where their modules are loaded; they carry nothing. */
const OF_EVERY_NAMESPACE: readonly string[] = [
  ...['tunl0', 'gre0', 'gretap0', 'erspan0', 'ip_vti0'],
  ...['sit0', 'ip6tnl0', 'ip6gre0', 'ip6_vti0'],
];

/**
 * Names of the interfaces in the text of `/proc/PID/net/dev` that are not in every namespace. Throws
 * `OutsideError` for a line of another shape.
 */
export function interfacesOf(pid: number, text: string): string[] {
  const [title = '', titles = '', ...lines] = text.split('\n');
  if (!title.startsWith('Inter-|') || !titles.startsWith(' face |')) {
    throw wrongProcFile(pid, 'net/dev', 'it has no title');
  }
  return lines.flatMap((line) => {
    const [, name, counts = ''] = /^ *([^ :]+):((?: +\d+)+)$/.exec(line) ?? [];
    if (name === undefined) throw wrongProcFile(pid, 'net/dev', 'a line is not an interface');
    const isOfEvery = name === 'lo' || (OF_EVERY_NAMESPACE.includes(name) && !/[1-9]/.test(counts));
    return isOfEvery ? [] : [name];
  });
}

/** One route of IPv4: through which interface, and to which addresses. */
interface Route {
  interface: string;
  /** True for an IPv4 address that the route leads to; false for any other text. */
  covers: (address: string) => boolean;
}

/**
 * The routes in the text of `/proc/PID/net/route` but those to everywhere. Numbers are the bytes as the
 * kernel has them, as in its socket tables. Throws `OutsideError` for a line of another shape.
 */
export function routesOf(pid: number, text: string): Route[] {
  const [title = '', ...lines] = text.split('\n');
  if (!/^Iface\tDestination\t/.test(title))
    throw wrongProcFile(pid, 'net/route', 'it has no title');
  return lines.flatMap((line) => {
    if (line.trim() === '') return [];
    const [name, destination = '', , , , , , mask = ''] = line.split('\t');
    if (name === undefined || ![destination, mask].every((word) => /^[0-9A-F]{8}$/.test(word))) {
      throw wrongProcFile(pid, 'net/route', 'a line is not a route');
    }
    const [to, bits] = [Number.parseInt(destination, 16), Number.parseInt(mask, 16)];
    if (bits === 0) return [];
    const covers = (address: string) => {
      const number = littleEndian(address);
      return number !== null && (number & bits) >>> 0 === to;
    };
    return [{ interface: name.trim(), covers }];
  });
}

function littleEndian(address: string): number | null {
  const bytes = address.split('.').map(Number);
  const isAddress = bytes.length === 4 && bytes.every((byte) => byte >= 0 && byte <= 255);
  return isAddress ? bytes.reduceRight((sum, byte) => sum * 256 + byte, 0) : null;
}

/** `Num RefCount Protocol Flags Type St Inode Path`: flags 00010000 of one that waits for others (proc(5)). */
const LISTENING = /^[0-9a-f]+: [0-9A-F]{8} [0-9A-F]{8} 00010000 [0-9A-F]{4} \d\d +(\d+) (\/.*)$/gm;

/** Sockets that listen by a path in the text of `/proc/PID/net/unix`, each with the number that the kernel has it by. */
export const listeningSockets = (table: string): { inode: string; path: string }[] =>
  [...table.matchAll(LISTENING)].map(([, inode = '', path = '']) => ({ inode, path }));
