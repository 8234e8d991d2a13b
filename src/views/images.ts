import type { ImageBase, ImagesAnswer, ListedImage } from '../answers/image-answer.ts';
import { imageOrder } from '../inspections/find-images.ts';
import type { StoredImage } from '../ports/image-store.ts';
import { saysWhenBuilt } from '../rules/image-origin.ts';
import { addTo } from '../shared/add-to.ts';
import type { Reading } from '../shared/reading.ts';
import { ageBetween, byteText, counted, listed } from '../shared/text.ts';
import { tableByHosts } from './alike-hosts.ts';
import { heading, note, type Parts, type View } from './document.ts';
import { feedAgeNotes } from './exposure-notes.ts';
import { hostNotes, reasonNotes } from './host-notes.ts';
import { shownPage } from './pages.ts';
import { countText } from './past.ts';

/** Rows of one page: the text of all of them must fit into few messages. */
const ROWS = 30;
const REASONS_SHOWN = 6;

export const images: View<ImagesAnswer> = (answer) => {
  const { hosts, unverified, unverifiedCount, takenAt } = answer;
  const asked = [
    ...answer.facets,
    ...(answer.olderThan === null ? [] : [`older than ${answer.olderThan}`]),
  ];
  const kind = asked.length > 0 ? ` (${asked.join(' + ')})` : '';
  const title = countText(answer.total, null, `image${kind}`, `images${kind}`);
  const page = shownPage(answer.images, answer.page, imageOrder, (rest) => rest.slice(0, ROWS));
  return {
    headline: `${title} on ${listed(hosts.map(({ name }) => name))}`,
    summary: [
      heading(title),
      ...tableByHosts(
        [
          'image',
          'host',
          'built',
          'size',
          'contents',
          'origin',
          'base',
          'used by',
          'worst',
          'properties',
        ],
        page.shown.map((image) => row(image, takenAt)),
      ),
      ...page.notes,
      unverifiedCount > 0 &&
        note(
          `Unknown, so they may belong here: ${listed(unverified.map(nameOn), undefined, unverifiedCount)}.`,
        ),
      ...unreadNotes(page.shown),
      ...feedAgeNotes(answer.feeds, takenAt),
      ...hostNotes(hosts, takenAt),
    ],
    actions: page.actions,
  };
};

const nameOn = ({ name, id, host }: StoredImage): string => `${shortImage(name, id)} on ${host}`;

/** A name as it is, and an id without what all ids share. */
export const shortImage = (name: string, id: string): string =>
  name === id ? id.replace(/^sha256:/, '').slice(0, 12) : name;

function row(image: ListedImage, takenAt: string): string[] {
  const { name, id, host, facts, running, containers, facets } = image;
  const used = containers === 0 ? 'no container' : `${running} of ${containers} running`;
  const properties = [...facets, ...(containers === 0 ? ['unused'] : [])];
  const common = [used, exposureText(image), properties.join(', ') || '–'];
  if (facts.state === 'unread') {
    const unknown = 'unknown';
    return [shortImage(name, id), host, ...Array<string>(5).fill(unknown), ...common];
  }
  return [
    shortImage(name, id),
    host,
    builtText(facts.value, takenAt),
    byteText(facts.value.sizeBytes),
    contentsText(image),
    facts.value.origin.state === 'read' ? facts.value.origin.value : 'unknown',
    baseText(image.base, host),
    ...common,
  ];
}

/** How long ago it was built, where it says so. */
export const builtText = (facts: { createdAt: string }, takenAt: string): string =>
  saysWhenBuilt(facts) ? ageBetween(facts.createdAt, takenAt) : 'does not say';

/** Its system and how many packages it has. */
export function contentsText({
  inventory,
  libraries,
  support,
}: Pick<ListedImage, 'inventory' | 'libraries' | 'support'>): string {
  const rest =
    libraries.state === 'unread'
      ? []
      : [counted(libraries.value.components, 'library or program', 'libraries and programs')];
  if (inventory.state === 'unread') return ['unknown', ...rest].join(', ');
  const { operatingSystem, packages, manager } = inventory.value;
  const system = operatingSystem?.prettyName || 'system not told';
  const known = manager === null ? 'no package database' : counted(packages, 'package');
  return [`${system}${supportText(support)}`, known, ...rest].join(', ');
}

/** That a release gets no fixes, or no longer from its distribution itself; empty for all else. */
function supportText(support: ListedImage['support']): string {
  if (support?.state === 'ended') return ` (no fixes since ${support.until})`;
  return support?.state === 'long-term' ? ` (long-term support until ${support.until})` : '';
}

/** The base, on which host if that is another one, and that it is only what the image says itself where no layers show it. */
export function baseText(base: Reading<ImageBase>, of: string): string {
  if (base.state === 'unread') return 'unknown';
  const { by, name, host, layers } = base.value;
  const id = shortImage(name, name.startsWith('sha256:') ? name : '');
  return by === 'label'
    ? `${id}, by its label`
    : `${id}${host === of ? '' : ` on ${host}`}, ${counted(layers ?? 0, 'layer')}`;
}

/** `36 affect it, 31 have a fix, 2 exploited; worst CVE-…`, or that nobody knows. */
export function exposureText({
  exposure,
  inventory,
  libraries,
}: Pick<ListedImage, 'exposure' | 'inventory' | 'libraries'>): string {
  if (exposure.state === 'unread') return 'unknown';
  const { affected, unknown, cleared, fixable, exploited, critical, worst, gaps } = exposure.value;
  const isWhole = inventory.state === 'read' && libraries.state === 'read' && gaps.length === 0;
  const nothing = isWhole ? 'nothing known' : 'nothing known in what was read';
  const ofStatements = cleared > 0 ? [`${cleared} cleared by statements`] : [];
  if (affected === 0) {
    const none = unknown === 0 ? [nothing] : ['none known', `${unknown} unknown`];
    return [...none, ...ofStatements].join(', ');
  }
  const counts = [
    `${affected} known`,
    `${fixable} with a fix`,
    ...(exploited > 0 ? [`${exploited} exploited`] : []),
    ...(critical > 0 ? [`${critical} critical`] : []),
    ...(unknown > 0 ? [`${unknown} unknown`] : []),
    ...ofStatements,
  ];
  return `${worst?.id ?? ''}; ${counts.join(', ')}`;
}

/** Each reason once, those of most images first. */
function unreadNotes(shown: readonly ListedImage[]): Parts {
  const reasons = new Map<string, string[]>();
  const tell = (what: string, image: ListedImage, reading: Reading<unknown>) => {
    if (reading.state === 'read') return;
    addTo(reasons, `${what}: ${reading.reason}.`, shortImage(image.name, image.id));
  };
  for (const image of shown) {
    if (image.facts.state === 'unread') {
      tell('configuration', image, image.facts);
      continue;
    }
    tell('origin', image, image.facts.value.origin);
    tell('contents', image, image.inventory);
    tell('libraries and programs', image, image.libraries);
    if (image.inventory.state === 'read') tell('vulnerabilities', image, image.exposure);
    for (const gap of image.exposure.state === 'read' ? image.exposure.value.gaps : []) {
      tell('some vulnerabilities', image, { state: 'unread', reason: gap });
    }
  }
  return reasonNotes(reasons, REASONS_SHOWN);
}
