import type { Affected } from '../advisory.ts';
import { upstreamOf } from './rpm.ts';

const isModular = (version: string): boolean => version.includes('.module');

/**
 * True unless the fixed versions of a record are known to be of the module stream that an installed
 * version is of. No version names its stream: it is the same one where upstream’s version is the
 * same, or where both begin with the stream’s number, as `12.5` and `12.11` do for `postgresql:12`.
 */
export function isOfOtherStream({ scheme, stream, intervals }: Affected, version: string): boolean {
  if (scheme !== 'rpm') return false;
  if (stream === null || !isModular(version)) return (stream !== null) !== isModular(version);
  const installed = upstreamOf(version).replace(/^\d+:/, '');
  const number = stream.slice(stream.indexOf(':') + 1);
  const isSame = intervals.some(({ fixed }) => {
    const repaired = upstreamOf(fixed ?? '').replace(/^\d+:/, '');
    return repaired === installed || [repaired, installed].every((one) => isIn(number, one));
  });
  return !isSame;
}

const isIn = (number: string, version: string): boolean =>
  /^\d/.test(number) && (version === number || version.startsWith(`${number}.`));
