import { isIPv6 } from 'node:net';

/**
 * Whom connections of an address are counted for: the address itself, and of IPv6 its first 64 bits, since that many are what
 * one subscriber gets at least. One of IPv4 in the form of IPv6 is that of IPv4. What is no address stands for itself.
 */
export function subscriberOf(address: string): string {
  const [bare = ''] = address.split('%', 1);
  if (!isIPv6(bare)) return address;
  const groups = groupsOf(bare);
  const isMapped = groups.slice(0, 6).join(':') === '0:0:0:0:0:ffff';
  if (!isMapped) return `${groups.slice(0, 4).join(':')}::/64`;
  const bytes = groups.slice(6).map((group) => Number.parseInt(group, 16));
  return bytes.flatMap((two) => [two >> 8, two & 255]).join('.');
}

/** All eight, in small letters and without zeros before them. */
function groupsOf(address: string): string[] {
  // A URL writes an address in one way: IPv4 in hex, and zeros left out once.
  const written = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [before = '', behind] = written.split('::');
  const head = before === '' ? [] : before.split(':');
  const tail = behind === undefined || behind === '' ? [] : behind.split(':');
  return [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
}
