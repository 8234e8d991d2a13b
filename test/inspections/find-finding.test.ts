import { findFinding } from '../../src/inspections/find-finding.ts';

test.each([
  [
    'open',
    'No finding “86acaa3e” is open.',
    '`findings` shows each with the code that names it, as of the last scan; `scan` looks now.',
  ],
  [
    'accepted',
    'No finding “86acaa3e” is accepted.',
    '`findings accepted` shows each with the code that names it.',
  ],
] as const)('says of one that is not among them that it is not %s', (state, message, hint) => {
  const find = () => findFinding(['86acaa3e'], [], () => '', state);

  expect(find).toThrow(message);
  expect(find).toThrow(expect.objectContaining({ hint }));
});

describe('a rule without what it is of', () => {
  const finding = (subjectKey: string, fingerprint: string) => ({
    ...{ host: 'web-1', rule: 'no-root-user', subjectKey, fingerprint },
  });
  const find = (...found: ReturnType<typeof finding>[]) => {
    const toLine = (one: { fingerprint: string }) => `accept ${one.fingerprint}`;
    return () => findFinding(['no-root-user'], found, toLine);
  };

  test('is refused with all that it may mean, and no line for any of them', () => {
    const refused = find(finding('api', 'aaaa1111'), finding('db', 'bbbb2222'));

    expect(refused).toThrow('“no-root-user” has 2 open findings.');
    expect(refused).toThrow(
      expect.objectContaining({
        hint: expect.stringContaining('api on web-1, db on web-1'),
        correctedLine: undefined,
      }),
    );
  });

  test('is corrected where it has one', () => {
    expect(find(finding('api', 'aaaa1111'))).toThrow(
      expect.objectContaining({ correctedLine: 'accept aaaa1111' }),
    );
  });
});
