import type { ShortLivedContainer } from '../answers/container-past.ts';
import type { DigestAnswer } from '../answers/digest-answer.ts';
import { clamp, counted, listed } from '../shared/text.ts';
import type { Times } from './digest-lines.ts';
import { code, list, type Part, type Span, strong } from './document.ts';
import { graveFacets, gravestFacetsFirst } from './grave-facets.ts';

/** Lines at the top of a digest, and of its day in the thread. */
const TOP_LINES = 2;
const NAME_LENGTH = 60;
const IMAGE_LENGTH = 100;
const NAMES_SHOWN = 3;
const FACETS_SHOWN = 3;
const GLIMPSES_SHOWN = 5;

/**
 * Containers that came and went since the digest before: what each was, when it ran, from which image. Where nothing
 * beside it names the time zone, each line does.
 */
export function vanishedParts(
  { shortLived, glimpses }: Pick<DigestAnswer, 'shortLived' | 'glimpses'>,
  times: Times,
  { most = TOP_LINES, saysZone = false } = {},
): Part[] {
  const zone = saysZone ? [` ${times.zone}`] : [];
  const groups = [
    ...Map.groupBy(shortLived, ({ host, image, facets }) => JSON.stringify([host, image, facets])),
  ]
    .map(([, found]) => found)
    .sort((a, b) => gravity(a) - gravity(b) || b.length - a.length);
  const lines = [
    ...groups.map((found) => ({
      count: found.length,
      spans: [...groupLine(found, times), ...zone],
    })),
    ...(glimpses.length > 0 ? [{ count: glimpses.length, spans: glimpseLine(glimpses) }] : []),
  ];
  const shown = lines.length > most ? lines.slice(0, most - 1) : lines;
  const hidden = lines.slice(shown.length).reduce((sum, { count }) => sum + count, 0);
  return list([
    ...shown.map(({ spans }) => spans),
    hidden > 0 && [
      `… and ${counted(hidden, 'more container')} that came and went: `,
      code('containers gone'),
    ],
  ]);
}

/** Smaller is graver. */
function gravity([first]: readonly ShortLivedContainer[]): number {
  const found = graveFacets.findIndex((facet) => first?.facets.includes(facet));
  return found < 0 ? graveFacets.length : found;
}

/** `Came and went: privileged debug-7 on web-1 (image alpine:3) ran 23 Nov 01:43–01:45`. */
function groupLine(found: readonly ShortLivedContainer[], times: Times): Span[] {
  const [first] = found;
  if (first === undefined) return [];
  const serious = gravestFacetsFirst(first.facets.filter((facet) => graveFacets.includes(facet)))
    .slice(0, FACETS_SHOWN)
    .join(', ');
  const names = new Set(found.map(({ name }) => clamp(name, NAME_LENGTH)));
  const from = found.map(({ firstSeen }) => firstSeen).sort()[0] ?? first.firstSeen;
  const ends = found.map(({ removedAt }) => removedAt).sort();
  const to = ends.at(-1) ?? first.removedAt;
  return [
    strong('Came and went: '),
    serious === '' ? '' : `${serious} `,
    code(listed([...names], NAMES_SHOWN)),
    ` on ${clamp(first.host, NAME_LENGTH)} (image `,
    code(clamp(first.image, IMAGE_LENGTH)),
    found.length === 1
      ? `) ran ${spanText(from, to, times)}`
      : `): ${found.length} containers, ${spanText(from, to, times)}`,
  ];
}

/** `23 Nov 01:43–01:45`, with both days where they differ. */
function spanText(from: string, to: string, times: Times): string {
  const [start, end] = [times.time(from), times.time(to)];
  const day = (text: string) => text.slice(0, text.lastIndexOf(' '));
  if (start === end) return start;
  return day(start) === day(end)
    ? `${start}–${end.slice(end.lastIndexOf(' ') + 1)}`
    : `${start} – ${end}`;
}

/** What is known to have existed, and nothing more. */
function glimpseLine(glimpses: DigestAnswer['glimpses']): Span[] {
  const names = glimpses.map(({ name, host }) => `${clamp(name, NAME_LENGTH)} on ${host}`);
  return [
    strong(`Configuration unknown of ${counted(glimpses.length, 'container')}: `),
    `${listed(names, GLIMPSES_SHOWN)}; `,
    code('containers gone'),
    ' says why',
  ];
}
