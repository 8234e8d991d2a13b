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

interface Near {
  reason: UnknownReason;
  record: AdvisoryRecord;
  affected: Affected;
}

/** By the path of a module without its major version: the first record that may be about it. */
function indexNear(named: readonly Omit<Near, 'reason'>[]): Map<string, Near> {
  const found = new Map<string, Near>();
  const add = (path: string, near: Near) => {
    if (!found.has(path)) found.set(path, near);
  };
  for (const { record, affected } of named) {
    const { name } = affected;
    add(withoutMajor(name), { reason: 'sibling', record, affected });
    for (let end = name.lastIndexOf('/'); end > 0; end = name.lastIndexOf('/', end - 1)) {
      add(name.slice(0, end), { reason: 'part-of-package', record, affected });
    }
  }
  return found;
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
  const near = indexNear(named);
  return packages.flatMap((installed): JudgedPackage[] => {
    if (installed.ecosystem !== 'Go' || exact.has(installed.name)) return [];
    const found = near.get(withoutMajor(installed.name));
    if (found === undefined) return [];
    const { reason, record, affected } = found;
    const by = recordOf(record.advisory, affected, 'sibling');
    return [{ installed, verdict: { state: 'unknown', reason, record: by, note: affected.name } }];
  });
}

const isOfGo = ({ ecosystem }: Affected): boolean => ecosystem === 'Go';
