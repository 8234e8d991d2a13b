import type { AdvisoryRecord, Affected } from './advisory.ts';
import type { JudgedPackage } from './asked-inventory.ts';
import type { InstalledPackage } from './installed.ts';
import { isMatched, recordOf } from './record-index.ts';
import type { UnknownReason } from './verdict.ts';

/** Major versions of a module that are looked for beside the one that is named. */
const MAJOR_MAX = 20;
const MAJOR = /\/v\d{1,4}$/;

const withoutMajor = (path: string): string => path.replace(MAJOR, '');

/** Go’s own database names modules; others write the path of a package, or leave the major version out. */
const namesModules = ({ advisory: { id } }: AdvisoryRecord): boolean => id.startsWith('GO-');

/** Paths of modules that a name in a record of Go may mean beside the module of that name. */
export function modulesNear(name: string): string[] {
  const parts = name.split('/');
  const folders = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  const bases = [...new Set([...folders, withoutMajor(name)])].filter((one) => one.includes('.'));
  const majors = Array.from({ length: MAJOR_MAX - 1 }, (_, index) => `/v${index + 2}`);
  return bases.flatMap((base) => [base, ...majors.map((major) => `${base}${major}`)]);
}

/** Why it is not known whether a record that names one path of Go is about a module; null where it is about another. */
function whyNear(module: string, named: string): UnknownReason | null {
  const base = withoutMajor(module);
  if (withoutMajor(named) === base) return 'sibling';
  return named.startsWith(`${base}/`) ? 'part-of-package' : null;
}

/**
 * Modules of Go that records name by a package in them or by another major version, and not by their own path: whether
 * they are meant is unknown. None where Go’s own database says which modules it are.
 */
export function judgeNear(
  packages: readonly InstalledPackage[],
  records: readonly AdvisoryRecord[],
): JudgedPackage[] {
  const named = records
    .filter(({ advisory }) => isMatched(advisory))
    .flatMap((record) => record.affected.filter(isOfGo).map((affected) => ({ record, affected })));
  if (named.length === 0 || named.some(({ record }) => namesModules(record))) return [];
  const exact = new Set(named.map(({ affected }) => affected.name));
  return packages.flatMap((installed): JudgedPackage[] => {
    if (installed.ecosystem !== 'Go' || exact.has(installed.name)) return [];
    for (const { record, affected } of named) {
      const reason = whyNear(installed.name, affected.name);
      if (reason === null) continue;
      const by = recordOf(record.advisory, affected, 'sibling');
      return [
        { installed, verdict: { state: 'unknown', reason, record: by, note: affected.name } },
      ];
    }
    return [];
  });
}

const isOfGo = ({ ecosystem }: Affected): boolean => ecosystem === 'Go';
