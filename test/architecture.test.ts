import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { importersOf, linesOf, listFiles, proseOf } from './support/source-files.ts';

const PRODUCT = ['src', 'commands', 'migrations', 'demo', 'scripts/docs'];

describe('house rules', () => {
  const own = 'test/architecture.test.ts';
  const sources = ['.ts', '.js', '.css'].flatMap((ending) => listFiles(PRODUCT, ending));
  const everything = [...sources, ...listFiles(['test'], '.ts'), ...listFiles(['scripts'], '.mjs')];

  it('keeps every file of the product within 300 lines', () => {
    const long = sources.filter((path) => linesOf(path).length > 301);

    expect(long).toEqual([]);
  });

  it('names files in kebab-case', () => {
    const odd = everything.filter(
      (path) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)+$/.test(basename(path)),
    );

    expect(odd).toEqual([]);
  });

  it.each([
    { what: 'a log past the logger', pattern: /\bconsole\./, files: sources },
    {
      what: 'a folder made by the recursive way of Node, which never ends below /proc',
      pattern: /\bmkdir(Sync)?\(.*\brecursive\b/,
      files: listFiles(['src', 'commands', 'migrations', 'demo'], '.ts'),
    },
    { what: 'a default export', pattern: /^export default\b/, files: sources },
    { what: 'a mark for later', pattern: /\b(TODO|FIXME|XXX|HACK)\b/, files: everything },
    {
      what: 'a test that is skipped or alone',
      pattern: /\b(it|test|describe)\.(skip|only|todo)\b|\bx(it|describe)\(/,
      files: everything,
    },
    {
      what: 'a module mock, which does nothing here',
      pattern: /\bjest\.(mock|unstable_mockModule)\(/,
      files: everything,
    },
    {
      // Suites of a worker share what they load, and processes of a fleet share nothing.
      what: 'state of a module',
      pattern:
        /^let |^(export )?const \w+(: (?!Readonly)[^=]+)? = (new (Map|Set)(<.*>)?\(\)|\[\]);/,
      files: sources.filter((path) => !path.startsWith('demo/workspace/page/client/')),
      // It keeps what a pure function gives for its whole input.
      harmless: 'src/inspections/digest-times.ts',
    },
    { what: 'a banner', pattern: /^\s*\/\/\s*[-=*#]{4,}/, files: everything },
  ])('has nowhere $what', ({ pattern, files, harmless }) => {
    const hits = files
      .filter((path) => path !== own && path !== harmless)
      .flatMap(linesOf)
      .filter(({ text }) => pattern.test(text));

    expect(hits.map(({ path, number }) => `${path}:${number}`)).toEqual([]);
  });
});

it('looks up no text in an object, which has more than stands in it', () => {
  const texts = listFiles(PRODUCT, '.ts').map((path) => ({
    path,
    text: readFileSync(path, 'utf8'),
  }));
  const declared = /^(?:export )?const (\w+): (?:Readonly<)?Record<string, [^=]*= \{/gm;
  // One that another file declares is imported by its name.
  const names = new Set(
    texts.flatMap(({ text }) => [...text.matchAll(declared)].map(([, name]) => name)),
  );
  const hits = texts.flatMap(({ path, text }) =>
    [...names]
      .filter((name) =>
        new RegExp(
          `^(export )?const ${name}: (Readonly<)?Record|import [^;]*\\b${name}\\b`,
          'm',
        ).test(text),
      )
      .filter((name) => new RegExp(`(?<![\\w.])${name}\\[(?!')`).test(text))
      .map((name) => `${path}: ${name}`),
  );

  expect(hits).toEqual([]);
});

it('runs no suite among the quick ones that opens a database', async () => {
  const file: string = '../jest.config.mjs';
  const { default: config }: { default: JestConfig } = await import(file);
  const quick = config.projects.find(({ displayName }) => displayName === 'quick');
  const patterns =
    quick?.testPathIgnorePatterns?.map((one) => new RegExp(one.replace('<rootDir>/', '^'))) ?? [];
  const suites = listFiles(['test'], '.test.ts');
  const isOther = (path: string) => patterns.some((one) => one.test(path));
  const opening = importersOf('test/support/temporary-database.ts', listFiles(['test'], '.ts'));

  expect(suites.filter((path) => !isOther(path) && opening.has(path))).toEqual([]);
  expect(suites.some((path) => isOther(path) && opening.has(path))).toBe(true);
});

interface JestConfig {
  projects: { displayName: string; testPathIgnorePatterns?: string[] }[];
}

describe('the documents', () => {
  const atRoot = ['README', 'ARCHITECTURE', 'CONTRIBUTING', 'SECURITY', 'CHANGELOG'];
  const documents = [...atRoot.map((name) => `${name}.md`), ...listFiles(['docs', 'demo'], '.md')];
  const decisions = listFiles(['docs/adr'], '.md');

  it.each(documents)('%s has exactly one title', (path) => {
    const titles = proseOf(path).filter(({ text }) => text.startsWith('# '));

    expect(titles).toHaveLength(1);
  });

  it.each(documents)('%s links to files that exist', (path) => {
    const targets = proseOf(path).flatMap(({ text }) =>
      [...text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)].map(([, target = '']) => target),
    );
    const broken = targets.filter((target) => !existsSync(join(dirname(path), target)));

    expect(broken).toEqual([]);
  });

  it.each(decisions)('%s says what, why, what else and what follows', (path) => {
    const headings = proseOf(path).filter(({ text }) => text.startsWith('## '));

    expect(headings.map(({ text }) => text.slice(3))).toEqual([
      'Decision',
      'Why',
      'Rejected',
      'Consequences',
    ]);
    expect(linesOf(path).length).toBeLessThan(70);
  });

  it('numbers the decisions without a gap', () => {
    const numbers = decisions.map((path) => Number(basename(path).slice(0, 4)));

    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  });

  it.each(listFiles(['docs'], '.md').filter((path) => path !== 'docs/README.md'))(
    'lists %s in the index',
    (path) => {
      expect(readFileSync('docs/README.md', 'utf8')).toContain(`(${path.slice('docs/'.length)})`);
    },
  );

  it('has a row for every folder of src in the architecture', () => {
    const architecture = readFileSync('ARCHITECTURE.md', 'utf8');
    const folders = new Set(
      listFiles(PRODUCT, '.ts').map((path) => /^src\/([^/]+)\//.exec(path)?.[1] ?? ''),
    );
    folders.delete('');

    expect([...folders].filter((name) => !architecture.includes(`| \`${name}\` |`))).toEqual([]);
  });
});
