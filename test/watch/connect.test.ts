import { OutsideError } from '../../src/shared/errors.ts';
import type { WatchDoor } from '../../src/snapshot/event-source.ts';
import { connect } from '../../src/watch/connect.ts';

const NOW = Date.parse('2026-01-01T06:00:00.000Z');
const HOUR_MS = 3_600_000;

/** An engine with a clock of its own, which refuses to tell of a time that ends before it begins. */
function engineAt(engineMs: number) {
  let isClosed = false;
  const door = {
    events: {
      follow: async () => ({
        ended: new Promise<never>(() => {}),
        isOpen: () => !isClosed,
        close() {
          isClosed = true;
        },
      }),
      async replay(since: string, until: string) {
        if (BigInt(since) <= BigInt(until)) return [];
        throw new OutsideError('engine-status', 'HTTP 400: since is after until');
      },
    },
    reader: { get: async () => ({ SystemTime: new Date(engineMs).toISOString() }) },
  } as unknown as WatchDoor;
  return { door, isClosed: () => isClosed };
}
const markAt = (ms: number) => ({ timeNano: `${ms}000000`, id: 'c1', action: 'start' });
const use = { onEvent: () => {}, now: () => NOW };

test.each([2, 48])(
  'an engine whose clock was set back by %d hours is heard, and the time is blind',
  async (hours) => {
    const { door, isClosed } = engineAt(NOW - hours * HOUR_MS);

    const connected = await connect(door, markAt(NOW), use);

    expect(connected.coverage).toEqual({
      state: 'missed',
      cause: 'the clock of the engine was set back',
    });
    expect(connected.newest).toBeNull();
    expect(connected.aheadMs).toBe(hours * HOUR_MS);
    expect(isClosed()).toBe(false);
  },
);

test.each([0, 1_000])(
  'an answer that took long says nothing of the clock: %d ms into it',
  async (ms) => {
    const { door } = engineAt(NOW + ms);
    const times = [NOW, NOW + 9_000];

    const { aheadMs } = await connect(door, null, { ...use, now: () => times.shift() ?? NOW });

    expect(aheadMs).toBe(0);
  },
);

test('clocks that differ by less than a second are not set back', async () => {
  const { door } = engineAt(NOW);

  const { coverage } = await connect(door, markAt(NOW + 900), use);

  expect(coverage).toMatchObject({ cause: expect.stringContaining('started anew') });
});
