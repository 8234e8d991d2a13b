import type { Reading } from '../shared/reading.ts';
import type * as collectors from './collectors/index.ts';
import type { Collector } from './define-collector.ts';

/** One entry per collector: a new collector adds its section to the type. */
export type Sections = {
  [K in keyof typeof collectors]: (typeof collectors)[K] extends Collector<infer T, infer _L>
    ? Reading<T>
    : never;
};

export type SectionId = keyof Sections;

/** What one host looked like at one time. `takenAt` is ISO time. */
export type Snapshot = { host: string; takenAt: string } & Sections;

export type SectionValue<K extends SectionId> = Extract<Sections[K], { state: 'read' }>['value'];
