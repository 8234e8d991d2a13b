import fc from 'fast-check';
import { hostsToGive, hostsToTake, sharesOf, type WeighedHost } from '../../src/watch/share-out.ts';

const processes = fc
  .array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 8 })
  .map((weights) => weights.map((weight, index) => ({ id: `p${index}`, weight })));
const hosts = fc
  .array(fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 200 })), { maxLength: 60 })
  .map((weights): WeighedHost[] => weights.map((weight, index) => ({ host: `h${index}`, weight })));
const total = (of: readonly WeighedHost[]) => of.reduce((sum, { weight }) => sum + weight, 0);

describe('shares of processes', () => {
  it('add up to the whole, each within one of what its weight asks for', () => {
    fc.assert(
      fc.property(processes, fc.integer({ min: 0, max: 100_000 }), (them, whole) => {
        const shares = sharesOf(them, whole);
        const weights = them.reduce((sum, { weight }) => sum + weight, 0);
        expect([...shares.values()].reduce((sum, share) => sum + share, 0)).toBe(whole);
        for (const { id, weight } of them) {
          const share = shares.get(id) ?? Number.NaN;
          expect(Math.abs(share - (whole * weight) / weights)).toBeLessThan(1);
        }
      }),
    );
  });
});

/** Processes over one table of who holds what. */
class World {
  readonly holders = new Map<string, string>();
  readonly hosts: readonly WeighedHost[];
  moves = 0;

  constructor(hosts: readonly WeighedHost[]) {
    this.hosts = hosts;
  }

  heldBy = (id: string) => this.hosts.filter(({ host }) => this.holders.get(host) === id);

  leave(id: string): void {
    for (const { host } of this.heldBy(id)) this.holders.delete(host);
  }

  /** What one process does when its turn comes; whether that was something. */
  act(id: string, shares: ReadonlyMap<string, number>): boolean {
    const share = shares.get(id) ?? 0;
    const free = this.hosts.filter(({ host }) => !this.holders.has(host));
    const taken = hostsToTake(share, this.heldBy(id), free);
    for (const host of taken) this.holders.set(host, id);
    const given = hostsToGive(share, this.heldBy(id));
    for (const host of given) this.holders.delete(host);
    this.moves += taken.length + given.length;
    return taken.length + given.length > 0;
  }

  /** Rounds until nobody does anything any more. */
  settle(living: readonly { id: string; weight: number }[]): number {
    const shares = sharesOf(living, total(this.hosts));
    for (let round = 0; ; round += 1) {
      const acted = living.filter(({ id }) => this.act(id, shares));
      if (acted.length === 0 || round > 1_000) return round;
    }
  }
}

describe('hosts among processes that come and go', () => {
  it('are all held, by each within a host and a fiftieth of its share, and then stay where they are', () => {
    fc.assert(
      fc.property(hosts, processes, fc.array(fc.nat()), (all, them, leaving) => {
        const world = new World(all);
        const heaviest = Math.max(0, ...all.map(({ weight }) => weight));
        const first = them.slice(0, Math.ceil(them.length / 2));
        const left = them.filter((_one, index) => index === 0 || !leaving.includes(index));
        for (const living of [first, them, left]) {
          for (const { id } of them.filter((one) => !living.includes(one))) world.leave(id);
          expect(world.settle(living)).toBeLessThan(200);

          expect(world.holders.size).toBe(all.length);
          for (const [id, share] of sharesOf(living, total(all))) {
            const held = total(world.heldBy(id));
            expect(held).toBeLessThan(share + Math.floor(share / 50) + heaviest + 1);
          }
          const { moves } = world;
          world.settle(living);
          expect(world.moves).toBe(moves);
        }
      }),
    );
  });

  it('of one weight are shared to the last one', () => {
    const all = Array.from({ length: 10 }, (_, index) => ({ host: `h${index}`, weight: 1 }));
    const them = ['a', 'b', 'c', 'd'].map((id) => ({ id, weight: 1 }));
    const world = new World(all);
    world.settle(them.slice(0, 1));
    world.settle(them);

    expect(them.map(({ id }) => world.heldBy(id).length)).toEqual([3, 3, 2, 2]);
  });

  it('move no further than they have to when one more comes', () => {
    const all = Array.from({ length: 1_000 }, (_, index) => ({ host: `h${index}`, weight: 10 }));
    const them = ['a', 'b', 'c', 'd'].map((id) => ({ id, weight: 1 }));
    const world = new World(all);
    world.settle(them.slice(0, 3));
    world.moves = 0;
    world.settle(them);

    expect(world.heldBy('d').length).toBe(250);
    // Each is given and taken once.
    expect(world.moves).toBe(500);
  });

  it('are all given back by who has no share', () => {
    expect(hostsToGive(0, [{ host: 'h1', weight: 7 }])).toEqual(['h1']);
    expect(hostsToTake(0, [], [{ host: 'h1', weight: 7 }])).toEqual([]);
  });
});
