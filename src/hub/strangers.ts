import { isIPv6, type Server, type Socket } from 'node:net';
import { type Bucket, createBucket } from '../shared/bucket.ts';
import { hubLimits } from './limits.ts';

export interface Strangers {
  /** What ends it; null where there are too many. It may be called again. */
  enter(address: string): (() => void) | null;
}

/** How many there may be at once, of all addresses and of one. */
interface Bounds {
  all: number;
  ofAddress: number;
}

const ofStrangers: Bounds = { all: hubLimits.strangers, ofAddress: hubLimits.strangersOfAddress };
const ofWaiting: Bounds = { all: hubLimits.waiting, ofAddress: hubLimits.waitingOfAddress };

/**
 * Counts connections until they say what they want, and cuts those that are too many, so that nobody who says nothing keeps
 * edges out. What it gives is called with the socket of one that did.
 */
export function countWaiting(server: Server, now: () => number): (socket: Socket) => void {
  const waiting = createStrangers(now, ofWaiting);
  const lines = new Map<string, () => void>();
  // One that ends TLS is another object than the one below it.
  const nameOf = ({ remoteAddress, remotePort }: Socket) => `${remoteAddress} ${remotePort}`;
  server.on('connection', (socket: Socket) => {
    const leave = waiting.enter(socket.remoteAddress ?? 'unknown');
    if (leave === null) return void socket.destroy();
    const name = nameOf(socket);
    lines.set(name, leave);
    socket.once('close', () => {
      leave();
      if (lines.get(name) === leave) lines.delete(name);
    });
  });
  return (socket) => lines.get(nameOf(socket))?.();
}

/** Who has not proved anything yet: few at once, of one address (of IPv6: one /64) fewer, and of that not too many in a time. */
export function createStrangers(now: () => number, bounds: Bounds = ofStrangers): Strangers {
  const byAddress = new Map<string, number>();
  const attempts = new Map<string, Bucket>();
  let all = 0;

  function mayTry(address: string): boolean {
    const { attemptsBurst, attemptsPerSecond, addresses } = hubLimits;
    const bucket = attempts.get(address) ?? createBucket(attemptsBurst, attemptsPerSecond, now);
    attempts.delete(address);
    attempts.set(address, bucket);
    const [oldest = address] = attempts.keys();
    if (attempts.size > addresses) attempts.delete(oldest);
    if (bucket.take(1) === 0) return true;
    // Who goes on trying while nobody listens owes nothing for it: others may share the address.
    bucket.take(-1);
    return false;
  }

  return {
    enter(from) {
      const address = subscriberOf(from);
      const here = byAddress.get(address) ?? 0;
      if (all >= bounds.all || here >= bounds.ofAddress) return null;
      if (!mayTry(address)) return null;
      all += 1;
      byAddress.set(address, here + 1);
      let isIn = true;
      return () => {
        if (!isIn) return;
        isIn = false;
        all -= 1;
        const left = (byAddress.get(address) ?? 1) - 1;
        if (left === 0) byAddress.delete(address);
        else byAddress.set(address, left);
      };
    },
  };
}

/**
 * Whom connections of an address are counted for: the address itself, and of IPv6 its first 64 bits, since that many are what
 * one subscriber gets at least. One of IPv4 in the form of IPv6 is that of IPv4. What is no address stands for itself.
 */
function subscriberOf(address: string): string {
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
