import fc from 'fast-check';
import {
  type Decision,
  decisionState,
  EXPIRING_DAYS,
  isExpiring,
  voidReasons,
} from '../../src/findings/acceptance.ts';
import type { BindingPart } from '../../src/findings/result.ts';
import { severities } from '../../src/rules/rule.ts';

const at = Date.parse;
const decision = (difference: Partial<Decision> = {}): Decision => ({
  reason: 'known',
  by: 'U1',
  madeAt: '2026-01-01T00:00:00.000Z',
  until: '2026-03-01T00:00:00.000Z',
  ended: null,
  ...difference,
});
const ended = (kind: 'withdrawn' | 'voided' | 'replaced', day: string) =>
  decision({ ended: { at: day, by: 'U2', kind, why: 'because' } });

describe('a decision', () => {
  test.each([
    ['holds', decision(), '2026-02-28T23:59:59.999Z', 'in-force'],
    ['ends at its expiry', decision(), '2026-03-01T00:00:00.000Z', 'expired'],
    ['can be voided', ended('voided', '2026-02-01'), '2026-02-01', 'voided'],
    ['held before it was voided', ended('voided', '2026-02-01'), '2026-01-31', 'in-force'],
    ['stays voided after its expiry', ended('voided', '2026-02-01'), '2027-01-01', 'voided'],
    ['can be withdrawn', ended('withdrawn', '2026-02-01'), '2026-02-02', 'withdrawn'],
    [
      'had run out before it was replaced',
      ended('replaced', '2026-04-01'),
      '2026-04-02',
      'expired',
    ],
  ])('%s', (_what, made, day, state) => {
    expect(decisionState(made, at(day))).toBe(state);
  });

  test.each([
    ['2026-02-14T23:59:59.999Z', false],
    ['2026-02-15T00:00:00.000Z', true],
    ['2026-02-28T23:59:59.999Z', true],
    ['2026-03-01T00:00:00.000Z', false],
  ])(`is expiring in its last ${EXPIRING_DAYS} days: %s %s`, (day, expected) => {
    expect(isExpiring(decision(), at(day))).toBe(expected);
  });

  const time = fc.integer({ min: 0, max: 4_000_000_000_000 });
  const iso = time.map((ms) => new Date(ms).toISOString());
  const anyDecision = fc.record({
    reason: fc.string(),
    by: fc.string(),
    madeAt: iso,
    until: iso,
    ended: fc.option(
      fc.record({
        at: iso,
        by: fc.string(),
        kind: fc.constantFrom('withdrawn' as const, 'replaced' as const, 'voided' as const),
        why: fc.string(),
      }),
    ),
  });

  test('never outlives its expiry', () => {
    fc.assert(
      fc.property(anyDecision, fc.nat(), (made, laterMs) => {
        expect(decisionState(made, at(made.until) + laterMs)).not.toBe('in-force');
      }),
    );
  });

  test('never holds again once it does not', () => {
    fc.assert(
      fc.property(anyDecision, time, fc.nat(), (made, moment, laterMs) => {
        const first = decisionState(made, moment);
        if (first !== 'in-force') expect(decisionState(made, moment + laterMs)).toBe(first);
      }),
    );
  });
});

describe('an acceptance and the finding now', () => {
  const values = fc.uniqueArray(fc.constantFrom('A', 'B', 'C', 'D')).map((list) => list.sort());
  const binding = fc
    .tuple(values, values, values, values)
    .map(([evidence, image, capability, mount]): BindingPart[] => [
      { name: 'evidence', values: evidence },
      { name: 'image', values: image },
      { name: 'capability', values: capability },
      { name: 'mount', values: mount },
    ]);
  const severity = fc.constantFrom(...severities);

  test('fit while nothing changed', () => {
    fc.assert(
      fc.property(severity, binding, (level, parts) => {
        const same = { severity: level, binding: parts };
        expect(voidReasons(same, structuredClone(same))).toEqual([]);
      }),
    );
  });

  test('do not fit when any part differs', () => {
    fc.assert(
      fc.property(severity, binding, binding, (level, before, after) => {
        const isSame = JSON.stringify(before) === JSON.stringify(after);
        const reasons = voidReasons(
          { severity: level, binding: before },
          { severity: level, binding: after },
        );
        expect(reasons.length === 0).toBe(isSame);
      }),
    );
  });

  test('do not fit when the severity rose, and fit when it fell', () => {
    fc.assert(
      fc.property(severity, severity, binding, (before, after, parts) => {
        const reasons = voidReasons(
          { severity: before, binding: parts },
          { severity: after, binding: parts },
        );
        const rose = severities.indexOf(after) > severities.indexOf(before);
        expect(reasons).toEqual(rose ? [`the severity rose from ${before} to ${after}`] : []);
      }),
    );
  });
});
