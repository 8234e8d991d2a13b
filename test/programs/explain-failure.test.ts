import { explainFailure } from '../../src/programs/explain-failure.ts';
import { OutsideError, UserError } from '../../src/shared/errors.ts';

const acting = 'no\u001b[2J\u202e\u2028x';

it.each([
  [new UserError(acting, { hint: 'Do this.\nOr that.' }), 2],
  [new OutsideError('store-failed', acting), 3],
  [new TypeError(acting), 3],
  [acting, 3],
])('escapes what acts on a terminal in %p, and keeps its lines', (error, exitCode) => {
  let said = '';
  const code = explainFailure(error, (text) => {
    said += text;
  });

  expect(code).toBe(exitCode);
  expect(said).toContain('no\\u{1b}[2J\\u{202e}\\u{2028}x');
  expect(said).toMatch(/^[\x20-\x7e\n]+\n$/);
});
