import type { Reading } from '../../shared/reading.ts';

/** What a section says of one container: its facts, or why they were not read. */
export interface OfContainer<T> {
  containerId: string;
  facts: Reading<T>;
}

/** A section that says something of each container, in the order of their names. */
export type PerContainer<T> = OfContainer<T>[];
