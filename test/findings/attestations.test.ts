import { type Attestation, applyAttestations } from '../../src/findings/attestations.ts';
import type { RuleResult } from '../../src/findings/result.ts';
import { read, unread } from '../../src/shared/reading.ts';

const rules = [{ id: 'manual', isAttestable: true as const }, { id: 'measured' }];
const snapshot = { host: 'web-1', takenAt: '2026-02-01T06:00:00.000Z' };
const result = (difference: Partial<RuleResult> = {}): RuleResult => ({
  rule: 'manual',
  controls: [],
  verdict: 'unknown',
  severity: 'medium',
  subject: { kind: 'host', name: 'web-1', id: 'web-1' },
  message: '',
  evidence: [],
  reason: 'no machine can read this',
  ...difference,
});
const word = (difference: Partial<Attestation> = {}): Attestation => ({
  rule: 'manual',
  scope: 'web-1',
  reason: 'seen with my own eyes',
  by: 'U1',
  madeAt: '2026-01-01T00:00:00.000Z',
  until: '2026-03-01T23:59:59.999Z',
  ended: null,
  ...difference,
});
const apply = (one: RuleResult, words: Attestation[]) =>
  applyAttestations([one], rules, read(words), snapshot)[0];

describe('a fresh word', () => {
  test.each(['web-1', '*'])('for %s makes an unknown pass, with itself as evidence', (scope) => {
    expect(apply(result(), [word({ scope })])).toEqual({
      rule: 'manual',
      controls: [],
      verdict: 'pass',
      severity: 'medium',
      subject: { kind: 'host', name: 'web-1', id: 'web-1' },
      message: 'U1 vouches for it until 2026-03-01: seen with my own eyes',
      evidence: [
        {
          path: 'attestation',
          value: 'seen with my own eyes',
          source: 'attestation by U1 of 2026-01-01 until 2026-03-01',
        },
      ],
    });
  });

  test.each(['pass', 'fail', 'not-applicable'] as const)(
    'leaves a %s by facts alone',
    (verdict) => {
      const judged = result({ verdict });

      expect(apply(judged, [word()])).toBe(judged);
    },
  );

  test('says nothing of a rule that evidence answers', () => {
    const unread = result({ rule: 'measured' });

    expect(apply(unread, [word({ rule: 'measured' })])).toBe(unread);
  });
});

test.each([
  ['none', [], 'nobody has attested it (attest manual)'],
  ['one for another host', [word({ scope: 'web-2' })], 'nobody has attested it (attest manual)'],
  [
    'an expired one',
    [word({ until: '2026-01-31T23:59:59.999Z' })],
    'the word of U1 expired on 2026-01-31 (attest manual)',
  ],
  [
    'a withdrawn one',
    [word({ ended: { at: '2026-01-15', by: 'U2', kind: 'withdrawn', why: 'withdrawn' } })],
    'nobody has attested it (attest manual)',
  ],
])('with %s a manual rule stays unknown and says so', (_what, words, said) => {
  expect(apply(result(), words)).toEqual({
    ...result(),
    reason: `no machine can read this; ${said}`,
  });
});

test('words that could not be read leave it unknown, for that reason', () => {
  const [answer] = applyAttestations([result()], rules, unread('the database is locked'), snapshot);

  expect(answer).toMatchObject({
    verdict: 'unknown',
    reason: 'attestations were not read: the database is locked',
  });
});
