import { read } from '../../src/shared/reading.ts';
import { currentFinding, observedContainer } from '../support/scan-records.ts';
import { openToldChannel, type ToldChannel } from '../support/told-channel.ts';

// More alerts than an hour has room for: one message stands for the others, until it became calm.

const HOUR_MS = 60 * 60_000;
const perHour = 3;
/** Of eight services two have messages of their own; the flood's is that of the third alert. */
const FLOOD = 3;
let told: ToldChannel;
beforeEach(async () => {
  told = await openToldChannel();
  await told.scan();
  await told.lookNow();
});
afterEach(() => told.close());

const services = (count: number, worse: readonly number[] = []) =>
  Array.from({ length: count }, (_, index) =>
    currentFinding({
      subjectKey: `svc-${index}`,
      severity: worse.includes(index) ? 'critical' : 'high',
    }),
  );
const lookAfter = async (findings: ReturnType<typeof services>) => {
  await told.scan({ findings });
  await told.lookNow({ perHour });
};
const calm = async () => {
  told.clock.now += 2 * HOUR_MS;
  await lookAfter(services(8));
};

test('its message counts what is open, by the worst of them, and is resolved with the last', async () => {
  // The worst come first: two of three criticals have messages of their own.
  const worst = [5, 6, 7];
  await lookAfter(services(8, worst));
  expect(told.texts().at(-1)).toBe('critical: 6 alerts in one message');

  told.clock.now += 2 * HOUR_MS;
  await lookAfter(services(8, worst));
  expect(told.message(FLOOD)).toContain('Alert: 6 alerts in one message');
  expect(told.message(FLOOD)).toContain('1 critical, 5 high');
  expect(told.message(FLOOD)).not.toContain('Resolved');

  await lookAfter(services(2));
  expect(told.message(FLOOD)).toContain('Alert: 6 alerts in one message, 2 still open');
  expect(told.message(FLOOD)).toContain('2 high');
  expect(told.message(FLOOD)).not.toContain('critical');

  await lookAfter([]);
  expect(told.message(FLOOD)).toContain('Resolved: 6 alerts in one message');
});

test('what is accepted in it is no longer counted as open', async () => {
  await lookAfter(services(4));
  const { clock, actor } = told;
  const until = new Date(clock.now + 20 * HOUR_MS).toISOString();
  const name = { host: 'web-1', fingerprint: services(4)[2]?.fingerprint ?? '' };
  await told.store.acceptances.accept(name, { actor, at: clock.now, reason: 'known', until });
  await told.lookNow({ perHour });

  expect(told.message(FLOOD)).toContain('2 alerts in one message, 1 still open');
  expect(told.message(FLOOD)).toContain(', 1 accepted');
});

test('while it lasts, what gets worse stands in its message', async () => {
  await lookAfter(services(8));
  await lookAfter(services(8, [7]));

  expect(told.posted.size).toBe(perHour);
  expect(told.message(FLOOD)).toContain('1 critical, 5 high');
});

describe('once it became calm', () => {
  beforeEach(async () => {
    await lookAfter(services(8));
    await calm();
    expect(told.posted.size).toBe(perHour);
    told.clock.now += 72 * HOUR_MS;
  });

  const expectOwn = (text: string) => {
    expect(told.texts().slice(perHour)).toEqual([text]);
    const [own] = [...told.posted.values()].slice(perHour);
    // Nobody was late with what is told when it happens.
    expect(told.clock.now - (own?.dueAt ?? 0)).toBeLessThanOrEqual(1_000);
    expect(told.message(FLOOD)).toContain('Alert: 5 alerts in one message');
    expect(JSON.stringify(own?.payload)).toContain('first seen at 1 Jan 06:02 UTC');
  };

  test('what gets worse has a message of its own', async () => {
    await lookAfter(services(8, [7]));
    await told.lookNow({ perHour });

    expectOwn('critical: svc-7 on web-1 svc-7 runs privileged');
  });

  test('what is new about one of its containers has a message of its own', async () => {
    const message = 'mounts the socket';
    const socket = { subjectKey: 'svc-7', rule: 'no-docker-socket-mount', message };
    await lookAfter([...services(8), currentFinding({ ...socket, severity: 'critical' })]);

    expectOwn('critical: svc-7 on web-1: mounts the socket, svc-7 runs privileged');
  });

  test('one of its containers that starts anew, privileged, has a message of its own', async () => {
    const observed = read(observedContainer('a1', { name: 'svc-7' }));
    await told.see('created', 'a1', { name: 'svc-7', observed });
    await told.lookNow({ perHour });

    expectOwn('critical: svc-7 on web-1: was started privileged, svc-7 runs privileged');
  });

  test('what no hour has room for stands in the message of a new flood', async () => {
    await lookAfter(services(8, [3, 4, 5, 6, 7]));

    expect(told.texts().slice(perHour)).toHaveLength(perHour);
    expect(told.texts().at(-1)).toBe('critical: 3 alerts in one message');
    expect(told.message(FLOOD)).toContain('Alert: 1 alert in one message');
  });
});
