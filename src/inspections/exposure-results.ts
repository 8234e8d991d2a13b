import type { ExposureAnswer, ExposureResult } from '../answers/exposure-answer.ts';
import type { InstalledPackage } from '../exposure/installed.ts';
import type { ExposureState, Verdict } from '../exposure/verdict.ts';
import type { ContainerSpan } from '../ports/exposure-store.ts';
import type { ImageFilesystem } from '../ports/filesystem-store.ts';
import { compareText } from '../shared/text.ts';
import { exposedPackage } from './exposed-package.ts';
import { sentenceOf } from './unknown-sentences.ts';

/** How one inventory answers: what is said of its packages, and the worst of it. */
export interface JudgedInventory {
  worst: Verdict | null;
  state: ExposureState;
  packages: {
    installed: InstalledPackage;
    verdict: Verdict | null;
    state: ExposureState;
    fixedIn: string | null;
  }[];
}

/** What is told of containers of one image and one inventory, in rows for their packages; none without containers. */
export function resultsOf(
  spans: readonly ContainerSpan[],
  judged: JudgedInventory,
): ExposureResult[] {
  const [first] = spans;
  if (first === undefined) return [];
  const [from = first.from] = spans.map((span) => span.from).sort(compareText);
  const ends = spans.flatMap(({ to }) => to ?? []).sort(compareText);
  const isThere = ends.length < spans.length;
  return withPackages(judged, {
    host: first.host,
    image: first.image || first.imageId,
    containers: spans.map(({ name, id, state: now, from: start, to }) => ({
      ...{ name, id, from: start, to },
      state: to === null ? now : 'gone',
    })),
    window: { from, to: isThere ? null : (ends.at(-1) ?? null) },
  });
}

/** Of an image without a container, as long as it is known. */
export const resultsOfImage = (image: ImageFilesystem, judged: JudgedInventory): ExposureResult[] =>
  withPackages(judged, {
    host: image.host,
    image: image.name,
    containers: [],
    window: { from: image.firstSeen, to: null },
  });

function withPackages(
  { worst, state, packages }: JudgedInventory,
  common: Pick<ExposureResult, 'host' | 'image' | 'containers' | 'window'>,
): ExposureResult[] {
  // What is said of the image as a whole stands alone where no package of it says the same.
  const isSaid = packages.some((one) => one.state === state);
  return [
    ...packages.map((one) => ({
      ...common,
      ...of(one.verdict),
      package: exposedPackage(one.installed),
      state: one.state,
      fixedIn: one.fixedIn,
    })),
    ...(isSaid ? [] : [{ ...common, ...of(worst), package: null, state }]),
  ];
}

const of = (verdict: Verdict | null) => ({
  verdict,
  fixedIn: null,
  accepted: null,
  record:
    verdict?.record == null
      ? null
      : {
          source: verdict.record.source,
          id: verdict.record.id,
          modified: verdict.record.modified,
        },
  reason: verdict === null ? null : sentenceOf(verdict),
});

/** Of whom nobody knows, once for each image and reason, with all hosts that have it. */
export function unknownOf(results: readonly ExposureResult[]): ExposureAnswer['unknown'] {
  const found = new Map<string, ExposureAnswer['unknown'][number]>();
  for (const { state, image, host, reason } of results) {
    if (state !== 'unknown') continue;
    const one = { image, hosts: [host], reason: reason ?? '' };
    const known = found.get(`${image}\n${one.reason}`);
    if (known === undefined) found.set(`${image}\n${one.reason}`, one);
    else if (!known.hosts.includes(host)) known.hosts.push(host);
  }
  return [...found.values()];
}
