import { answerDocument } from '../../src/views/answer.ts';
import { hostileAnswers } from '../support/hostile-answers.ts';

const by = 'U0BOB0000';
const { accepted, attested } = hostileAnswers;
const schedule = hostileAnswers['digest-schedule'];
const attestations = attested.attestations.map((one) => ({ ...one, by }));

test.each([
  { ...accepted, acceptance: { ...accepted.acceptance, by } },
  { ...attested, attestations },
  { ...schedule, changed: { by, at: '2026-01-01' }, change: 'set' as const },
  { ...schedule, changed: { by, at: '2026-01-01' }, change: null },
])('an answer to a decision names who made it and calls nobody', (answer) => {
  const said = JSON.stringify(answerDocument(answer));

  expect(said).toContain(by);
  expect(said).not.toMatch(/"user":"/);
});
