import {
  type Advisory,
  type AdvisoryRecord,
  type Affected,
  vulnerabilitiesOf,
} from './advisory.ts';
import type { InstalledPackage } from './installed.ts';
import { osvEcosystem, packageKey } from './osv-ecosystems.ts';
import {
  indexRecords,
  isMatched,
  type OpenRecords,
  onlyFixOf,
  possibleSources,
} from './record-index.ts';
import { compareRead, type ReadVersion, versionReader } from './versions/version-order.ts';

/** What is here that was built from one source. */
interface Source {
  /** The oldest version; null where they are in no order. */
  oldest: ReadVersion | null;
  /** Pairs that records make with each package of it, all of which have what these repair. */
  repaired: number;
}

/** Those of an ecosystem, by name. */
interface Sources {
  /** Only versions of Debian’s packages are in an order without exceptions. */
  areOrdered: boolean;
  named: Map<string, Source>;
}

/**
 * Takes of records what they say of packages that are here, but none that names only fixes which all of these have, as
 * most do: it makes no package affected, nor changes what another one says. What is about one of the vulnerabilities
 * `stated`, in capitals, is kept: a statement may say that a repair is none, or clear a package by a name that no other
 * record has.
 */
export class RelevantRecords {
  readonly #records: AdvisoryRecord[] = [];
  readonly #packages: readonly InstalledPackage[];
  readonly #stated: ReadonlySet<string>;
  readonly #sources = new Map<string, Sources>();
  readonly #names = new Map<string, Set<string>>();
  readonly #read = versionReader();

  constructor(packages: readonly InstalledPackage[], stated: ReadonlySet<string>) {
    this.#packages = packages;
    this.#stated = stated;
    for (const one of packages) this.#addSource(one);
  }

  add({ advisory, affected }: AdvisoryRecord): void {
    if (!isMatched(advisory)) return;
    const here: Affected[] = [];
    // Looked up once: most of the time goes into that.
    const repaired: Source[] = [];
    for (const one of affected) {
      const source = this.#source(one.ecosystem, one.name);
      if (source === undefined && !this.#isNamed(one)) continue;
      here.push(one);
      if (source !== undefined && this.#isRepaired(source, one)) repaired.push(source);
    }
    if (here.length === 0) return;
    const vulnerabilities = vulnerabilitiesOf(advisory);
    if (repaired.length < here.length || this.#isStated(advisory, vulnerabilities)) {
      this.#records.push({ advisory, affected: here });
      return;
    }
    for (const source of repaired) source.repaired += vulnerabilities.length;
  }

  /** Of all that was added; pairs are counted with what is left out. */
  index(): OpenRecords {
    const { pairsOf, ...index } = indexRecords(this.#records);
    const repairedOf = ({ ecosystem, sourceName, ownedBy }: InstalledPackage): number =>
      ownedBy === null ? (this.#source(ecosystem, sourceName)?.repaired ?? 0) : 0;
    return { ...index, pairsOf: (one) => pairsOf(one) + repairedOf(one) };
  }

  #addSource({ ecosystem, sourceName, sourceVersion }: InstalledPackage): void {
    const { areOrdered, named } = this.#sources.get(ecosystem) ?? this.#addEcosystem(ecosystem);
    const source = named.get(sourceName) ?? { oldest: null, repaired: 0 };
    if (source.oldest === null) named.set(sourceName, source);
    if (!areOrdered || source.oldest?.text === sourceVersion) return;
    const version = this.#read('deb', sourceVersion);
    if (!version.isProper) return;
    if (source.oldest === null || isBelow(version, source.oldest)) source.oldest = version;
  }

  #addEcosystem(name: string): Sources {
    const areOrdered = osvEcosystem(name)?.scheme === 'deb';
    const sources: Sources = { areOrdered, named: new Map() };
    this.#sources.set(name, sources);
    return sources;
  }

  /** True where it may be found for a package of here that is not built from a source of its name. */
  #isNamed({ ecosystem, name, nameKind }: Affected): boolean {
    if (nameKind === 'source' || !this.#sources.has(ecosystem)) return false;
    if (this.#namesIn(ecosystem).has(name)) return true;
    if (nameKind === 'package') return false;
    return [...possibleSources(name)].some((one) => this.#source(ecosystem, one) !== undefined);
  }

  /** Made where a record asks: what distributions name by sources is most, and needs none. */
  #namesIn(ecosystem: string): Set<string> {
    const known = this.#names.get(ecosystem);
    if (known !== undefined) return known;
    const own = this.#packages.filter((one) => one.ecosystem === ecosystem);
    const names = new Set(own.map(({ name }) => packageKey(ecosystem, name)));
    this.#names.set(ecosystem, names);
    return names;
  }

  /** By any name that a record of it may have. */
  #isStated({ id, aliases }: Advisory, vulnerabilities: readonly string[]): boolean {
    if (this.#stated.size === 0) return false;
    const names = [...vulnerabilities, id, ...aliases];
    return names.some((one) => this.#stated.has(one.toUpperCase()));
  }

  /** True where all that was built from a source has what repairs it. */
  #isRepaired({ oldest }: Source, affected: Affected): boolean {
    const fix = onlyFixOf(affected);
    if (fix === null || oldest === null) return false;
    const read = this.#read('deb', fix);
    return read.isProper && !isBelow(oldest, read);
  }

  #source(ecosystem: string, name: string): Source | undefined {
    return this.#sources.get(ecosystem)?.named.get(name);
  }
}

const isBelow = (a: ReadVersion, b: ReadVersion): boolean => (compareRead(a, b) ?? 0) < 0;
