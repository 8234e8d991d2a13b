import type { Severity } from '../rules/rule.ts';

/** What a severity looks like: told apart by its shape alone, also without colour. */
export interface SeverityMark {
  /** One character of the same shape, for text without colour. */
  sign: string;
  /** Slack's name of the emoji, and its character as hexadecimal. */
  emoji: string;
  unicode: string;
  /** On white ground, for pictures. */
  color: string;
  /** Of a line in a chart. */
  dashes: string;
}

export const severityMarks: Readonly<Record<Severity, SeverityMark>> = {
  critical: {
    sign: '▲',
    emoji: 'small_red_triangle',
    unicode: '1f53a',
    color: '#b3261e',
    dashes: '',
  },
  high: {
    sign: '◆',
    emoji: 'large_orange_diamond',
    unicode: '1f536',
    color: '#c2570c',
    dashes: '10 5',
  },
  medium: {
    sign: '●',
    emoji: 'large_yellow_circle',
    unicode: '1f7e1',
    color: '#8a6d00',
    dashes: '3 4',
  },
  low: {
    sign: '▪',
    emoji: 'small_blue_diamond',
    unicode: '1f539',
    color: '#0b5fa5',
    dashes: '14 4 3 4',
  },
};
