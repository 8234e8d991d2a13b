import * as commandIndex from '../../commands/index.ts';
import { commands, rules } from '../../src/programs/assemble.ts';
import { filesIn, type ProductText, read, textsOf } from '../support/product-texts.ts';

const style = 'docs/style-of-words.md';
/** Phrases of the list at the end of the page, in lower case. */
const thrownOut = [
  ...(read(style).split('## Thrown out')[1] ?? '').matchAll(/^- `([^`]+)`$/gm),
].map(([, phrase = '']) => phrase.toLowerCase());

/** Phrases in a text, whatever its case and line breaks. */
const thrownOutIn = ({ text }: ProductText): string[] => {
  const plain = text.toLowerCase().replaceAll(/\s+/g, ' ');
  return thrownOut.filter((phrase) => plain.includes(phrase));
};
const complaintsAbout = (texts: readonly ProductText[]): string[] =>
  texts.flatMap((one) =>
    thrownOutIn(one).map((phrase) => `${one.file}: “${phrase}” in: ${one.text.slice(0, 160)}`),
  );

const WORDS_IN_SUMMARY = 14;
const wordsIn = (text: string) => text.split(/\s+/).length;
const pages = () => [
  ...filesIn(['docs'], '.md').filter((path) => path !== style && !path.startsWith('docs/adr/')),
  ...['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md'],
];

test('no text of the product has what was thrown out', () => {
  // What people type is theirs.
  const own = filesIn(['src', 'commands', 'demo'], '.ts').filter(
    (file) => !file.startsWith('src/ask/words/'),
  );
  const texts = own.flatMap((file) => textsOf(file, read(file)));

  expect(texts.length).toBeGreaterThan(5_000);
  expect(complaintsAbout(texts)).toEqual([]);
});

test('no page has what was thrown out', () => {
  expect(complaintsAbout(pages().map((file) => ({ file, text: read(file) })))).toEqual([]);
});

describe('what is planted is found', () => {
  test.each([
    ['in a string', "export const message = 'asks for a filter in vain';"],
    ['in a template', 'export const say = (what: string) => `asks for $' + '{what} In Vain: x`;'],
    ['over two lines', 'export const text = `it was\nof no\n  use`;'],
    ['deep in an object', "const view = { rows: [[{ strong: 'The word is taken back' }]] };"],
    ['around a value', 'const tail = `mounts $' + '{1}, and an engine socket with it`;'],
  ])('%s', (_where, source) => {
    expect(complaintsAbout(textsOf('planted.ts', source))).toHaveLength(1);
  });

  test('and a comment is not', () => {
    expect(complaintsAbout(textsOf('planted.ts', '// tried in vain\nconst a = 1;'))).toEqual([]);
  });

  test('every phrase of the list', () => {
    expect(thrownOut.length).toBeGreaterThan(15);
    for (const phrase of thrownOut) {
      const file = 'planted.ts';
      expect(thrownOutIn({ file, text: `It says ${phrase}, here.` })).toContain(phrase);
    }
  });
});

test.each(Object.values(commandIndex))(
  'the summary of $name is one short sentence',
  ({ summary }) => {
    expect(wordsIn(summary)).toBeLessThanOrEqual(WORDS_IN_SUMMARY);
    expect(summary).not.toMatch(/[.;]/);
  },
);

test('titles of rules are short', () => {
  expect(
    rules.filter(({ title }) => wordsIn(title) > WORDS_IN_SUMMARY).map(({ id }) => id),
  ).toEqual([]);
  expect(commands.length).toBeGreaterThan(20);
});
