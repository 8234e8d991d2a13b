import { TOLD_MS } from '../shared/clock-difference.ts';
import { counted, duration, listed } from '../shared/text.ts';
import { note, type Parts, type Span, strong } from './document.ts';

const NAMES_SHOWN = 4;

/** Hosts by name, with how far their clocks are ahead of Seawall's. */
type Clock = { name: string; clockAheadMs: number | null };

/** Which clocks differ from Seawall's so much that people are misled, and by how much; null where none is known to. */
export function clockLine(hosts: readonly Clock[]): Span[] | null {
  const wrong = hosts.flatMap(({ name, clockAheadMs: ms }) =>
    ms === null || Math.abs(ms) < TOLD_MS
      ? []
      : [
          {
            name,
            by: `${duration(Math.round(Math.abs(ms) / 1_000) * 1_000)} ${ms > 0 ? 'ahead' : 'behind'}`,
          },
        ],
  );
  const [only, second] = wrong;
  if (only === undefined) return null;
  if (second === undefined) {
    return [
      'The clock of ',
      strong(only.name),
      ` is ${only.by}${only.by.endsWith('ahead') ? ' of' : ''} Seawall’s: times of its containers and images may be off by as much. Set both by NTP.`,
    ];
  }
  const named = listed(
    wrong.map(({ name, by }) => `${name} (${by})`),
    NAMES_SHOWN,
  );
  return [
    `The clocks of ${counted(wrong.length, 'host')} differ from Seawall’s: ${named}. `,
    'Times of their containers and images may be off by as much. Set all by NTP.',
  ];
}

/** The same as a note; nothing where no clock is known to be wrong. */
export function clockNotes(hosts: readonly Clock[]): Parts {
  const line = clockLine(hosts);
  return line === null ? [] : [note(...line)];
}
