import { type Advisory, type Affected, isOfOne, ownNamesOf } from './advisory.ts';

/** What one record says of a package. */
interface Said {
  advisory: Advisory;
  affected: Pick<Affected, 'nameKind'>;
  /** What the record names. */
  vulnerabilities: readonly string[];
}

const lacksCve = ({ vulnerabilities: [first = ''] }: Said): boolean => !first.startsWith('CVE-');

/** Distributions name the CVE themselves. */
const mayBeLinked = ({ advisory, affected }: Said): boolean =>
  affected.nameKind === 'package' && isOfOne(advisory);

/**
 * The vulnerabilities that each of what is said of one package is about, in capitals and in their order. A record of a
 * library without a CVE has that of another that calls itself the same, as PyPI’s may name GitHub’s alone: two records of
 * one vulnerability are not two.
 */
export function linkedVulnerabilities(said: readonly Said[]): (readonly string[])[] {
  const own = said.map(({ vulnerabilities }) => vulnerabilities);
  if (said.length < 2 || !said.some(lacksCve)) return own;
  const byName = new Map<string, string>();
  for (const one of said) {
    if (lacksCve(one) || !mayBeLinked(one)) continue;
    const [cve = ''] = one.vulnerabilities;
    for (const name of ownNamesOf(one.advisory)) if (!byName.has(name)) byName.set(name, cve);
  }
  return said.map((one) => {
    if (!lacksCve(one) || !mayBeLinked(one)) return one.vulnerabilities;
    const linked = ownNamesOf(one.advisory).flatMap((name) => byName.get(name) ?? []);
    return linked.length > 0 ? [...new Set(linked)] : one.vulnerabilities;
  });
}
