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
