import { inspected } from '../snapshot/evidence.ts';
import type { NamespaceFact } from '../snapshot/facts/container.ts';
import type { Judgement } from './rule.ts';

/**
 * Judges one namespace setting: sharing the host's fails, also through other containers; a chain
 * whose end was not found is unknown. `setting` is its name in the inspect answer, `title` its name
 * in a sentence, e.g. `PID`.
 */
export function judgeNamespace(
  namespace: NamespaceFact,
  setting: string,
  title: string,
): Judgement {
  const evidence = [inspected(`HostConfig.${setting}`, namespace.mode)];
  const joined = namespace.via.join(' → ');
  if (joined !== '') evidence.push(inspected(`HostConfig.${setting} resolved`, namespace.resolved));
  if (joined !== '') evidence.push(inspected(`HostConfig.${setting} via`, namespace.via));
  if (namespace.resolved === 'unknown') {
    const reason = `the container whose ${title} namespace it joins cannot be found`;
    return { verdict: 'unknown', reason, evidence };
  }
  if (namespace.resolved === 'host') {
    const through = joined === '' ? '' : ` through ${joined}`;
    return { verdict: 'fail', message: `shares the host's ${title} namespace${through}`, evidence };
  }
  const message =
    namespace.resolved === 'shared'
      ? `shares the ${title} namespace of ${joined || 'another container'}, not the host's`
      : `has its own ${title} namespace`;
  return { verdict: 'pass', message, evidence };
}
