import { openLog } from '../../src/programs/open-log.ts';
import { OutsideError } from '../../src/shared/errors.ts';

function written(fields: object): { line: string; fields: Record<string, unknown> } {
  let line = '';
  openLog({ logLevel: 'info' }, (text) => {
    line += text;
  }).warn(fields, 'something happened');
  return { line, fields: JSON.parse(line) as Record<string, unknown> };
}

it('escapes what acts on a terminal, and keeps its meaning and its line', () => {
  const host = 'web\u202e\u200b\u009b31m';
  const { line, fields } = written({ host });

  expect(line).toMatch(/^[\x20-\x7e]+\n$/);
  expect(fields.host).toBe(host);
});

it('says of a failure outside what its own words say, and nothing of its cause', () => {
  const cause = new Error('pass=canary');
  const error = new OutsideError('engine-status', 'GET /info: 500 broken', { status: 500, cause });
  const { line, fields } = written({ error });

  expect(line).not.toContain('canary');
  expect(fields.error).toMatchObject({ type: 'OutsideError', code: 'engine-status', status: 500 });
  expect(line).toContain('GET /info: 500 broken');
});

it('tells all of a bug', () => {
  const error = new TypeError('x is not a function', { cause: new Error('deeper') });

  expect(written({ error }).line).toMatch(/TypeError.*x is not a function: deeper/);
});
