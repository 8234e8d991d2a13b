import fc from 'fast-check';
import type { Sighting } from '../../src/ports/watch-store.ts';
import type { EventName } from '../../src/snapshot/facts/event.ts';
import { EventQueue, type QueueEntry } from '../../src/watch/event-queue.ts';

const event = (at: number): EventName => ({ timeNano: `${at}`, id: `${at}`, action: 'start' });
const timeOf = (mark: EventName | null): number => Number(mark?.timeNano ?? 0);
const sighting = { kind: 'found' } as Sighting;

it('keeps its mark while an earlier time is asked for, and until what that brought is stored', () => {
  const queue = new EventQueue(event(1));
  const release = queue.holdMark();
  queue.settle(queue.add(event(9), 0), null);
  expect(queue.mark).toEqual(event(1));

  const earlier = queue.add(event(5), 0);
  queue.settle(earlier, sighting);
  const taken = queue.take(10);
  expect(queue.markAfter(taken)).toEqual(event(1));

  release(event(9));
  expect(queue.markAfter(taken)).toEqual(event(9));
  expect(queue.mark).toEqual(event(1));

  queue.stored(taken);
  expect(queue.mark).toEqual(event(9));
});

it('goes on only when the last of several that hold it lets go', () => {
  const queue = new EventQueue(null);
  const [one, other] = [queue.holdMark(), queue.holdMark()];
  queue.settle(queue.add(event(3), 0), null);
  one(null);
  expect(queue.mark).toBeNull();
  other(null);
  expect(queue.mark).toEqual(event(3));
});

/** What is done with the queue; `which` picks among what is there. */
const steps = fc.array(
  fc.record({
    what: fc.constantFrom('add' as const, 'settle' as const, 'forget' as const, 'store' as const),
    which: fc.nat(20),
  }),
  { maxLength: 60 },
);

it('has a mark with nothing before it that is not stored, in whatever order that comes', () => {
  fc.assert(
    fc.property(steps, (done) => {
      const queue = new EventQueue(null);
      const open: QueueEntry[] = [];
      const left = new Set<number>();
      for (const [index, { what, which }] of done.entries()) {
        const at = index + 1;
        if (what === 'add') {
          open.push(queue.add(event(at), at));
          left.add(at);
        } else if (what === 'store') {
          const taken = queue.take(which);
          const soon = queue.markAfter(taken);
          queue.stored(taken);
          for (const { name } of taken) left.delete(timeOf(name));
          expect(queue.mark).toEqual(soon);
        } else {
          const [entry] = open.splice(which % Math.max(1, open.length), 1);
          if (entry === undefined) continue;
          if (what === 'forget') left.delete(timeOf(entry.name));
          queue.settle(entry, what === 'forget' ? null : sighting);
        }
        expect(Math.min(...left)).toBeGreaterThan(timeOf(queue.mark));
      }
      expect(queue.size).toBeGreaterThanOrEqual(left.size);
    }),
  );
});
