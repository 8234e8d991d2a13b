/** How far an address of the host reaches. */
export type AddressScope = 'loopback' | 'one-address' | 'every-address';

/** Every address of both families is written as an empty text. */
const EVERY: readonly string[] = ['', '0.0.0.0', '::'];

/** The scope of an address as engines and kernels write it: in its shortest form, without brackets. */
export function scopeOf(address: string): AddressScope {
  if (EVERY.includes(address)) return 'every-address';
  return address === '::1' || /^127[.]/.test(address) ? 'loopback' : 'one-address';
}
