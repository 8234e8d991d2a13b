import { linesAfter } from '../../src/command/lines-after.ts';
import { commands, rules } from '../../src/programs/assemble.ts';
import { UserError } from '../../src/shared/errors.ts';

const context = { commands, rules, hosts: [] };
const after = (hint: string, correctedLine?: string) =>
  linesAfter(new UserError('No.', { hint, ...(correctedLine && { correctedLine }) }), context);

test.each([
  ['`findings` shows each with its code; `scan` looks now.', ['findings', 'scan', 'help']],
  ['See `findings accepted`, `hosts` or `status`.', ['findings accepted', 'hosts', 'help']],
  ['`inspect` needs a container, and `frob` is none.', ['help']],
  ['Run `seawall feeds import <file>` there, or `accept 1a2b3c4d on web-1`.', ['help']],
  ['`feeds sync` is for those who decide.', ['help']],
])('lines of a hint that can be run at once are offered: %s', (hint, lines) => {
  expect(after(hint)).toEqual(lines);
});

test('a corrected line goes before what the hint names', () => {
  expect(after('See `containers`.', 'scan')).toEqual(['scan', 'help']);
});
