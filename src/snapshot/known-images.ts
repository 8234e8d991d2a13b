import type { WithoutPackages } from './facts/packages.ts';
import type { ImageSetUid } from './facts/set-uid.ts';
import type { Snapshot } from './snapshot.ts';

/** What the next scan of the host is told of images, so that it need not read it again; null where they were not read. */
export function knownImages({ setUid, packages }: Snapshot): ImageSetUid[] | null {
  if (setUid.state === 'unread') return null;
  const known = new Map<string, WithoutPackages>();
  for (const { facts } of packages.state === 'read' ? packages.value : []) {
    const without = facts.state === 'read' ? facts.value.without : undefined;
    // Of containers of the same layers the last knows the most.
    if (without !== undefined) known.set(without.layers, without.known);
  }
  return setUid.value.map((one) => {
    const withoutPackages = known.get(one.layers);
    return withoutPackages === undefined ? one : { ...one, withoutPackages };
  });
}
