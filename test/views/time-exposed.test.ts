import { ageBetween } from '../../src/shared/text.ts';
import { exposureText } from '../../src/views/time-exposed.ts';
import { storedFinding } from '../support/hostile-answers.ts';

const MINUTE = 60_000;

test.each([1, 1.4, 1.6, 2.5, 59.9, 60, 119, 2_879, 2_880, 10_000])(
  'what was seen first and last %d minutes apart is as long open as it is old',
  (minutes) => {
    const firstSeen = '2026-01-02T00:00:00.000Z';
    const lastSeen = new Date(Date.parse(firstSeen) + minutes * MINUTE).toISOString();

    const open = exposureText({ ...storedFinding(), firstSeen, lastSeen, subjects: ['a'] });

    expect(`${open.replace(/^open /, '')} ago`).toBe(ageBetween(firstSeen, lastSeen));
  },
);
