import type { ListPart } from '../answers/answer-base.ts';
import type { ExposedWindow, ExposureAnswer, ExposureResult } from '../answers/exposure-answer.ts';
import type { InstalledPackage } from '../exposure/installed.ts';
import type { ExposureState, Verdict } from '../exposure/verdict.ts';
import { type Period, unionOf } from '../shared/periods.ts';
import { compareText } from '../shared/text.ts';
import { isoTime, isoTimeOrNull } from '../shared/time.ts';
import type { HeldGroup } from './exposed-groups.ts';
import { exposedPackage } from './exposed-package.ts';
import { orderOf } from './exposure-order.ts';
import type { LayersOf } from './find-layers.ts';
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
    /** What is said without a verdict; null or left out for nothing. */
    note?: string | null;
  }[];
}

/** What is told of one package of an inventory, or of the inventory as a whole. */
type Told = Omit<ExposureResult, 'host' | 'image' | 'containers' | 'window' | 'windows' | 'layer'>;

/** The same for everybody who has the inventory. */
export interface ToldInventory {
  state: ExposureState;
  told: readonly Told[];
}

/** Containers of one image and one inventory on a host, or an image without a container. */
export interface ExposedGroup extends ToldInventory {
  group: HeldGroup;
  /** Since when an image without a container is known, as an ISO time; null for containers. */
  imageSince: string | null;
}

/** The part of a list that somebody wants: so many results after the place that `resultOrder` gives. */
export interface WantedResults {
  after: string | null;
  limit: number;
}

/** Results in their order, and where they stand among all. */
export interface ResultsPart extends ListPart {
  results: ExposureResult[];
  /** The first of all; null for none. */
  worst: ExposureResult | null;
}

/** What is told of an inventory, its packages first as they were judged. */
export function toldOf({ worst, state, packages }: JudgedInventory): ToldInventory {
  // What is said of the image as a whole stands alone where no package of it says the same.
  const isSaid = packages.some((one) => one.state === state);
  const told = packages.map(({ verdict, fixedIn, installed, state: own, note = null }) =>
    tell(verdict, { fixedIn, package: exposedPackage(installed), state: own, reason: note }),
  );
  return {
    state,
    told: isSaid
      ? told
      : [...told, tell(worst, { fixedIn: null, package: null, state, reason: null })],
  };
}

const tell = (
  verdict: Verdict | null,
  { reason, ...told }: Pick<Told, 'fixedIn' | 'package' | 'state' | 'reason'>,
): Told => ({
  ...{ ...told, verdict, accepted: null, record: recordIn(verdict) },
  reason: verdict === null ? reason : sentenceOf(verdict),
});

function recordIn(verdict: Verdict | null): ExposureResult['record'] {
  if (verdict?.record == null) return null;
  const { source, id, modified } = verdict.record;
  return { source, id, modified };
}

/** One result that is not made yet. */
interface ChosenResult {
  group: ExposedGroup;
  told: Told;
}

/** Results by their groups, whose containers need not be known yet; all that are to be shown are in `shown`. */
export interface ChosenResults extends ListPart {
  part: ChosenResult[];
  worst: ChosenResult | null;
  shown: ChosenResult[];
}

/** How much of it stands in a list of which a part is wanted. */
export const toldIn = (told: readonly Pick<Told, 'state'>[]): number =>
  told.filter(({ state }) => state !== 'not-present').length;

/**
 * What is told of groups, the worst first: all of it, or the part that is wanted, without what is not there. `notRead`:
 * how many more results stand behind that part.
 */
export function chooseResults(
  groups: readonly ExposedGroup[],
  wanted: WantedResults | null,
  notRead: number,
): ChosenResults {
  const rows: (ChosenResult & { order: string })[] = [];
  for (const exposed of groups) {
    const { host, image, running, stopped, first: id } = exposed.group;
    for (const told of exposed.told) {
      if (wanted !== null && told.state === 'not-present') continue;
      const order = orderOf({ ...told, host, image, runs: running + stopped, id });
      rows.push({ group: exposed, told, order });
    }
  }
  // What is alike in all that is said stands in the order of its contents, however it was found.
  const contentOf = ({ group }: ChosenResult) => group.group.inventoryId ?? 0;
  rows.sort((a, b) => compareText(a.order, b.order) || contentOf(a) - contentOf(b));
  const worst = rows[0] ?? null;
  const after = wanted?.after ?? '';
  const found = rows.findIndex(({ order }) => order > after);
  const before = found < 0 ? rows.length : found;
  const part = wanted === null ? rows : rows.slice(before, before + wanted.limit);
  const shown = worst === null ? part : [worst, ...part];
  return { part, worst, shown, before, total: rows.length + notRead };
}

/** The results, with their containers and the layers of their packages. */
export const resultsOf = (
  { part, worst, before, total }: ChosenResults,
  layersOf: LayersOf,
): ResultsPart => ({
  results: part.map((one) => toResult(one, layersOf)),
  worst: worst === null ? null : toResult(worst, layersOf),
  before,
  total,
});

/** The image of a group: of several of one name that of the container that was there last. */
export const imageOf = ({ group: { host, spans, imageId } }: ExposedGroup) => ({
  host,
  id: spans[0]?.imageId ?? imageId,
});

function toResult({ group: exposed, told }: ChosenResult, layersOf: LayersOf): ExposureResult {
  const { group, imageSince } = exposed;
  const { host, image, spans } = group;
  const layer = told.package === null ? null : layersOf(imageOf(exposed), told.package);
  const containers = spans.flatMap(({ name, id, state, isThere, periods }) =>
    periods.map((one) => {
      const { to } = one;
      return {
        name,
        id,
        ...isoPeriod(one),
        state: to === null ? state : isThere ? 'changed' : 'gone',
      };
    }),
  );
  const windows =
    imageSince === null
      ? unionOf(spans.flatMap(({ periods }) => periods)).map(isoPeriod)
      : [{ from: imageSince, to: null }];
  const window = { from: windows[0]?.from ?? '', to: windows.at(-1)?.to ?? null };
  return { host, image, containers, window, windows, layer, ...told };
}

const isoPeriod = ({ from, to }: Period): ExposedWindow => ({
  from: isoTime(from),
  to: isoTimeOrNull(to),
});

/** Of whom nobody knows, once for each image and reason, with all hosts that have it; in order. */
export function unknownOf(groups: readonly ExposedGroup[]): ExposureAnswer['unknown'] {
  const found = new Map<string, { image: string; hosts: Set<string>; reason: string }>();
  for (const {
    group: { image, host },
    told,
  } of groups) {
    for (const { state, reason } of told) {
      if (state !== 'unknown') continue;
      const key = `${image}\n${reason ?? ''}`;
      const known = found.get(key);
      if (known) known.hosts.add(host);
      else found.set(key, { image, hosts: new Set([host]), reason: reason ?? '' });
    }
  }
  return [...found]
    .sort(([a], [b]) => compareText(a, b))
    .map(([, { hosts, ...one }]) => ({ ...one, hosts: [...hosts].sort(compareText) }));
}
