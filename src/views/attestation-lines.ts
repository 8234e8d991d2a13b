import { EVERY_HOST } from '../findings/attestations.ts';
import type { StoredAttestation } from '../ports/acceptance-store.ts';
import { code, list, type Part } from './document.ts';

/** One line per attestation: the rule, where, who, why and until when. */
export function attestationLines(attestations: readonly StoredAttestation[]): Part[] {
  return list(
    attestations.map(({ rule, scope, by, until, reason }) => [
      code(rule),
      ` on ${scope === EVERY_HOST ? 'every host' : scope}: ${by} until ${until.slice(0, 10)}: ${reason}`,
    ]),
  );
}
