import { readFileSync } from 'node:fs';
import { allRules as rules } from '../../src/rules/all-rules.ts';

interface Expected {
  version: string;
  number: string;
  rule: string;
}

// Numbers alone: the benchmark's own words are not ours to copy.
const [, ...lines] = readFileSync('test/rules/cis-numbers.tsv', 'utf8').trimEnd().split('\n');
const numbers = lines.map((line): Expected => {
  const [version = '', number = '', rule = ''] = line.split('\t');
  return { version, number, rule };
});

describe.each([
  ['1.6', 117],
  ['1.8', 118],
])('version %s of the benchmark', (version, count) => {
  const expected = numbers.filter((one) => one.version === version);
  const prefix = `cis-${version}:`;
  const declared = rules.flatMap(({ id, controls }) =>
    controls
      .filter((control) => control.startsWith(prefix))
      .map((control) => `${control.slice(prefix.length)} ${id}`),
  );

  it(`has ${count} numbers, none of them twice`, () => {
    expect(expected).toHaveLength(count);
    expect(new Set(expected.map(({ number }) => number)).size).toBe(count);
  });

  it('has a rule for each number, and no rule has another', () => {
    expect(declared.toSorted()).toEqual(
      expected.map(({ number, rule }) => `${number} ${rule}`).toSorted(),
    );
  });
});
