import { EventEmitter } from 'node:events';
import type { Server, Socket } from 'node:net';
import { hubLimits } from '../../src/hub/limits.ts';
import { countWaiting, createStrangers } from '../../src/hub/strangers.ts';

test('an address may connect so often in a time, whoever else does, and then again', () => {
  let now = 0;
  const strangers = createStrangers(() => now);
  const comes = (address: string) => {
    const leave = strangers.enter(address);
    leave?.();
    return leave !== null;
  };
  const most = hubLimits.attemptsBurst;
  const tries = Array.from({ length: most + 100 }, () => comes('192.0.2.1'));
  expect(tries.filter(Boolean)).toHaveLength(most);
  expect(comes('192.0.2.2')).toBe(true);

  now += 1_000;
  const again = Array.from({ length: most }, () => comes('192.0.2.1'));
  expect(again.filter(Boolean)).toHaveLength(hubLimits.attemptsPerSecond);
});

describe('addresses of one subscriber', () => {
  const most = hubLimits.strangersOfAddress;
  /** Whether this one still gets in after as many as one address may have came from these. */
  const isLeftOver = (takenBy: (index: number) => string, other: string) => {
    const strangers = createStrangers(() => 0);
    for (let index = 0; index < most; index += 1) {
      expect(strangers.enter(takenBy(index))).not.toBeNull();
    }
    return strangers.enter(other) !== null;
  };

  it.each([
    [
      'an IPv6 network',
      (at: number) => `2001:db8:0:7::${(at + 1).toString(16)}`,
      '2001:db8:0:7:1:2:3:4',
    ],
    [
      'one with a zone',
      (at: number) => `fe80::${(at + 1).toString(16)}%eth0`,
      'fe80::1:2:3:4%eth1',
    ],
    ['an IPv4 address', () => '192.0.2.1', '::ffff:192.0.2.1'],
    ['the same in other letters', () => '2001:DB8::1', '2001:0db8:0000:0000::2'],
    ['the same mapped in hex', () => '::ffff:192.0.2.1', '::FFFF:c000:201'],
  ])('count together: %s', (_, takenBy, other) => {
    expect(isLeftOver(takenBy, other)).toBe(false);
  });

  it.each([
    ['another network', '2001:db8:0:7::1', '2001:db8:0:8::1'],
    ['another IPv4 address', '::ffff:192.0.2.1', '::ffff:192.0.2.2'],
    ['none that is known', '2001:db8::1', ''],
  ])('count apart from %s', (_, taken, other) => {
    expect(isLeftOver(() => taken, other)).toBe(true);
  });
});

test('who said what it wants waits no more, though one that had its port before ends later', () => {
  const server = new EventEmitter();
  const saysWhat = countWaiting(server as Server, () => 0);
  const comes = (remotePort: number) => {
    let isCut = false;
    const destroy = () => {
      isCut = true;
    };
    const socket = Object.assign(new EventEmitter(), {
      ...{ remoteAddress: '192.0.2.1', remotePort, destroy },
    }) as unknown as Socket;
    server.emit('connection', socket);
    return { socket, isCut };
  };
  const first = comes(1);
  const second = comes(1);
  first.socket.emit('close');
  saysWhat(second.socket);

  const most = hubLimits.waitingOfAddress;
  const others = Array.from({ length: most + 1 }, (_, index) => comes(index + 2).isCut);
  expect(others.indexOf(true)).toBe(most);
});
