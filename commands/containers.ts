import type { ListPart } from '../src/answers/answer-base.ts';
import { askedPeriod } from '../src/command/asked-container.ts';
import { type CommandContext, type CommandRequest, defineCommand } from '../src/command/command.ts';
import { countOn } from '../src/inspections/count-unread.ts';
import {
  blindWithin,
  choosePast,
  describePast,
  hostsInPast,
  notWatched,
} from '../src/inspections/describe-past.ts';
import { facetNames, isInState, type StateFacet, stateFacets } from '../src/inspections/facets.ts';
import { hostStates } from '../src/inspections/host-states.ts';
import { containerOrder, listPage, sortedBy } from '../src/inspections/paging.ts';
import { selfAmong } from '../src/inspections/self-among.ts';
import type { Paging } from '../src/ports/intent.ts';
import type { Period } from '../src/ports/past-store.ts';
import type { ContainersPageAsked, StoredContainer } from '../src/ports/stored.ts';
import { UserError } from '../src/shared/errors.ts';
import { quoteWord } from '../src/shared/text.ts';
import { isoTime } from '../src/shared/time.ts';
import type { ContainersAnswer } from '../src/views/containers.ts';

export const containers = defineCommand({
  name: 'containers',
  task: 'ask',
  summary: 'List containers by their properties, now or in the past',
  usage:
    'containers [facet …] [running|stopped] [gone] [at <2026-11-20T03:00|yesterday-12:00|3h>] [since <1d|2026-11-20>] [on <host>|<label>|all]',
  examples: [
    'containers',
    'containers root privileged',
    'containers docker-socket on web-1',
    'containers root running',
    'containers privileged at yesterday-03:00',
    'containers gone since 1d',
  ],
  permission: 'view',
  words: { minimum: 0, maximum: 12, known: ({ rules }) => facetNames(rules) },
  takesHost: true,
  takesSince: true,
  takesAt: true,
  takesRetiredHost: true,
  async run(context, request) {
    const { words, line, paging } = request;
    const at = context.now();
    const facets = words.map((word) => word.toLowerCase());
    const state = stateAsked(facets);
    const wanted = facets.filter((facet) => facet !== 'gone' && facet !== state);
    const isAboutGone = facets.includes('gone');
    const period = askedPeriod(request, at);
    const isAboutPast = period !== null || isAboutGone;
    const { hosts, otherHosts } = await hostsInPast(context, request, isAboutPast);
    const names = hosts.map(({ name }) => name);
    const isPage = paging !== undefined && (isAboutGone || !isAboutPast);
    const asked = { hosts: names, facets: wanted };
    const gone = isAboutGone ? { gone: goneWithin(period) } : {};
    const listed = isPage
      ? await readPage(context, { ...asked, ...liveness(state), ...gone }, paging)
      : await readWhole(context, asked, { state, isAboutGone, period, paging });
    const states = await hostStates(hosts, context.store);
    const looked = period ?? { from: isAboutGone ? 0 : at, to: at };
    const past = isAboutPast
      ? await describePast(context, looked, { hosts: names, otherHosts })
      : null;
    const blind = isAboutPast
      ? await blindWithin(context, names, looked)
      : await context.store.listBlindIntervals({ hosts: names, since: at - BLIND_MS });
    return {
      kind: 'containers',
      takenAt: isoTime(at),
      facets,
      hosts: states,
      containers: listed.containers,
      total: countOn(listed.total, { hosts: states, past, blind }),
      page: listPage(line, states, paging, listed.part),
      unverified: listed.unverified,
      unverifiedCount: listed.unverifiedCount,
      glimpses: (await context.watches.listGlimpses({ hosts: names, since: looked.from })).filter(
        ({ firstSeen, removedAt }) =>
          (removedAt !== null) === isAboutGone || (period !== null && !isAboutGone)
            ? Date.parse(firstSeen) <= looked.to
            : false,
      ),
      past,
      blind,
      unwatched: isAboutPast ? await notWatched(context, names) : null,
      self: await selfAmong(context, names, listed.around),
      next: [...listed.containers.slice(0, 1).map(inspectLine), 'findings'],
    };
  },
});

/** Rejects with `UserError` where both states are asked for, which no container has. */
function stateAsked(facets: readonly string[]): StateFacet | null {
  const [state = null, other] = stateFacets.filter((one) => facets.includes(one));
  if (other === undefined) return state;
  throw new UserError('No container is both running and stopped.', {
    hint: 'Leave one of the two out, or both for all containers.',
  });
}

const liveness = (state: StateFacet | null): Pick<ContainersPageAsked, 'isLive'> =>
  state === null ? {} : { isLive: state === 'running' };

/** What an answer lists, and what it says of all that is asked for. */
interface Listed extends Pick<ContainersAnswer, 'containers' | 'unverified' | 'unverifiedCount'> {
  total: number;
  part: ListPart | null;
  /** Those among which that of the program that answers is looked for. */
  around: readonly StoredContainer[];
}

/** A page of a list shows fifty; the store counts the others. */
const PAGE_CONTAINERS = 60;

async function readPage(
  { store, own }: CommandContext,
  asked: Omit<ContainersPageAsked, 'asOf' | 'after' | 'limit'>,
  { after, scans }: Paging,
): Promise<Listed> {
  const { hosts } = asked;
  const { containers, before, total, unverified } = await store.pageContainers({
    ...{ ...asked, asOf: scans ?? {}, after, limit: PAGE_CONTAINERS },
  });
  const ownHosts =
    own === null ? [] : await store.findHostsOfContainer({ hosts, idPrefix: own.id });
  return {
    ...{ containers, total, part: { before, total } },
    unverified: unverified.containers,
    unverifiedCount: unverified.total,
    around: await store.listContainers({ hosts: ownHosts }),
  };
}

async function readWhole(
  context: CommandContext,
  { hosts, facets }: Pick<ContainersPageAsked, 'hosts' | 'facets'>,
  asked: {
    state: StateFacet | null;
    isAboutGone: boolean;
    period: Period | null;
  } & Pick<CommandRequest, 'paging'>,
): Promise<Listed> {
  const isAsked = ({ facts }: StoredContainer) =>
    asked.state === null || isInState(facts.state, asked.state);
  const isSure = (container: StoredContainer) =>
    isAsked(container) && facets.every((facet) => container.facets.includes(facet));
  const isPossible = (container: StoredContainer) =>
    isAsked(container) &&
    facets.every(
      (facet) => container.facets.includes(facet) || container.unverifiedFacets.includes(facet),
    );
  const { isAboutGone, period } = asked;
  const stored =
    period === null || isAboutGone
      ? await readStored(context, hosts, asked)
      : choosePast(await context.past.listContainers({ hosts, ...period }), isSure);
  const candidates = sortedBy(stored, containerOrder);
  const containers = candidates.filter(isSure);
  const unverified = candidates.filter((one) => !isSure(one) && isPossible(one));
  return {
    ...{ containers, total: containers.length, part: null },
    ...{ unverified, unverifiedCount: unverified.length, around: stored },
  };
}

/** How far back an answer tells of times in which nobody looked. */
const BLIND_MS = 7 * 24 * 3_600_000;

/** Containers that exist, or those that are gone: within a period, or by the moment of one. */
async function readStored(
  context: CommandContext,
  hosts: readonly string[],
  asked: { isAboutGone: boolean; period: Period | null } & Pick<CommandRequest, 'paging'>,
): Promise<StoredContainer[]> {
  const { isAboutGone, period, paging } = asked;
  const stored = await context.store.listContainers({
    hosts,
    includeGone: isAboutGone,
    asOf: paging?.scans ?? {},
  });
  const { after, by } = goneWithin(period);
  return stored.filter(({ removedAt }) => {
    if (!isAboutGone || removedAt === null) return !isAboutGone && removedAt === null;
    const goneAt = Date.parse(removedAt);
    return goneAt > after && goneAt <= by;
  });
}

/** Gone since the beginning of a period, or by its moment; ever, where no time is named. */
function goneWithin(period: Period | null): { after: number; by: number } {
  const { from, to } = period ?? { from: 0, to: null };
  // What an engine tells may be ahead of the own clock.
  return from === to ? { after: 0, by: to } : { after: from, by: Number.MAX_SAFE_INTEGER };
}

const inspectLine = ({ host, facts }: StoredContainer) =>
  `inspect ${quoteWord(facts.name)} on ${quoteWord(host)}`;
