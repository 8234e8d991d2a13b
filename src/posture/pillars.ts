import type { PillarId } from '../rules/rule.ts';

export interface Pillar {
  title: string;
  /** Points of 100. */
  weight: number;
}

/** Each rule says itself in which pillar it counts. */
export const pillars: Readonly<Record<PillarId, Pillar>> = {
  privilege: { title: 'Privilege', weight: 30 },
  isolation: { title: 'Isolation', weight: 25 },
  controls: { title: 'Controls', weight: 20 },
  engine: { title: 'Engine', weight: 15 },
  images: { title: 'Images', weight: 10 },
};
