import { findTopic } from '../../src/inspections/explain-topic.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { UserError } from '../../src/shared/errors.ts';

const rule = (id: string, controls: string[]) => ({ id, controls }) as unknown as Rule;
const rules = [
  rule('no-privileged-ports', ['cis-1.6:5.7', 'cis-1.8:5.8']),
  rule('no-host-network', ['cis-1.6:5.9', 'cis-1.8:5.9']),
  rule('user-namespace', ['cis-1.6:2.8', 'cis-1.8:2.9']),
  rule('authorization', ['cis-1.8:2.8']),
];
const found = (word: string) => findTopic(word, rules).rules.map(({ id }) => id);

test.each([
  ['no-host-network', ['no-host-network']],
  ['No-Host-Network', ['no-host-network']],
  ['cis-1.6:5.9', ['no-host-network']],
  ['CIS-1.8:5.8', ['no-privileged-ports']],
  ['cis-5.9', ['no-host-network']],
  ['5.9', ['no-host-network']],
  ['cis-2.8', ['user-namespace', 'authorization']],
])('“%s” means %j', (word, ids) => {
  expect(found(word)).toEqual(ids);
});

test('a number that means two things says both', () => {
  expect(findTopic('cis-2.8', rules).ambiguity).toBe(
    'The number differs by version: 1.6 user-namespace; 1.8 authorization.',
  );
  expect(findTopic('2.9', rules).ambiguity).toBe(
    'The number differs by version: 1.6 not answered yet; 1.8 user-namespace.',
  );
  expect(findTopic('5.9', rules).ambiguity).toBeNull();
  expect(findTopic('cis-1.6:2.8', rules).ambiguity).toBeNull();
});

test.each([
  ['no-host-netwrok', 'explain no-host-network'],
  ['zzzzzz', undefined],
  ['9.9', undefined],
  ['cis-1.7:5.9', undefined],
])('“%s” is a mistake, answered with %s', (word, correctedLine) => {
  expect(() => findTopic(word, rules)).toThrow(UserError);
  try {
    findTopic(word, rules);
  } catch (error) {
    expect((error as UserError).correctedLine).toBe(correctedLine);
  }
});
