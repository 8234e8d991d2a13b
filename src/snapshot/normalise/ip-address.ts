/**
 * An address in the one way that engines and kernels are compared by: IPv6 in its shortest form
 * (RFC 5952), an IPv4 address in IPv6 notation (`::ffff:a.b.c.d`) as one of IPv4, as Go writes it too.
 * Without brackets. What is no IPv6 address comes back as it is.
 */
export function plainAddress(written: string): string {
  const url = `http://[${written}]`;
  if (!/^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(written) || !URL.canParse(url)) return written;
  const short = new URL(url).hostname.slice(1, -1);
  const [, high = '', low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(short) ?? [];
  if (low === undefined) return short;
  return [high, low]
    .map((word) => Number.parseInt(word, 16))
    .flatMap((word) => [word >> 8, word & 0xff])
    .join('.');
}
