import { type Advisory, isOfOne, vulnerabilitiesOf } from './advisory.ts';
import { type SeverityRank, worstRank } from './cvss.ts';

/**
 * How bad each vulnerability is, by all records that stand, taken one by one: the worst of those that are about it alone,
 * as `severitiesIn` has it; where none of these says, of those about several. What is an attack itself has no score, and there is
 * nothing worse.
 */
export class SeverityRanks {
  readonly #ofOne = new Map<string, SeverityRank>();
  readonly #ofSeveral = new Map<string, SeverityRank>();

  /** Takes a record for the vulnerabilities that it names, or for those that it is known to be about. */
  add(advisory: Advisory, vulnerabilities?: readonly string[]): void {
    if (advisory.withdrawn !== null) return;
    const rank = advisory.kind === 'malware' ? 4 : worstRank(advisory.severities);
    if (rank === null) return;
    const ranks = isOfOne(advisory) ? this.#ofOne : this.#ofSeveral;
    for (const id of vulnerabilities ?? vulnerabilitiesOf(advisory)) raise(ranks, id, rank);
  }

  /** What a record that is about one alone says, by its own id, is said of another vulnerability too. */
  link({ id, vulnerability }: { id: string; vulnerability: string }): void {
    const rank = this.#ofOne.get(id);
    if (rank !== undefined) raise(this.#ofOne, vulnerability, rank);
  }

  /** Null where no record says. */
  of(vulnerability: string): SeverityRank | null {
    return this.#ofOne.get(vulnerability) ?? this.#ofSeveral.get(vulnerability) ?? null;
  }
}

function raise(ranks: Map<string, SeverityRank>, id: string, rank: SeverityRank): void {
  if (rank > (ranks.get(id) ?? 0)) ranks.set(id, rank);
}
