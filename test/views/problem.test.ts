import { problem } from '../../src/views/problem.ts';
import { hostileAnswers } from '../support/hostile-answers.ts';

it('says a line once that is the correction and all of the usage', () => {
  const told = (hint: string) =>
    JSON.stringify(problem({ ...hostileAnswers.problem, hint, correctedLine: 'status' }));

  expect(told('status').split('status')).toHaveLength(2);
  expect(told('status [all]')).toContain('status [all]');
});
