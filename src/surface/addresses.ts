/** How far an address of the host reaches. */
export type AddressScope = 'loopback' | 'one-address' | 'every-address';

/** Every address of both families is written as an empty text. */
const EVERY: readonly string[] = ['', '0.0.0.0', '::'];

/** Networks of IPv4 that nobody reaches from the internet, link-local, shared and multicast ones among them (RFC 6890). */
const INNER =
  /^(0|10|127|169[.]254|172[.](1[6-9]|2\d|3[01])|192[.]168|100[.](6[4-9]|[7-9]\d|1[01]\d|12[0-7])|2(2[4-9]|[34]\d|5[0-5]))[.]/;
/** Addresses of IPv6 of the whole world, 2000::/3 (RFC 4291). */
const GLOBAL = /^[23][0-9a-f]{3}:/;

/** True for one address that hosts anywhere may be let to, as engines and kernels write it. */
export const isPublicAddress = (address: string): boolean =>
  address.includes(':')
    ? GLOBAL.test(address.toLowerCase())
    : /^\d+[.]/.test(address) && !INNER.test(address);

/** The scope of an address as engines and kernels write it: in its shortest form, without brackets. */
export function scopeOf(address: string): AddressScope {
  if (EVERY.includes(address)) return 'every-address';
  return address === '::1' || /^127[.]/.test(address) ? 'loopback' : 'one-address';
}

/** True for an address of a subnet such as `10.1.0.0/24` or `fd00::/64`, both in their shortest form; false for any other text. */
export function isWithin(address: string, subnet: string): boolean {
  const [start = '', length = ''] = subnet.split('/');
  const [bits, network] = [bitsOf(address), bitsOf(start)];
  return (
    bits !== null &&
    bits.length === network?.length &&
    bits.slice(0, Number(length)) === network.slice(0, Number(length))
  );
}

/** An address as 32 or 128 digits; null for any other text. */
function bitsOf(address: string): string | null {
  const [radix, width, words] = address.includes(':')
    ? ([16, 16, wordsOf(address)] as const)
    : ([10, 8, address.split('.')] as const);
  const digits = words.map((word) => Number.parseInt(word, radix).toString(2).padStart(width, '0'));
  const isWhole = digits.length * width === (radix === 16 ? 128 : 32);
  return isWhole && digits.every((one) => /^[01]+$/.test(one) && one.length === width)
    ? digits.join('')
    : null;
}

/** The eight words of an IPv6 address, those that `::` stands for among them. */
function wordsOf(address: string): string[] {
  const [left = [], right] = address
    .split('::')
    .map((half) => half.split(':').filter((word) => word !== ''));
  if (right === undefined) return left;
  return [
    ...left,
    ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'),
    ...right,
  ];
}
