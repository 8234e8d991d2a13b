import type { ExposureAnswer, ExposureResult } from '../../src/answers/exposure-answer.ts';
import { unread } from '../../src/shared/reading.ts';
import { answerDocument } from '../../src/views/answer.ts';
import { terminalText } from '../../src/views/terminal-text.ts';
import { hostileAnswers } from '../support/hostile-answers.ts';

const [found] = hostileAnswers.exposure.results as [ExposureResult];
const text = (answer: Partial<ExposureAnswer>) =>
  terminalText(answerDocument({ ...hostileAnswers.exposure, ...answer }));
const count = (whole: string, part: string) => whole.split(part).length - 1;

it('says once why it is not known which layers brought packages', () => {
  const layer = unread<never>('nobody read its base');
  const results = [found, { ...found, layer }, { ...found, layer }];
  const told = text({ results });

  expect(told).toContain('Layer not known, for 2 of 3 rows: nobody read its base.');
  expect(count(told, 'nobody read its base')).toBe(1);
});

it('says once why of an image nobody knows', () => {
  const results: ExposureResult[] = [
    { ...found, image: 'shop:1', state: 'unknown', package: null, layer: null, reason: 'sealed' },
  ];
  const unknown = [
    { image: 'shop:1', hosts: ['web'], reason: 'sealed' },
    { image: 'shop:2', hosts: ['web'], reason: 'too large' },
  ];
  const told = text({ results, unknown });

  expect(count(told, 'sealed')).toBe(1);
  expect(told).toContain('shop:2 on web: too large');
});
