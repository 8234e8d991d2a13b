import type { SeenFault } from '../src/answers/container-past.ts';
import { type AskedContainer, askedContainer } from '../src/command/asked-container.ts';
import { type CommandContext, defineCommand } from '../src/command/command.ts';
import { isAboutReplica } from '../src/findings/replica-reason.ts';
import { splitAccepted } from '../src/inspections/accepted.ts';
import { blindWithin } from '../src/inspections/describe-past.ts';
import { driftOfContainer } from '../src/inspections/drift.ts';
import { hostJudgements, isUnjudged } from '../src/inspections/host-states.ts';
import { isFindingOf, lastFindings } from '../src/inspections/last-findings.ts';
import { findingOrder, sortedBy } from '../src/inspections/paging.ts';
import { pathsByContainer } from '../src/inspections/paths-by-container.ts';
import {
  execSessions,
  lastSightOf,
  toldOfContainer,
} from '../src/inspections/told-of-container.ts';
import type { StoredContainer } from '../src/ports/stored.ts';
import { containerKey } from '../src/rules/container-key.ts';
import { gravestFirst } from '../src/rules/rule.ts';
import { quoteWord } from '../src/shared/text.ts';
import { isoTime } from '../src/shared/time.ts';
import type { InspectAnswer } from '../src/views/inspect.ts';

export const inspect = defineCommand({
  name: 'inspect',
  task: 'ask',
  topic: 'container',
  summary: 'Show one container: configuration, findings and ways to the host',
  usage: 'inspect <container> [on <host>]',
  examples: ['inspect redis', 'inspect redis on web-1'],
  permission: 'view',
  words: { minimum: 1, maximum: 1 },
  takesHost: true,
  takesRetiredHost: true,
  async run(context, request): Promise<InspectAnswer> {
    const { store, now } = context;
    const asked = await askedContainer(context, request, 'inspect');
    const { container, declared } = asked;
    const [host] = await hostJudgements([declared], store);
    if (!host) throw new Error(`host ${container.host} has no state`);
    const exists = container.removedAt === null;
    const key = containerKey(container.facts);
    const found = exists
      ? await store.listOpenFindings({ hosts: [host.name], container: key })
      : [];
    const { open, accepted } = splitAccepted(
      sortedBy(found.filter(isFindingOf(container)), findingOrder),
    );
    const last = exists ? [] : await lastFindings(context, container);
    // A channel that is limited hears of no other.
    const onlyChannel = request.isLimited ? context.actor.place : null;
    return {
      kind: 'inspect',
      takenAt: isoTime(now()),
      host,
      container,
      drift: await driftOfContainer(context, container, asked.ofHost),
      findings: open,
      lastFindings: last,
      seenFaults: exists && !isUnjudged(host, container) ? [] : faultsOf(context, container),
      execs: await execsIn(context, container),
      told: await toldOfContainer(context, container, {
        ...{ findings: exists ? [...open, ...accepted] : last, onlyChannel },
      }),
      namesakes: await namesakesOf(context, asked),
      blind: await blindWithin(context, [host.name], lifeOf(container, now())),
      accepted,
      ...(exists
        ? {
            lastSight: null,
            ...pathsByContainer(await store.findLastGoodScan(container.host))(container.facts),
          }
        : await lastSightOf(context, container)),
      undecided: host.undecided
        .filter(({ subjectKind }) => exists && subjectKind === 'container')
        .filter(({ subjectKey }) => subjectKey === null || subjectKey === key)
        .filter(({ reason }) => isAboutReplica(reason, container.facts.name))
        .map(({ rule, reason }) => ({ rule, reason })),
      next: [
        ...(open[0] ? [`explain ${open[0].rule}`] : []),
        ...(exists ? [`reach ${quoteWord(container.facts.name)} on ${quoteWord(host.name)}`] : []),
        ...(host.isRetired ? [] : [`scan on ${container.host}`]),
      ],
    };
  },
});

/** Others of the container's name that are gone, the newest first. */
async function namesakesOf({ store }: CommandContext, { container, searched }: AskedContainer) {
  const { host, facts } = container;
  const found = await store.listNamesakes({ hosts: searched, name: facts.name });
  return found.filter((one) => one.id !== facts.id || one.host !== host);
}

/** Rules of which its facts, be they seen by its events alone, said that it fails them; worst first. */
const faultsOf = ({ rules }: CommandContext, { facets }: StoredContainer): SeenFault[] =>
  rules
    .flatMap(({ id, severity, facet }) =>
      facet !== undefined && facets.includes(facet) ? [{ rule: id, severity, facet }] : [],
    )
    .sort(gravestFirst);

/** Commands that are shown of one container. */
const EXEC_EVENTS_MAX = 200;

async function execsIn(
  { watches }: CommandContext,
  { host, facts, firstSeen, removedAt }: StoredContainer,
) {
  const events = await watches.listEvents({
    ...{ hosts: [host], containerId: facts.id, since: Date.parse(firstSeen) },
    ...{ kinds: ['exec', 'exec-ended'], limit: EXEC_EVENTS_MAX },
  });
  return execSessions(events, [{ host, id: facts.id, name: facts.name, removedAt }]);
}

function lifeOf({ firstSeen, removedAt }: StoredContainer, now: number) {
  if (removedAt === null) return { from: now, to: now };
  return { from: Date.parse(firstSeen), to: Date.parse(removedAt) };
}
