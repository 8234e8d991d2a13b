import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A package that one of the two found alone, in a form that both have: `npm yaml 2.8.1`. */
export interface Difference {
  line: string;
  foundBy: 'Trivy' | 'Seawall';
}

/** What the package managers of the application and its programs say themselves. */
export interface ApplicationTruth {
  /** What npm says that it installed. */
  npm: ReadonlySet<string>;
  /** Modules that programs in Go say they are made from. */
  goMains: ReadonlySet<string>;
}

/** Reads it in the folder of the application, from npm's list and the texts in its programs. */
export function readApplicationTruth(root: string): ApplicationTruth {
  const list = readFileSync(join(root, 'srv/app/node_modules/.package-lock.json'), 'utf8');
  const { packages } = JSON.parse(list) as {
    packages: Record<string, { name?: string; version: string }>;
  };
  const named = Object.entries(packages).map(
    ([path, { name, version }]) =>
      `npm ${name ?? path.replace(/^.*node_modules\//, '')} ${version}`,
  );
  const mains = execFileSync('grep', ['-raohP', '^mod\\t\\S+\\t\\S+', root], { encoding: 'utf8' });
  return {
    npm: new Set(named),
    goMains: new Set(
      mains.split('\n').map((text) => text.replace('mod', 'golang').replaceAll('\t', ' ')),
    ),
  };
}

/** Why only one of the two has it; null where nothing says why. */
export function reasonOf({ line, foundBy }: Difference, truth: ApplicationTruth): string | null {
  const [kind, name, version] = line.split(' ');
  if (foundBy === 'Trivy') {
    if (kind === 'golang' && version === '(devel)') {
      return 'a module from the folder that the program was built in: it has no version to compare';
    }
    if (kind === 'npm' && !truth.npm.has(line)) {
      return 'a `package.json` that npm did not install: of the application itself, or a copy or a test in the folder of a package';
    }
    return null;
  }
  if (kind !== 'golang') return null;
  if (name === 'stdlib')
    return 'the standard library of Go, which this release of Trivy does not list';
  return truth.goMains.has(line)
    ? 'the module that the program itself is, which this release of Trivy lists without its version'
    : null;
}
