import { type Reading, read, unread } from '../shared/reading.ts';

/** An image whose layers are the first ones of another, and whether it has a package. */
export interface PrefixImage {
  name: string;
  host: string;
  /** How many layers. */
  layers: number;
  /** Unread where nobody knows what it has. */
  has: Reading<boolean>;
  /** In which other version it has the package; null for none. */
  otherVersion: string | null;
}

/** Which layers of an image brought a package. */
export interface LayerOrigin {
  /**
   * `base`: an image of these first layers has it. `above`: an image of the first layers does not have it.
   * `container`: the image does not have it, so that the container got it after its start.
   */
  by: 'base' | 'above' | 'container';
  /** That image; null for a container. */
  base: { name: string; host: string } | null;
  /** It is of one of these layers, the lowest is 1; null for a container. */
  layers: { from: number; to: number; of: number } | null;
  /** The version that the base has instead; null for none. */
  replaces: string | null;
}

/**
 * Which layers brought a package, by what is installed in images of the first layers. Unread where no such image
 * was inventoried: nothing is guessed from names.
 */
export function originOf(of: number, prefixes: readonly PrefixImage[]): Reading<LayerOrigin> {
  const known = prefixes
    .flatMap(({ has, ...one }) => (has.state === 'read' ? [{ ...one, has: has.value }] : []))
    .sort((a, b) => a.layers - b.layers);
  const without = known.findLast(({ has }) => !has);
  const below = without?.layers ?? 0;
  const base = known.find(({ has, layers }) => has && layers > below);
  const from = below + 1;
  if (base) {
    const { name, host, layers: to } = base;
    const replaces = without?.otherVersion ?? null;
    return read({ by: 'base', base: { name, host }, layers: { from, to, of }, replaces });
  }
  if (without === undefined) return unread(NO_PREFIX);
  const { name, host, otherVersion } = without;
  const layers = { from, to: of, of };
  return read({ by: 'above', base: { name, host }, layers, replaces: otherVersion });
}

const NO_PREFIX = 'no image with these first layers was inventoried';

/** What is in the container alone. */
export const ofContainer: LayerOrigin = {
  ...{ by: 'container', base: null, layers: null, replaces: null },
};
