import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { renderSettingsPage } from '../../scripts/docs/settings-page.ts';
import { planQuestion } from '../../src/ask/plan-question.ts';
import { rankLines } from '../../src/ask/rank-lines.ts';
import { parseLine } from '../../src/command/parse-line.ts';
import { loadSettings } from '../../src/config/load-settings.ts';
import { variables } from '../../src/config/settings.ts';
import { commands, rules } from '../../src/programs/assemble.ts';
import { runProgram } from '../../src/programs/run-program.ts';
import { filesIn, read } from '../support/product-texts.ts';

// What a page names must be there: files, headings, lines that can be typed, keys of the settings.

const roots = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'];
const pages = [...roots, ...filesIn(['docs'], '.md')].map((path) => ({ path, text: read(path) }));
const written = pages.filter(({ path }) => path !== 'CHANGELOG.md' && !path.includes('/adr/'));

interface Page {
  path: string;
  text: string;
}

/** The anchor that GitHub gives a heading. */
const slug = (heading: string) =>
  heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
const anchorsOf = (text: string): Set<string> => {
  const seen = new Map<string, number>();
  return new Set(
    [...withoutBlocks(text).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => {
      const name = slug(heading);
      const count = seen.get(name) ?? 0;
      seen.set(name, count + 1);
      return count === 0 ? name : `${name}-${count}`;
    }),
  );
};
const withoutBlocks = (text: string) => text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '');
const blocks = (text: string, language: string): string[] =>
  [...text.matchAll(new RegExp(`^ *\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\`$`, 'gm'))].map(
    ([, block = '']) => block,
  );

/** Links of a page that lead nowhere. */
function brokenLinks({ path, text }: Page): string[] {
  const targets = [...withoutBlocks(text).matchAll(/\]\(([^()\s]+)\)/g)].map(([, to = '']) => to);
  return targets.filter((target) => {
    if (/^[a-z]+:/.test(target)) return false;
    const [file = '', anchor] = target.split('#');
    const there = file === '' ? path : normalize(join(dirname(path), file));
    if (!existsSync(there)) return true;
    return anchor !== undefined && !anchorsOf(read(there)).has(anchor);
  });
}

const host = (name: string) => ({
  ...{ name, endpoint: {} as never, isDefault: false, labels: {}, evidence: 'api' as const },
});
const context = { commands, rules, hosts: [host('web-1'), host('web-2'), host('old-host')] };

/** Why a line of the chat cannot be typed; null where it can. A word in <…> stands for any. */
function wrongLine(line: string): string | null {
  const typed = line
    .replaceAll('<host>', 'web-1')
    .replaceAll('<rule>', 'no-root-user')
    .replaceAll(/<(verb|command)>/g, 'scan')
    .replaceAll(/<[a-zA-Z ]+>/g, 'anything')
    .replaceAll(/\[[a-zA-Z ]+\]/g, '')
    .replaceAll('CVE-…', 'CVE-2024-3094')
    .replaceAll('--reason …', '--reason x');
  if (typed.includes('…') || line === '<question>') return null;
  if (typed.endsWith('?')) return isAnswered(typed) ? null : `${line}: nobody understands it`;
  try {
    parseLine(typed, context);
    return null;
  } catch (error) {
    return `${line}: ${(error as Error).message}`;
  }
}

/** A question in plain English becomes a line without anybody being asked. */
const isAnswered = (question: string): boolean =>
  planQuestion(question, {
    ...{ commands, rules, calendar: null, rank: rankLines },
    ...{ hosts: context.hosts.map(({ name }) => name), containers: ['redis', 'proxy'] },
    ...{ now: Date.UTC(2026, 10, 24, 12), timezone: 'UTC' },
  }).kind === 'sure';

let programs: Map<string, string>;
async function printed(...words: string[]): Promise<string> {
  let text = '';
  const say = (more: string) => {
    text += more;
  };
  await runProgram({
    ...{ arguments: words, environment: {}, cwd: '/nonexistent', stdout: say, stderr: say },
    others: [{ name: 'demo', summary: 'try it', run: async () => {} }],
    ...{ readFile: () => null, guardOf: () => null, async *stdin() {} },
  });
  return text;
}
beforeAll(async () => {
  const names = [...(await printed('--help')).matchAll(/^ {2}([a-z]+)(?: .*)? {2,}\S/gm)].map(
    ([, name = '']) => name,
  );
  const own = names.filter((name) => !commands.some((command) => command.name === name));
  programs = new Map(
    await Promise.all(
      own.map(async (name) => [name, await printed(name, '--help')] satisfies [string, string]),
    ),
  );
});

/** Why a line with `seawall` cannot be typed into a terminal; null where it can. */
function wrongTerminalLine(line: string): string | null {
  const [, rest = ''] = /^(?:.*\s)?seawall(?: (.*))?$/.exec(line) ?? [];
  const plain = rest.replace(/ +#.*$/, '').replace(/ *[|>\\].*$/, '');
  const [first = '', ...words] = plain.split(' ');
  if (first === '' || first.startsWith('--') || first === '…') return null;
  const help = programs.get(first);
  if (help === undefined) {
    return wrongLine(plain.replaceAll(/ --(json|fail-on( [a-z<>]+)?)/g, '').replaceAll("'", ''));
  }
  const unknown = words.filter((word) => /^--[a-z]/.test(word) && !help.includes(word));
  return unknown.length > 0 ? `${line}: no ${unknown.join(', ')}` : null;
}

const chatLines = ({ text }: Page): string[] => [
  ...[...text.matchAll(/^\/seawall (.+)$/gm)].map(([, line = '']) => line),
  ...[...withoutBlocks(text).matchAll(/`\/seawall ([^`]+)`/g)].map(([, line = '']) => line),
];
const terminalLines = ({ text }: Page): string[] => [
  ...blocks(text, 'sh').flatMap((block) =>
    block.split('\n').filter((line) => /^seawall |; seawall |exec seawall seawall /.test(line)),
  ),
  ...[...withoutBlocks(text).matchAll(/`(seawall [a-z][^`]*)`/g)].map(([, line = '']) => line),
];
const table = (text: string): string[] =>
  [...(/## What to ask\n([\s\S]*?)\n\n[^|]/.exec(text)?.[1] ?? '').matchAll(/`([^`]+)`/g)].map(
    ([, line = '']) => line,
  );

/** Keys of the settings file, without the marks of lists. */
const keys = new Set(
  [...renderSettingsPage().matchAll(/^\| `([a-z][A-Za-z.[\]<>]*)` \|/gm)].map(([, key = '']) =>
    key.replaceAll('[]', ''),
  ),
);
const firstKeys = new Set([...keys].map((key) => key.split('.')[0] ?? ''));
const namedKeys = ({ text }: Page): string[] =>
  [...withoutBlocks(text).matchAll(/`([a-z]+)((?:\[\])?\.[A-Za-z.[\]]+)`/g)]
    .filter(([, first = '']) => firstKeys.has(first))
    .map(([, first = '', rest = '']) => `${first}${rest}`.replaceAll('[]', ''))
    .filter((key) => !/\.(ts|js|md|json|yml|yaml|cfg)$/.test(key));

test.each(pages)('links of $path lead somewhere', (page) => {
  expect(brokenLinks(page)).toEqual([]);
});

test.each(written)('lines of $path can be typed', (page) => {
  expect(chatLines(page).flatMap((line) => wrongLine(line) ?? [])).toEqual([]);
  expect(terminalLines(page).flatMap((line) => wrongTerminalLine(line) ?? [])).toEqual([]);
});

test('lines of the table in README can be typed', () => {
  const lines = table(read('README.md'));

  expect(lines.length).toBeGreaterThan(25);
  expect(lines.flatMap((line) => wrongLine(line) ?? [])).toEqual([]);
});

test.each(written)('settings that $path names exist', (page) => {
  expect(
    namedKeys(page).filter(
      (key) => !keys.has(key) && ![...keys].some((one) => one.startsWith(`${key}.`)),
    ),
  ).toEqual([]);
});

const settingsBlocks = written.flatMap(({ path, text }) =>
  blocks(text, 'yaml')
    .filter((block) => {
      const value: unknown = parseYaml(block);
      return (
        typeof value === 'object' &&
        value !== null &&
        Object.keys(value).every((key) => firstKeys.has(key))
      );
    })
    .map((block) => ({ path, block })),
);

test.each(settingsBlocks)('an example of settings in $path is taken', async ({ block }) => {
  const text =
    block.includes('hosts:\n') || block.startsWith('hosts:')
      ? block
      : `${block}\nhosts: [{name: web-1, url: 'unix:///run/docker.sock'}, {name: web-2, url: 'unix:///run/2.sock'}]\n`;
  const settings = await loadSettings({
    ...{ environment: {}, cwd: '/nonexistent' },
    readFile: (path) => (path.endsWith('seawall.yml') ? text : null),
    guardOf: () => null,
  });

  expect(settings.hosts.length).toBeGreaterThan(0);
});

test('files that pages name are there', () => {
  const missing = written.flatMap(({ path, text }) =>
    [
      ...text.matchAll(
        /(?<![\w./-])((?:deploy|docs|scripts|src|commands|bench|test)\/[\w./-]+\.[a-z]{2,4})\b/g,
      ),
    ]
      .map(([, file = '']) => file)
      .filter((file) => !existsSync(file))
      .map((file) => `${path}: ${file}`),
  );

  expect(missing).toEqual([]);
});

test('variables of Seawall that pages name exist', () => {
  const known = Object.keys(variables).flatMap((name) => [name, `${name}_FILE`]);
  const named = written.flatMap(({ text }) =>
    [...text.matchAll(/\bSLACK_[A-Z_]+[A-Z]\b/g)].map(([name]) => name),
  );

  expect(named.length).toBeGreaterThan(10);
  expect([...new Set(named)].filter((name) => !known.includes(name))).toEqual([]);
});

describe('what is planted is found', () => {
  test('a link to nowhere, and one to a heading that is not there', () => {
    const text = '[a](docs/none.md) [b](docs/faq.md#none) [c](docs/faq.md)\n';

    expect(brokenLinks({ path: 'README.md', text })).toEqual(['docs/none.md', 'docs/faq.md#none']);
  });

  test('lines that do not parse, and options that a program does not have', () => {
    expect(wrongLine('findigs critical')).toContain('There is no command');
    expect(wrongTerminalLine('seawall scan on nowhere')).toContain('no host');
    expect(wrongTerminalLine('seawall setup --chanel C1')).toContain('--chanel');
    expect(wrongTerminalLine('seawall setup --channel C1')).toBeNull();
    expect(wrongTerminalLine('docker exec seawall seawall doctor')).toBeNull();
  });

  test('a setting that is not there', () => {
    expect(keys.has('channels.digest.days')).toBe(true);
    expect(namedKeys({ path: 'x', text: 'Set `channels[].digset.at`.' })).toEqual([
      'channels.digset.at',
    ]);
  });
});
