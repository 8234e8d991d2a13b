import { readRecording } from '../../../demo/sample/recording.ts';
import {
  dailyScanAt,
  isDown,
  sampleHosts,
  sightings,
  stepAt,
  steps,
  timeOf,
} from '../../../demo/sample/timeline.ts';

const startedAt = Date.parse('2026-03-31T15:20:00Z');
const at = (day: number, time: string) => timeOf({ day, at: time }, startedAt);

it('has the start of the demo on day 30', () => {
  expect(new Date(at(30, '06:00')).toISOString()).toBe('2026-03-31T06:00:00.000Z');
  expect(new Date(at(0, '23:59')).toISOString()).toBe('2026-03-01T23:59:00.000Z');
  expect(new Date(at(-1, '00:00')).toISOString()).toBe('2026-02-28T00:00:00.000Z');
});

it.each(sampleHosts)('has the steps of %s in order, and each was recorded', (host) => {
  const own = steps.filter((step) => step.host === host);
  const times = own.map((step) => timeOf(step, startedAt));

  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(readRecording(host).steps.map(({ id }) => id)).toEqual(own.map(({ id }) => id));
});

it('answers from the newest step there is, and from the first before any', () => {
  expect(stepAt('sample-web', at(5, '14:19'), startedAt).id).toBe('shop');
  expect(stepAt('sample-web', at(5, '14:20'), startedAt).id).toBe('promo');
  expect(stepAt('sample-web', at(-900, '00:00'), startedAt).id).toBe('images');
});

it('knows when an engine does not answer', () => {
  const times = [at(20, '01:59'), at(20, '02:00'), at(20, '07:59'), at(20, '08:00')];

  expect(times.map((time) => isDown('sample-ci', time, startedAt))).toEqual([
    ...[false, true, true, false],
  ]);
  expect(isDown('sample-web', at(20, '03:00'), startedAt)).toBe(false);
});

it('has sightings that a step begins and another ends', () => {
  for (const { host, from, to, madeUp } of sightings) {
    if (madeUp !== undefined) {
      // It comes after the scan of one day and is gone before that of the next.
      expect([from.at > dailyScanAt, to.at < dailyScanAt, to.day - from.day]).toEqual([
        true,
        true,
        1,
      ]);
      continue;
    }
    const own = steps.filter((step) => step.host === host);
    for (const moment of [from, to]) expect(own).toContainEqual(expect.objectContaining(moment));
  }
});
