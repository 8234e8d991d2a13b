import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { plantedViolations } from '../support/planted-violations.ts';
import { listFiles } from '../support/source-files.ts';

const PRODUCT = ['src', 'commands', 'migrations', 'demo'];
const DEPCRUISE = resolve('node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');

/** Of trees of thousands of files nearly all is soon dead, and the rest is needed to the end. */
const ROOMY = ['--max-semi-space-size=64', '--initial-old-space-size=2000'];

interface Cruise {
  modules: { source: string }[];
  summary: { violations: { from: string; rule: { name: string } }[] };
}

function cruise(folder: string, targets: readonly string[]): Cruise {
  const run = spawnSync(
    process.execPath,
    [...ROOMY, DEPCRUISE, '--output-type', 'json', ...targets],
    {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  if (run.stdout === '') throw new Error(run.stderr);
  return JSON.parse(run.stdout) as Cruise;
}

const READ = [...PRODUCT, 'scripts/docs', 'test'];

describe('the import checker, with violations planted in a copy of the project', () => {
  let copy = '';
  let seen: ReadonlySet<string>;
  let found: string[] = [];

  beforeAll(() => {
    // Inside of the project, so that libraries are found.
    mkdirSync('.cache', { recursive: true });
    copy = mkdtempSync('.cache/planted-');
    for (const path of [...PRODUCT, 'test', 'scripts', '.dependency-cruiser.mjs']) {
      cpSync(path, join(copy, path), { recursive: true });
    }
    const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
    writeFileSync(join(copy, 'package.json'), JSON.stringify({ dependencies, devDependencies }));
    writeFileSync(join(copy, 'test', 'planted.ts'), 'export const planted = 1;\n');
    for (const { path, source } of plantedViolations) {
      mkdirSync(dirname(join(copy, path)), { recursive: true });
      writeFileSync(join(copy, path), source);
    }
    const { modules, summary } = cruise(copy, READ);
    seen = new Set(modules.map(({ source }) => source));
    found = summary.violations.map(({ from, rule }) => `${rule.name}: ${from}`);
  });
  afterAll(() => rmSync(copy, { recursive: true }));

  // Without a parser that works it reads nothing, finds nothing and is content.
  it('reads every source file', () => {
    const files = ['.ts', '.js'].flatMap((ending) => listFiles(READ, ending));
    const unseen = files.filter((path) => !seen.has(path));
    expect(unseen).toEqual([]);
  });

  it.each(plantedViolations)('reports $rule for $path', ({ rule, path }) => {
    expect(found).toContain(`${rule}: ${path}`);
  });

  it('finds nothing in the project', () => {
    expect(found.filter((violation) => !violation.includes('/planted-'))).toEqual([]);
  });
});
