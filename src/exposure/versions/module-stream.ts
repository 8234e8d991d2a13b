import type { Affected } from '../advisory.ts';
import type { InstalledPackage } from '../installed.ts';
import { upstreamOf } from './rpm.ts';

const isModular = (version: string): boolean => version.includes('.module');

/**
 * Whether what a record says is about the module stream that an installed package is of; null where nobody can tell.
 * No version names its stream. That of what the module is named after begins with the stream’s number, as `12.5` does
 * for `postgresql:12`; of others it is the same one where upstream’s version is that of a fix, or where both begin with
 * the number.
 */
export function isOfStream(
  { scheme, stream, intervals }: Affected,
  { name, version, sourceName, sourceVersion }: InstalledPackage,
): boolean | null {
  if (scheme !== 'rpm') return true;
  if (stream === null || !isModular(version)) return (stream !== null) === isModular(version);
  const [module = '', number = ''] = stream.split(':', 2);
  const isNumber = /^\d/.test(number);
  if (isNumber && module === sourceName) return isIn(number, withoutEpoch(sourceVersion));
  if (isNumber && module === name) return isIn(number, withoutEpoch(version));
  const installed = withoutEpoch(version);
  const isSame = intervals.some(({ fixed }) => {
    const repaired = withoutEpoch(fixed ?? '');
    return repaired === installed || [repaired, installed].every((one) => isIn(number, one));
  });
  return isSame || null;
}

const withoutEpoch = (version: string): string => upstreamOf(version).replace(/^\d+:/, '');

const isIn = (number: string, version: string): boolean =>
  /^\d/.test(number) && (version === number || version.startsWith(`${number}.`));
