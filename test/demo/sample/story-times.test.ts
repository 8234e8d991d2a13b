import { moveTimes } from '../../../demo/sample/story-times.ts';

const recorded = Date.parse('2026-03-01T10:00:00Z');
const later = recorded + 60_000;
const steps = [
  { recordedFrom: recorded, happensAt: Date.parse('2025-01-01T00:00:00Z') },
  { recordedFrom: later, happensAt: Date.parse('2025-02-01T00:00:00Z') },
];

it('moves a time with the step in which it was recorded, to the nanosecond', () => {
  const text = '{"Created":"2026-03-01T10:00:02.123456789Z","StartedAt":"2026-03-01T10:01:01Z"}';

  expect(JSON.parse(moveTimes(text, steps))).toEqual({
    Created: '2025-01-01T00:00:02.123456789Z',
    StartedAt: '2025-02-01T00:00:01.000Z',
  });
});

it('moves seconds since 1970 where engines write them', () => {
  const seconds = later / 1_000 + 5;

  expect(moveTimes(`{"Created":${seconds},"Size":${seconds}}`, steps)).toBe(
    `{"Created":${Date.parse('2025-02-01T00:00:05Z') / 1_000},"Size":${seconds}}`,
  );
});

it('leaves times before the recording as they are', () => {
  const text =
    '{"FinishedAt":"0001-01-01T00:00:00Z","BuildTime":"2024-05-01T08:00:00.5Z","Created":1}';

  expect(moveTimes(text, steps)).toBe(text);
});
