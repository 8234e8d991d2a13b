import { DecisionNeeded, decisionTerms } from '../../src/command/decision-terms.ts';
import { parseLine } from '../../src/command/parse-line.ts';
import { commands, rules } from '../../src/programs/assemble.ts';
import { UserError } from '../../src/shared/errors.ts';

const parse = (line: string) => parseLine(line, { commands, rules, hosts: [] });
const mistakeOf = (work: () => unknown): UserError => {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('no mistake');
};

describe('flags in a line', () => {
  test.each([
    ['accept 1a2b --reason "a b" --until 30d', { reason: 'a b', until: '30d' }],
    ['accept 1a2b —reason “a b” —until 30d', { reason: 'a b', until: '30d' }],
    ['accept --until=30d 1a2b --reason="a b"', { until: '30d', reason: 'a b' }],
    [
      "accept 1a2b --REASON 'it runs on web-9' --until 2w",
      { reason: 'it runs on web-9', until: '2w' },
    ],
    ['attest hardened-host-os --withdraw', { withdraw: '' }],
    ['accept --reason moved 1a2b', { reason: 'moved' }],
  ])('%s', (line, flags) => {
    const { request } = parse(line);

    expect(request.flags).toEqual(flags);
    expect(request.words).toHaveLength(1);
  });

  test('stand last in the canonical line, which means the same', () => {
    const { line, request } = parse('accept --until 30d 1a2b --reason "a b"');

    expect(line).toBe('accept 1a2b --until 30d --reason "a b"');
    expect(parse(line).request).toEqual(request);
  });

  test.each([
    ['scan --fast', '“scan” has no --fast.', undefined],
    ['accept 1a2b --reson x', '“accept” has no --reson.', 'accept 1a2b --reason x'],
    ['accept 1a2b --reason', '--reason needs a text.', undefined],
    ['accept 1a2b --reason --until 30d', '--reason needs a text.', undefined],
    [
      'accept 1a2b --reason not reachable, job is retired --until 30d',
      'What follows --reason has a blank: put it between quotation marks.',
      'accept 1a2b --reason "not reachable, job is retired" --until 30d',
    ],
    [
      'accept 1a2b --reason moved away until 2026-11-20',
      'What follows --reason has a blank: put it between quotation marks.',
      'accept 1a2b --reason "moved away" --until 2026-11-20',
    ],
    [
      'accept no-root-user web because test for 7d',
      'The reason stands behind --reason.',
      'accept no-root-user web --reason test --until 7d',
    ],
    [
      'accept 1a2b because nobody reaches it for now --until 7d',
      'The reason stands behind --reason.',
      'accept 1a2b --reason "nobody reaches it for now" --until 7d',
    ],
    [
      'accept 1a2b because moved',
      'The reason stands behind --reason.',
      'accept 1a2b --reason moved',
    ],
    ['accept 1a2b --until 1d --until 2d', '“accept” takes --until once.', undefined],
  ])('%s is a mistake', (line, message, correctedLine) => {
    expect(mistakeOf(() => parse(line))).toMatchObject({ message, correctedLine });
  });
});

describe('the terms of a decision', () => {
  const now = Date.parse('2026-02-01T06:00:00.000Z');
  const actor = { id: 'U1', name: 'U1', place: 'C1' };
  const terms = (line: string) => decisionTerms({ actor, now: () => now }, parse(line).request);

  test.each([
    ['30d', '2026-03-03T06:00:00.000Z'],
    ['2w', '2026-02-15T06:00:00.000Z'],
    ['2026-02-01', '2026-02-01T23:59:59.999Z'],
    ['2026-12-31', '2026-12-31T23:59:59.999Z'],
    ['2026-03-01T12:00', '2026-03-01T12:00:00.000Z'],
  ])('hold until %s', (until, time) => {
    expect(terms(`accept 1a2b --reason known --until ${until}`)).toEqual({
      actor,
      at: now,
      reason: 'known',
      until: time,
    });
  });

  const tooFar = 'is more than a year away: a decision must be reviewed within a year.';
  test.each([
    ['accept 1a2b', 'A reason is needed.', '"…" --until <date, or 30d>', ''],
    ['accept 1a2b --reason "  " --until 2w', 'A reason is needed.', '"…" --until 2w', ''],
    [
      'accept 1a2b --reason "well known"',
      'An expiry is needed, at most a year away.',
      '"well known" --until <date, or 30d>',
      'well known',
    ],
    ...[
      ['never', '“never” is no time that --until knows.'],
      ['2026-02-30', '“2026-02-30” is no time that --until knows.'],
      ['2026-01-31', '“2026-01-31” is over already.'],
      ['0d', '“0d” is over already.'],
      ['2027-02-03', `“2027-02-03” ${tooFar}`],
    ].map(([until, message]) => [
      `accept 1a2b --reason known --until ${until}`,
      message,
      'known --until <date, or 30d>',
      'known',
    ]),
  ])('%s lacks something, which nobody fills in', (line = '', message, missing, reason) => {
    const mistake = mistakeOf(() => terms(line));

    expect(mistake).toBeInstanceOf(DecisionNeeded);
    expect(mistake).toMatchObject({
      message,
      hint: `Complete the line: accept 1a2b --reason ${missing}`,
      form: { kind: 'decide', line: 'accept 1a2b', reason },
    });
    expect(mistake.correctedLine).toBeUndefined();
  });

  test('a reason has its limit', () => {
    const mistake = mistakeOf(() => terms(`accept 1a2b --until 30d --reason ${'x'.repeat(501)}`));

    expect(mistake.message).toBe('A reason may have 500 characters, this has 501.');
  });
});
