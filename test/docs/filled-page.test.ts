import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filled } from '../../scripts/docs/page.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const folder = makeTemporaryFolder();
const pageOf = (text: string): string => {
  const path = join(folder, 'page.md');
  writeFileSync(path, text);
  return path;
};

describe('a page with generated parts', () => {
  it('has these made anew, between lines and within one, and all else as it was', () => {
    const page = pageOf(
      'At most <!-- generated: most -->3<!-- generated ends --> of them:\n\n' +
        '<!-- generated: names -->\n- old\n<!-- generated ends -->\n\nThat is $1.\n',
    );

    expect(filled(page, { most: 7, names: '- a\n- $& b' })).toBe(
      'At most <!-- generated: most -->7<!-- generated ends --> of them:\n\n' +
        '<!-- generated: names -->\n- a\n- $& b\n<!-- generated ends -->\n\nThat is $1.\n',
    );
  });

  it('keeps the indent of a mark in a configuration', () => {
    const page = pageOf('  # generated: calls\n  old\n  # generated ends\n');

    expect(filled(page, { calls: '  new' })).toBe(
      '  # generated: calls\n  new\n  # generated ends\n',
    );
  });

  it.each([
    ['a mark of another part', '<!-- generated: other -->x<!-- generated ends -->'],
    ['no mark', 'words alone'],
    ['no mark behind the part', '<!-- generated: names -->x'],
    ['the mark behind the part alone', 'x<!-- generated ends -->'],
    [
      'a part within the part',
      '<!-- generated: names -->x<!-- generated: names -->y<!-- generated ends -->',
    ],
    [
      'the part twice',
      '<!-- generated: names -->x<!-- generated ends --> <!-- generated: names -->x<!-- generated ends -->',
    ],
  ])('is refused with %s', (_what, text) => {
    const page = pageOf(text);

    expect(() => filled(page, { names: 'new' })).toThrow(page);
  });
});
