import fc from 'fast-check';
import { OutsideError } from '../../../src/shared/errors.ts';
import { listenersOf, type SocketFile } from '../../../src/snapshot/normalise/proc-net.ts';
import { socketTitle } from '../../support/kernel-host.ts';

/** As Linux 6 prints it (`net/ipv4/tcp_ipv4.c`, `get_openreq4` and its neighbours). */
const line = (local: string, remote: string, state: string) =>
  `   0: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000  1000        0 4711 1 0000000000000000 100 0 0 10 0`;
const nobody = '00000000:0000';
const nobody6 = `${'0'.repeat(32)}:0000`;
const listeners = (file: SocketFile, ...lines: string[]) =>
  listenersOf(42, file, [socketTitle, ...lines].join('\n'));

const hex = (bytes: readonly number[]): string =>
  bytes.map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join('');
/** How a little-endian kernel prints the bytes of an address, a word at a time. */
const words = (bytes: readonly number[]): string =>
  Array.from({ length: bytes.length / 4 }, (_, i) =>
    hex(bytes.slice(4 * i, 4 * i + 4).toReversed()),
  ).join('');
const portHex = (port: number) => port.toString(16).toUpperCase().padStart(4, '0');
const bytes = (length: number) => fc.array(fc.nat(255), { minLength: length, maxLength: length });

it.each<[SocketFile, string, string, string]>([
  ['net/tcp', '0100007F:1F90', 'ipv4', '127.0.0.1'],
  ['net/tcp', '00000000:1F90', 'ipv4', '0.0.0.0'],
  ['net/tcp6', `${'0'.repeat(32)}:1F90`, 'ipv6', '::'],
  ['net/tcp6', `${'0'.repeat(24)}01000000:1F90`, 'ipv6', '::1'],
  ['net/tcp6', '0000000000000000FFFF00000100007F:1F90', 'ipv4', '127.0.0.1'],
  ['net/tcp6', 'B80D0120000000000000000001000000:1F90', 'ipv6', '2001:db8::1'],
])('reads an address of %s: %s', (file, local, family, address) => {
  const remote = file.endsWith('6') ? nobody6 : nobody;

  expect(listeners(file, line(local, remote, '0A'))).toEqual([
    { protocol: 'tcp', family, address, port: 8080 },
  ]);
});

it('reads any address and port of IPv4 as it is', () => {
  fc.assert(
    fc.property(bytes(4), fc.nat(65_535), (address, port) => {
      const [found] = listeners(
        'net/tcp',
        line(`${words(address)}:${portHex(port)}`, nobody, '0A'),
      );
      expect(found).toMatchObject({ address: address.join('.'), port });
    }),
  );
});

it('reads any address of IPv6 as it is, and those of IPv4 in it as such', () => {
  fc.assert(
    fc.property(fc.oneof(bytes(16), bytes(4)), (given) => {
      const isMapped = given.length === 4;
      const address = isMapped ? [...Array(10).fill(0), 255, 255, ...given] : given;
      const [found] = listeners('net/udp6', line(`${words(address)}:0035`, nobody6, '07'));
      const groups = (hex(address).match(/.{4}/g) ?? []).join(':');
      expect(found?.family).toBe(isMapped ? 'ipv4' : 'ipv6');
      // Two ways of writing an address are the same when a third form of them is.
      const written = isMapped ? `::ffff:${found?.address}` : found?.address;
      expect(new URL(`http://[${written}]`).host).toBe(new URL(`http://[${groups}]`).host);
    }),
    { examples: [[[...Array(15).fill(0), 1]], [[127, 0, 0, 1]]] },
  );
});

it.each<[string, SocketFile, string, string, boolean]>([
  ['a connection', 'net/tcp', '0200007F:1F90', '01', false],
  ['a closing connection', 'net/tcp', '0200007F:1F90', '06', false],
  ['TCP that listens', 'net/tcp', nobody, '0A', true],
  ['UDP that sends to one address', 'net/udp', '0200007F:1F90', '01', false],
  ['UDP that waits', 'net/udp', nobody, '07', true],
  ['TCP that has closed', 'net/tcp', nobody, '07', false],
])('%s', (_case, file, remote, state, isListed) => {
  expect(listeners(file, line('0100007F:0050', remote, state))).toHaveLength(isListed ? 1 : 0);
});

it('is empty where nothing listens', () => {
  expect(listeners('net/tcp')).toEqual([]);
  expect(() => listenersOf(1, 'net/tcp', '')).toThrow('/proc/1/net/tcp: it has no title line');
});

it('tells whatever stands there, or refuses it', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(() => listeners('net/tcp', text)).toThrow(OutsideError);
    }),
    { examples: [[''], ['   0: 0100007F:0050'], ['   0: 0100007F:GGGG 00000000:0000 0A ']] },
  );
});
