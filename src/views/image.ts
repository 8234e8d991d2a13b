import type { ImageAnswer, ImageVulnerability } from '../answers/image-answer.ts';
import { exploitedSince } from '../exposure/advisory.ts';
import type { ImageStep } from '../ports/image-store.ts';
import type { Reading } from '../shared/reading.ts';
import { ageBetween, byteText, counted, listed } from '../shared/text.ts';
import { findingActions } from './actions.ts';
import {
  code,
  heading,
  labelled,
  list,
  note,
  type Parts,
  type Span,
  strong,
  table,
  titled,
  type View,
} from './document.ts';
import { feedAgeNotes, layerText } from './exposure-notes.ts';
import { findingsByRule, severityCounts } from './finding-lists.ts';
import { hostNotes } from './host-notes.ts';
import { imageListText } from './image-lists.ts';
import { baseText, builtText, contentsText, exposureText, shortImage } from './images.ts';

const STEPS_SHOWN = 40;
const PACKAGES_SHOWN = 40;
const VULNERABILITIES_SHOWN = 15;
const CONTAINERS_SHOWN = 15;

export const image: View<ImageAnswer> = (answer) => {
  const { image: shown, findings, hosts, takenAt } = answer;
  const name = shortImage(shown.name, shown.id);
  return {
    headline: `${name} on ${shown.host}: ${exposureText(shown)}`,
    summary: [
      heading(`${name} on ${shown.host}`),
      ...factParts(answer),
      labelled('Contents', withReason(contentsText(shown), shown.inventory)),
      labelled('Base', withReason(baseText(shown.base, shown.host), shown.base)),
      shown.libraries.state === 'unread' &&
        labelled('Libraries and programs', `unknown: ${shown.libraries.reason}`),
      labelled('Vulnerabilities', withReason(exposureText(shown), shown.exposure)),
      ...gapParts(answer),
      labelled('Rebuild', rebuildText(answer)),
      ...listParts(answer),
      ...exposureParts(answer),
      labelled('Findings', severityCounts(findings)),
      ...findingsByRule(findings),
      ...ranParts(answer),
      answer.elsewhere.length > 0 && labelled('Also on', listed(answer.elsewhere, 8)),
      ...feedAgeNotes(answer.feeds, takenAt),
      ...hostNotes(hosts, takenAt),
    ],
    details: [...stepParts(answer), ...packageParts(answer), ...componentParts(answer)],
    actions: findingActions(findings),
  };
};

const withReason = (text: string, reading: Reading<unknown>): string =>
  reading.state === 'read' ? text : `${text}: ${reading.reason}`;

function factParts({ image: { facts, id, facets, containers }, takenAt }: ImageAnswer): Parts {
  if (facts.state === 'unread') return [labelled('It could not be read', facts.reason)];
  const { tags, digests, createdAt, sizeBytes, architecture, operatingSystem, user } = facts.value;
  const { origin } = facts.value;
  const properties = [...facets, ...(containers === 0 ? ['unused'] : [])];
  return [
    labelled('Id', id.replace(/^sha256:/, '').slice(0, 12)),
    tags.length > 1 && labelled('Tags', listed(tags, 8)),
    digests.length > 0 && labelled('Digests', listed(digests, 3)),
    labelled('Built', builtText({ createdAt }, takenAt)),
    labelled(
      'Size',
      `${byteText(sizeBytes)}, ${[operatingSystem, architecture].filter(Boolean).join('/')}`,
    ),
    labelled('User', user.declared === '' ? 'root, because it names no user' : user.declared),
    labelled('Origin', origin.state === 'read' ? origin.value : `unknown: ${origin.reason}`),
    properties.length > 0 && labelled('Properties', properties.join(', ')),
  ];
}

/** What others list: what they leave out is unknown, so that it is told apart. */
function listParts({ lists, takenAt }: ImageAnswer): Parts {
  if (lists.length === 0) return [];
  return titled('Lists by others', [
    ...list(lists.map((one) => [imageListText(one, takenAt)])),
    note('exposure shows what they name, with their name; what they leave out is unknown.'),
  ]);
}

function rebuildText({ rebuild, takenAt }: ImageAnswer): string {
  if (rebuild.state === 'unread') return `unknown: ${rebuild.reason}`;
  const { name, host, createdAt, fixes, of, brings } = rebuild.value;
  const more = brings > 0 ? `, and brings ${brings} more` : '';
  return `on the ${name} of ${host}, built ${builtText({ createdAt }, takenAt)}, fixes ${fixes} of ${of}${more}`;
}

function exposureParts({ exposure, image: shown }: ImageAnswer): Parts {
  if (exposure.state === 'unread') return [];
  const { affected, cleared } = exposure.value;
  const more = affected.length - VULNERABILITIES_SHOWN;
  return [
    ...table(
      ['vulnerability', 'package', 'from', 'fixed in', 'exploited', 'EPSS', 'CVSS'],
      affected.slice(0, VULNERABILITIES_SHOWN).map((one) => vulnerabilityRow(one, shown.host)),
    ),
    more > 0 && note(`And ${more} more that weigh less.`),
    ...clearedParts(cleared),
  ];
}

/** What statements (VEX) clear, and who says so. */
function clearedParts(cleared: readonly ImageVulnerability[]): Parts {
  const lines = cleared.slice(0, VULNERABILITIES_SHOWN).map(({ id, packages }): Span[] => {
    const names = packages.map(({ name, version }) => `${name} ${version}`);
    return [strong(id), ` in ${listed(names, 2)}: ${packages[0]?.reason ?? ''}`];
  });
  const more = cleared.length - lines.length;
  return titled('Cleared by statements (VEX)', [
    ...list(lines),
    more > 0 && note(`And ${more} more.`),
  ]);
}

const gapParts = ({ exposure }: ImageAnswer): Parts =>
  exposure.state === 'read' ? exposure.value.gaps.map((gap) => note(`Not judged: ${gap}.`)) : [];

function vulnerabilityRow(
  { id, packages, exploited, epss, cvss }: ImageVulnerability,
  host: string,
): string[] {
  const layers = new Set(packages.flatMap(({ layer }) => (layer ? layerText(layer, host) : [])));
  const names = new Set(packages.map(({ name, version }) => `${name} ${version}`));
  const fixes = new Set(packages.flatMap(({ fixedIn }) => fixedIn ?? []));
  return [
    id,
    listed([...names], 2),
    listed([...layers], 2) || '–',
    fixes.size === 0 ? '–' : listed([...fixes], 2),
    exploited === null ? '–' : `since ${exploitedSince(exploited)}`,
    epss === null ? '–' : `${(epss * 100).toFixed(1)} %`,
    cvss === null ? '–' : `${cvss.score.toFixed(1)} (${cvss.record})`,
  ];
}

function ranParts({ ran, ranCount, takenAt }: ImageAnswer): Parts {
  if (ranCount === 0) return [labelled('Containers', 'none was seen')];
  return [
    labelled('Containers', counted(ranCount, 'container')),
    ...table(
      ['container', 'state', 'first seen'],
      ran
        .slice(0, CONTAINERS_SHOWN)
        .map(({ name, state, from, to }) => [
          name,
          to === null ? state : `gone ${ageBetween(to, takenAt)}`,
          ageBetween(from, takenAt),
        ]),
    ),
    ranCount > CONTAINERS_SHOWN && note(`And ${ranCount - CONTAINERS_SHOWN} before.`),
  ];
}

function stepParts({ image: { facts }, takenAt }: ImageAnswer): Parts {
  if (facts.state === 'unread') return [];
  const { steps, stepCount } = facts.value;
  const shown = steps.slice(0, STEPS_SHOWN);
  return [
    heading(`Built in ${counted(stepCount, 'step')}`),
    ...table(
      ['step', 'what', 'size', 'when'],
      shown.map((step) => [
        step.instruction || 'no step of a Dockerfile',
        stepText(step),
        byteText(step.sizeBytes),
        builtText(step, takenAt),
      ]),
    ),
    stepCount > shown.length && note(`And ${stepCount - shown.length} before these.`),
    note('Of each step only known programs and names of variables are kept.'),
  ];
}

const stepText = ({ programs, variables }: ImageStep): string =>
  listed([...programs, ...variables], 8) || '–';

function packageParts({ packages }: ImageAnswer): Parts {
  if (packages.state === 'unread') return [];
  const shown = packages.value.slice(0, PACKAGES_SHOWN);
  const more = packages.value.length - shown.length;
  return [
    heading(counted(packages.value.length, 'package')),
    ...table(
      ['package', 'version', 'source'],
      shown.map(({ name, version, sourceName }) => [name, version, sourceName]),
    ),
    more > 0 && note(`And ${more} more; `, code('export cyclonedx'), ' has all.'),
  ];
}

function componentParts({ components }: ImageAnswer): Parts {
  if (components.state === 'unread' || components.value.length === 0) return [];
  const shown = components.value.slice(0, PACKAGES_SHOWN);
  const more = components.value.length - shown.length;
  return [
    heading(counted(components.value.length, 'library or program', 'libraries and programs')),
    ...table(
      ['name', 'version', 'of', 'lies in'],
      shown.map(({ name, version, ecosystem, places, placeCount }) => [
        name,
        version ?? '–',
        ecosystem ?? 'no package manager',
        placeCount > 1 ? `/${places[0]?.path} and ${placeCount - 1} more` : `/${places[0]?.path}`,
      ]),
    ),
    more > 0 && note(`And ${more} more; `, code('export cyclonedx'), ' has all.'),
  ];
}
