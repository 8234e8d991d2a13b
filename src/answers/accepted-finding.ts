import type { StoredAcceptance } from '../ports/acceptance-store.ts';
import type { StoredFinding } from '../ports/stored-finding.ts';

/** A finding whose risk someone accepted, for the time being. */
export type AcceptedFinding = StoredFinding & { acceptance: StoredAcceptance };
