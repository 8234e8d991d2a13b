import { answerDocument } from '../../src/views/answer.ts';
import { hostileAnswers } from '../support/hostile-answers.ts';

const mentions = (answer: Parameters<typeof answerDocument>[0]) =>
  JSON.stringify(answerDocument(answer)).match(/"user":"\w+"/g) ?? [];
const by = 'U0BOB0000';

test('who changed a digest is mentioned by the change, and not where its schedule is looked at', () => {
  const answer = { ...hostileAnswers['digest-schedule'], changed: { by, at: '2026-01-01' } };

  expect(mentions({ ...answer, change: 'set' })).toEqual([`"user":"${by}"`]);
  expect(mentions({ ...answer, change: null })).toEqual([]);
});

test('who vouched is mentioned by the change, and not in a list', () => {
  const { attestations } = hostileAnswers.attested;
  const some = attestations.map((one) => ({ ...one, by }));

  expect(mentions({ ...hostileAnswers.attested, attestations: some })).toHaveLength(some.length);
  expect(mentions({ ...hostileAnswers.findings, findings: [], attestations: some })).toEqual([]);
});
