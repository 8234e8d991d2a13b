import type { DriftedContainer } from '../answers/diff-answer.ts';
import type { FieldChange } from '../drift/configured-fields.ts';
import type { ContainerDrift } from '../drift/container-drift.ts';
import { clamp, counted, listed } from '../shared/text.ts';
import { code, list, note, type Parts, paragraph, type Span, strong, titled } from './document.ts';
import { utcText } from './local-time.ts';

const FIELDS_SHOWN = 12;
const VALUES_SHOWN = 6;
const VALUE_LENGTH = 100;
const NAME_LENGTH = 60;
/** Containers that a list of what drifted spells out. */
const DRIFTED_SHOWN = 4;

/** One line per field: `mounts: + /srv:/srv:rw; − /data:/data:ro`. */
export function changeLines(changes: readonly FieldChange[]): Parts {
  const lines = changes
    .slice(0, FIELDS_SHOWN)
    .map(({ field, removed, added }): Span[] => [
      strong(field),
      `: ${[...signed('+', added), ...signed('−', removed)].join('; ')}`,
    ]);
  const hidden = changes.length - lines.length;
  return list([...lines, hidden > 0 && [`… and ${counted(hidden, 'more field')}.`]]);
}

function signed(sign: string, values: readonly string[]): string[] {
  const shown = values.map((value) => clamp(shortId(value), VALUE_LENGTH));
  return values.length > 0 ? [`${sign} ${listed(shown, VALUES_SHOWN)}`] : [];
}

/** Twelve digits of an image's id are what Docker shows too. */
export const shortId = (value: string): string =>
  value.replace(/(sha256:[0-9a-f]{12})[0-9a-f]+/g, '$1');

/** In what a container differs from what was approved, made by Compose, or declared by its image. */
export const driftParts = ({ baseline, compose, image }: ContainerDrift): Parts => [
  ...baselineParts(baseline),
  ...composeParts(compose),
  ...titled('Differs from what its image declares: ', changeLines(image ?? [])),
];

function baselineParts(baseline: ContainerDrift['baseline']): Parts {
  if (baseline === null) return [];
  const { by, madeAt, reason, changes } = baseline;
  const approved = `approved by ${clamp(by, NAME_LENGTH)} on ${utcText(madeAt)}`;
  const why = reason === null ? '' : `: ${clamp(reason, VALUE_LENGTH)}`;
  if (changes.length === 0) return [paragraph(strong('Baseline: '), `as ${approved}${why}`)];
  return [
    paragraph(strong('Drift from its baseline, '), `${approved}${why}`),
    ...changeLines(changes),
  ];
}

function composeParts(compose: ContainerDrift['compose']): Parts {
  if (compose === null) return [];
  const { changed, otherConfiguration: others } = compose;
  const names = others.map(
    ({ name, createdAt }) => `${clamp(name, NAME_LENGTH)} (made ${utcText(createdAt)})`,
  );
  return [
    changed !== null && [
      paragraph(
        strong('Changed after Compose made it: '),
        `Compose's mark and the image are those of ${utcText(changed.since)}, but these fields differ`,
      ),
      ...changeLines(changed.changes),
    ],
    names.length > 0 &&
      note(
        `Made from another Compose configuration: ${listed(names)}. The mark does not say what differs.`,
      ),
  ];
}

/** Containers that drifted, in one line; nothing when none did. */
export function driftedParts(drifted: readonly DriftedContainer[]): Parts {
  const [first] = drifted;
  if (first === undefined) return [];
  const names = drifted.map(
    ({ name, host, fields }) =>
      `${clamp(name, NAME_LENGTH)} on ${clamp(host, NAME_LENGTH)} (${listed(fields, 3)})`,
  );
  return [
    paragraph(
      strong(`Drift: ${counted(drifted.length, 'container')} `),
      `no longer as approved or as Compose made ${drifted.length === 1 ? 'it' : 'them'}: ${listed(names, DRIFTED_SHOWN)}; see `,
      code('inspect'),
      '.',
    ),
  ];
}
