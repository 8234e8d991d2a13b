import type { Reading } from '../shared/reading.ts';
import type { InstalledPackages } from '../snapshot/facts/packages.ts';
import type { OutwardPort } from './outward-ports.ts';

/** How many processes a container has, and who counted: the kernel probe, or the host's `ps`. */
export interface ProcessCount {
  count: number;
  /** `state`: nobody had to count, since it does not run. */
  source: 'kernel' | 'top' | 'state';
}

/** Files of its image that make a process something that its user is not. */
export interface SetUidCount {
  count: number;
  /** How many of them make root. */
  rootCount: number;
  /** False when a part of the image was not seen: there may be more. */
  isWhole: boolean;
}

/** What of a container can be attacked, part by part; each part is known or has its reason. */
export interface ContainerSurface {
  ports: Reading<OutwardPort[]>;
  processes: Reading<ProcessCount>;
  installed: Reading<InstalledPackages>;
  setUid: Reading<SetUidCount>;
}
