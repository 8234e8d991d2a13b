import type { Acceptance, DecisionState, DoneBy } from '../findings/acceptance.ts';
import type { Attestation } from '../findings/attestations.ts';
import type { OfHosts } from './of-hosts.ts';

/** An acceptance with its state at the time it was read. */
export interface StoredAcceptance extends Acceptance {
  state: DecisionState;
}

/** An attestation with its state at the time it was read. */
export interface StoredAttestation extends Attestation {
  state: DecisionState;
}

/** Who decides something and when, why and until when (ISO). */
export interface DecisionTerms extends DoneBy {
  reason: string;
  until: string;
}

/** What people decided about findings and rules. Every change leaves a row in the audit. */
export interface AcceptanceStore {
  /**
   * Accepts an open finding as it is stored now, in the place of an earlier acceptance. Null when it
   * is not open any more.
   */
  accept(
    finding: { host: string; fingerprint: string },
    terms: DecisionTerms,
  ): Promise<StoredAcceptance | null>;
  /** Ends the acceptance in force; null when there is none. */
  unaccept(
    finding: { host: string; fingerprint: string },
    by: DoneBy,
  ): Promise<StoredAcceptance | null>;
  /** Every acceptance there ever was on these hosts, newest first. */
  listAcceptances(filter: OfHosts): Promise<StoredAcceptance[]>;
  /** Attests a rule for scopes (see `Attestation`), in the place of earlier words on the same. */
  attest(
    rule: string,
    scopes: readonly string[],
    terms: DecisionTerms,
  ): Promise<StoredAttestation[]>;
  /** Ends the attestations in force of a rule, all or those of some scopes; tells which. */
  withdrawAttestations(
    rule: string,
    scopes: readonly string[] | null,
    by: DoneBy,
  ): Promise<StoredAttestation[]>;
  /** Every attestation there ever was, newest first. */
  listAttestations(): Promise<StoredAttestation[]>;
}
