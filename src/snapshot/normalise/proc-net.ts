import type { ProcFile } from '../collector.ts';
import type { ListeningSocket } from '../facts/listeners.ts';
import { wrongProcFile } from './proc-file.ts';

/** States in these files (Linux `include/net/tcp_states.h`): TCP_LISTEN, and TCP_CLOSE, which a UDP
 * socket has that is bound and not connected. */
const WAITING = { tcp: '0A', udp: '07' } as const;

/** `sl local_address rem_address st …`, each address with a port behind it. */
const LINE =
  /^ *\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) [0-9A-F]{8,32}:([0-9A-F]{4}) ([0-9A-F]{2}) /;

export type SocketFile = Extract<ProcFile, `net/${string}`>;

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

const MAPPED = '0000000000000000FFFF0000';

function addressOf(words: string): Pick<ListeningSocket, 'family' | 'address'> {
  // A mapped address has its marker in the third word, where 0000FFFF is printed as FFFF0000.
  const isMapped = words.length === 32 && words.startsWith(MAPPED);
  const bytes = (words.slice(isMapped ? 24 : 0).match(/.{8}/g) ?? []).flatMap((word) =>
    (word.match(/../g) ?? []).reverse(),
  );
  if (bytes.length === 4) {
    const address = bytes.map((byte) => Number.parseInt(byte, 16)).join('.');
    return { family: 'ipv4', address };
  }
  const groups = (bytes.join('').match(/.{4}/g) ?? []).join(':');
  // URLs write an IPv6 address in its shortest form (RFC 5952), in brackets.
  const { hostname } = new URL(`http://[${groups}]`);
  return { family: 'ipv6', address: hostname.slice(1, -1) };
}
