import {
  type Advisory,
  type Affected,
  isOfOne,
  ownNamesOf,
  vulnerabilitiesOf,
} from './advisory.ts';

/** What one record says of a package. */
interface Said {
  advisory: Advisory;
  affected: Pick<Affected, 'nameKind'>;
  /** What the record names. */
  vulnerabilities: readonly string[];
}

const lacksCve = ({ vulnerabilities: [first = ''] }: Said): boolean => !first.startsWith('CVE-');

/** Distributions name the CVE themselves. */
const isOfLibrary = ({ affected }: Said): boolean => affected.nameKind === 'package';

/**
 * The vulnerabilities that each of what is said of one package is about, in capitals and in their order. A record of a
 * library without a CVE has that of another that calls itself the same, as PyPI’s may name GitHub’s alone: two records of
 * one vulnerability are not two. It keeps its own id where records by its names are about several CVEs: what is said of one
 * of these is not said of it.
 */
export function linkedVulnerabilities(said: readonly Said[]): (readonly string[])[] {
  const own = said.map(({ vulnerabilities }) => vulnerabilities);
  if (said.length < 2 || !said.some(lacksCve)) return own;
  const byName = new Map<string, Set<string>>();
  for (const one of said) {
    if (lacksCve(one) || !isOfLibrary(one)) continue;
    for (const name of ownNamesOf(one.advisory)) {
      const known = byName.get(name) ?? new Set();
      byName.set(name, known);
      for (const cve of one.vulnerabilities) known.add(cve);
    }
  }
  return said.map((one) => {
    if (!lacksCve(one) || !isOfLibrary(one) || !isOfOne(one.advisory)) return one.vulnerabilities;
    const named = ownNamesOf(one.advisory).flatMap((name) => [...(byName.get(name) ?? [])]);
    const linked = [...new Set(named)];
    return linked.length === 1 ? linked : one.vulnerabilities;
  });
}

/**
 * What a match calls the vulnerabilities of an id, in capitals, by all records that know it: the CVE of another record’s id,
 * each where it is about several, and itself where records name none.
 */
export function toldAs(id: string, records: readonly Advisory[]): string[] {
  const named = records
    .filter(({ withdrawn }) => withdrawn === null)
    .flatMap((one) => vulnerabilitiesOf(one));
  const cves = [...new Set(named)].filter((one) => one.startsWith('CVE-')).sort();
  // A record of no CVE keeps its own id where others by its names are about several.
  const isOwn = cves.length === 0 || cves.includes(id) || (cves.length > 1 && named.includes(id));
  return isOwn ? [id] : cves;
}
