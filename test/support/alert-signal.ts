import type { AlertSignal } from '../../src/ports/alert-store.ts';

/** A signal of a finding that stands for itself. */
export function alertSignal(
  given: Pick<AlertSignal, 'key' | 'host' | 'at'> & Partial<AlertSignal>,
): AlertSignal {
  const title = given.title ?? 'web runs privileged';
  return {
    ...{ group: given.key, kind: 'finding', severity: 'high', subject: null, title, what: title },
    cause: null,
    ...{ detail: null, fix: null, owner: null, actor: null, accepted: null, next: [] },
    ...given,
  };
}
