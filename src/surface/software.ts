import type { PackageFacts } from '../snapshot/facts/packages.ts';

/** One inventory and how many containers have it. */
export interface InventoryUse {
  packages: readonly PackageFacts[];
  containers: number;
}

/** A piece of software, by the name of what it was built from. */
export interface SoftwareUse {
  name: string;
  /** Versions of the source, as text sorts. */
  versions: string[];
  /** Containers that have one of them. */
  containers: number;
}

/**
 * Everything that is installed, in most versions first, then in most containers. Packages of one
 * source are one piece of software: `libssl3` and `openssl` are patched together.
 */
export function softwareOf(inventories: readonly InventoryUse[]): SoftwareUse[] {
  const found = new Map<string, { versions: Set<string>; containers: number }>();
  for (const { packages, containers } of inventories) {
    const names = new Set<string>();
    for (const { sourceName, sourceVersion } of packages) {
      const use = found.get(sourceName) ?? { versions: new Set(), containers: 0 };
      found.set(sourceName, use);
      use.versions.add(sourceVersion);
      if (!names.has(sourceName)) use.containers += containers;
      names.add(sourceName);
    }
  }
  const uses = [...found].map(([name, { versions, containers }]) => ({
    name,
    versions: [...versions].sort(),
    containers,
  }));
  return uses.sort(
    (a, b) =>
      b.versions.length - a.versions.length ||
      b.containers - a.containers ||
      (a.name < b.name ? -1 : 1),
  );
}

/** How many pieces of software there are, and how many of them in more than one version. */
export interface SoftwareCounts {
  software: number;
  severalVersions: number;
}

/**
 * Counts what `softwareOf` lists, for many choices of the same inventories, by their keys: each
 * inventory is looked through once, however many hosts have it.
 */
export function softwareCounter(
  inventories: ReadonlyMap<string, { packages: readonly PackageFacts[] }>,
): (keys: Iterable<string>) => SoftwareCounts {
  const [names, versions] = [new Map<string, number>(), new Map<string, number>()];
  const numberOf = (numbers: Map<string, number>, text: string): number => {
    const known = numbers.get(text) ?? numbers.size;
    numbers.set(text, known);
    return known;
  };
  const installed = new Map<string, Int32Array>();
  for (const [key, { packages }] of inventories) {
    const pairs = packages.flatMap(({ sourceName, sourceVersion }) => [
      ...[numberOf(names, sourceName), numberOf(versions, sourceVersion)],
    ]);
    installed.set(key, Int32Array.from(pairs));
  }
  // Of each name by which choice it was last seen, with which version, and that it was counted as several.
  const [seenBy, version, severalBy] = [names, names, names].map(
    ({ size }) => new Int32Array(size),
  ) as [Int32Array, Int32Array, Int32Array];
  let choice = 0;
  const count = (keys: Iterable<string>): SoftwareCounts => {
    choice += 1;
    const counts = { software: 0, severalVersions: 0 };
    for (const key of keys) {
      const pairs = installed.get(key) ?? [];
      for (let at = 0; at < pairs.length; at += 2) {
        const name = pairs[at] ?? 0;
        if (seenBy[name] !== choice) {
          seenBy[name] = choice;
          version[name] = pairs[at + 1] ?? 0;
          counts.software += 1;
        } else if (version[name] !== pairs[at + 1] && severalBy[name] !== choice) {
          severalBy[name] = choice;
          counts.severalVersions += 1;
        }
      }
    }
    return counts;
  };
  // Hosts of one service have the same images.
  const counted = new Map<string, SoftwareCounts>();
  return (keys) => {
    const all = [...keys].sort();
    const name = all.join(' ');
    const known = counted.get(name) ?? count(all);
    counted.set(name, known);
    return known;
  };
}
