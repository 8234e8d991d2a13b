import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const OXLINT = resolve('node_modules/oxlint/bin/oxlint');
const folder = makeTemporaryFolder();

/** The rules on regular expressions that each line breaks, by the project's own settings. */
function brokenIn(lines: readonly string[]): string[][] {
  const path = join(folder, 'planted.ts');
  writeFileSync(path, `${lines.join('\n')}\n`);
  const settings = ['--config', '.oxlintrc.json', '--format', 'json'];
  const run = spawnSync(process.execPath, [OXLINT, ...settings, path], { encoding: 'utf8' });
  if (run.error || run.stdout === '') throw new Error(run.stderr);
  const { diagnostics } = JSON.parse(run.stdout) as {
    diagnostics: { code: string; labels: { span: { line: number } }[] }[];
  };
  return lines.map((_, index) => {
    const here = diagnostics.filter(({ labels }) => labels[0]?.span.line === index + 1);
    const rules = here.map(({ code }) => code).filter((code) => code.startsWith('regexp'));
    return [...new Set(rules)].sort();
  });
}

const move = 'regexp(no-super-linear-move)';
const backtracking = 'regexp(no-super-linear-backtracking)';

it('are found by the linter where they take more than a walk along the text', () => {
  const planted: [source: string, rules: string[]][] = [
    // What once stopped the program: a page of an error, the credentials of a URL, the end of a word.
    ['export const page = (text: string) => text.replace(/<[^>]*>/g, " ");', [move]],
    ['export const url = /([a-z][a-z0-9+.-]*:\\/\\/)[^\\s/@]*@/gi;', [move]],
    ['export const end = (text: string) => text.replace(/[._-]+$/, "");', [move]],
    ['export const nested = /^(a+)+$/;', [backtracking]],
    ['export const exchanged = /^(\\S+)\\s*([\\s\\S]*)$/;', [backtracking]],
    ['export const made = new RegExp("x*" + "y");', [move]],
    ['export const searched = (text: string) => text.search(/-+x/);', [move]],
    ['export const bounded = /^[a-z]{1,20}=(.*)$/;', []],
    ['export const anchored = /^<[^>]*>/;', []],
  ];

  expect(brokenIn(planted.map(([source]) => source))).toEqual(planted.map(([, rules]) => rules));
});
