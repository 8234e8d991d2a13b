import { plainAddress } from '../../../src/snapshot/normalise/ports.ts';

it.each([
  ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
  ['0::0', '::'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::ffff:0:0', '0.0.0.0'],
])('writes %s as %s', (written, expected) => {
  expect(plainAddress(written)).toBe(expected);
});

it.each(['', '192.0.2.7', '010.0.0.1', 'fe80::1%eth0', '::1]:80/[', ':', '1:2', 'host'])(
  'leaves %j as it is',
  (written) => {
    expect(plainAddress(written)).toBe(written);
  },
);
