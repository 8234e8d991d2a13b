import type { ExposureAnswer } from '../answers/exposure-answer.ts';
import type { LayerOrigin } from '../exposure/layer-origin.ts';
import type { Reading } from '../shared/reading.ts';
import { ageBetween, clamp, counted, listed } from '../shared/text.ts';
import { note, type Parts } from './document.ts';

/** What nobody looked for cannot be missed in the list. */
export const systemNotes = ({
  images: { systemOnly },
  asMade,
}: Pick<ExposureAnswer, 'images' | 'asMade'>): Parts => [
  systemOnly > 0 &&
    note(
      `Of ${counted(systemOnly, 'image')} only packages of the system were read, without libraries of languages and programs built from source: scan deep`,
    ),
  asMade > 0 &&
    note(
      `Of ${counted(asMade, 'container')} libraries and programs are those of the image as it was made: what was installed in a container after its start, or is mounted into it, is not seen.`,
    ),
];

/** The same for an answer that rests on them. */
export const feedNotes = ({ asked, feeds, takenAt }: ExposureAnswer): Parts =>
  asked.kind === 'package' ? [] : feedAgeNotes(feeds, takenAt);

/** Which feeds were asked, how old they are, and which of them are too old to say “no”. */
export function feedAgeNotes(feeds: ExposureAnswer['feeds'], takenAt: string): Parts {
  if (feeds.length === 0) {
    return [
      note(
        'No advisory feed was imported yet, so it is unknown who is affected. seawall feeds sync fetches the publishers’, seawall feeds import <file|folder> takes files.',
      ),
    ];
  }
  const stale = feeds.filter(({ isStale }) => isStale).map(({ source }) => source);
  const parts = feeds.filter(({ isPart }) => isPart).map(({ source }) => source);
  const ages = feeds.map(
    ({ source, asOf }) =>
      `${source} ${asOf === null ? 'without a date' : ageBetween(asOf, takenAt)}`,
  );
  return [
    note(`Feeds: ${listed(ages, 8)}.`),
    stale.length > 0 && note(`Too old to say “no”: ${listed(stale, 8)}.`),
    parts.length > 0 &&
      note(
        `Only some records are here, and what these do not name may be affected all the same: ${listed(parts, 8)}.`,
      ),
  ];
}

/** Which layers brought a package, e.g. `came with base debian:12 (layers 1 to 3 of 7)`; why nobody knows where that is so. */
export function layerText(layer: Reading<LayerOrigin>, host: string): string {
  if (layer.state === 'unread') return `layer not known: ${layer.reason}`;
  const { by, base, layers, replaces } = layer.value;
  if (base === null || layers === null) {
    return 'installed in the container, its image does not have it';
  }
  const { from, to, of } = layers;
  const which = from === to ? `layer ${from} of ${of}` : `layers ${from} to ${to} of ${of}`;
  const id = /^sha256:(.{12})/.exec(base.name)?.[1];
  const name = id ?? clamp(base.name, 80);
  // Another engine says itself which layers its image has.
  const whose = base.host === host ? name : `${name} of ${clamp(base.host, 60)}`;
  const instead = replaces === null ? '' : `, instead of ${clamp(replaces, 60)}`;
  return `${by === 'base' ? 'came with' : 'added above'} base ${whose} (${which})${instead}`;
}
