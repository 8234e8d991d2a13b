import { findMentioned } from '../../src/inspections/find-mentioned.ts';
import { withoutUserinfo } from '../../src/shared/mask-secrets.ts';
import { foreignGroupSources, socketGroup } from '../../src/snapshot/normalise/accounts.ts';
import { plainAddress } from '../../src/snapshot/normalise/ports.ts';
import { growthOf } from '../support/growth.ts';

/** As many users with the number 0, and as many members of a group. */
const roots = (count: number) =>
  Array.from({ length: count }, (_, index) => `r${index}:x:0:0::/:\n`).join('');
const group = (count: number) =>
  `g:x:5:${Array.from({ length: count }, (_, index) => `m${index}`).join(',')}`;

/** Texts that once took the square of their length, each given whole by a container, an engine or a person. */
const works: [what: string, work: (length: number) => unknown][] = [
  ['a warning of the engine', (length) => withoutUserinfo('a'.repeat(length))],
  ['a warning with urls', (length) => withoutUserinfo('a://'.repeat(length / 4))],
  ['a message of dashes', (length) => findMentioned(`a${'-'.repeat(length)}b`, [])],
  ['users and a group', (length) => socketGroup('g', group(length), roots(length))],
  ['a list of sources', (length) => foreignGroupSources(`group: ${'['.repeat(length)}`)],
  ['an address', (length) => plainAddress(`${':'.repeat(length)}!`)],
];

it.each(works)('takes no more than a walk along %s', (_what, work) => {
  expect(growthOf(work, 8_000)).toBeLessThan(8);
});

it.each([
  ['tcp://user:secret@host:1/x', 'tcp://host:1/x'],
  ['at http://u:p@ss@host and https://h/a@b', 'at http://host and https://h/a@b'],
  ['no url, a@b', 'no url, a@b'],
])('takes the credentials out of %j', (written, expected) => {
  expect(withoutUserinfo(written)).toBe(expected);
});
