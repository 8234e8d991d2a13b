import type { HostState } from '../src/answers/host-state.ts';
import type { SoftwareAnswer } from '../src/answers/surface-answer.ts';
import { type CommandContext, type CommandRequest, defineCommand } from '../src/command/command.ts';
import { vulnerableVersions } from '../src/inspections/exposed-groups.ts';
import { findSoftware, inventoryKeys, softwareOrder } from '../src/inspections/find-software.ts';
import { hostStates } from '../src/inspections/host-states.ts';
import { listPage, sortedBy } from '../src/inspections/paging.ts';
import { refreshHosts } from '../src/inspections/scan-hosts.ts';
import {
  installedIn,
  surfaceOrder,
  surfaceTotals,
  usedInventories,
} from '../src/inspections/surface-totals.ts';
import type { SurfaceOfContainer } from '../src/ports/stored.ts';
import { counted, listed, quoteWord } from '../src/shared/text.ts';
import { isoTime } from '../src/shared/time.ts';
import { softwareCounter, softwareOf } from '../src/surface/software.ts';
import type { SurfaceAnswer } from '../src/views/surface.ts';

export const surface = defineCommand({
  name: 'surface',
  task: 'ask',
  topic: 'software',
  summary: 'Count what containers offer to an attacker, or find a package and its versions',
  usage: 'surface [<software>] [on <host>|<label>|all]',
  examples: ['surface', 'surface openssl', 'surface on web-1'],
  permission: 'view',
  words: { minimum: 0, maximum: 1 },
  takesHost: true,
  async run(context, request) {
    await refreshHosts(context, request.hosts);
    const containers = await context.store.listParts({
      hosts: request.hosts.map(({ name }) => name),
      asOf: request.paging?.scans ?? {},
      parts: ['imageId', 'surface'],
    });
    const [word] = request.words;
    return word === undefined
      ? overview(context, request, containers)
      : software(context, request, containers, word);
  },
});

async function overview(
  { store, now }: CommandContext,
  { hosts, line, paging }: CommandRequest,
  containers: readonly SurfaceOfContainer[],
): Promise<SurfaceAnswer> {
  const [states, stored, postures] = await Promise.all([
    hostStates(hosts, store),
    store.listInventories({ keys: inventoryKeys(containers) }),
    store.listPostures({ hosts: hosts.map(({ name }) => name) }),
  ]);
  const inventories = new Map(stored.map((one) => [one.key, one]));
  const ofHost = Map.groupBy(containers, ({ host }) => host);
  const postureOf = new Map(postures.map(({ host, posture }) => [host, posture]));
  const countSoftware = softwareCounter(inventories);
  const found = softwareOf(usedInventories(containers, inventories));
  const several = found.filter(({ versions }) => versions.length > 1);
  return {
    kind: 'surface',
    takenAt: isoTime(now()),
    hosts: states,
    totals: states.map((state) => ({
      ...surfaceTotals(state, ofHost.get(state.name) ?? [], countSoftware),
      publishing: postureOf.get(state.name)?.publishing ?? null,
    })),
    containers: sortedBy(containers, surfaceOrder),
    software: several,
    page: listPage(line, states, paging),
    next: [
      ...several.slice(0, 1).map(({ name }) => `surface ${quoteWord(name)}`),
      'containers',
      'scan',
    ],
  };
}

async function software(
  context: CommandContext,
  { hosts, line, paging, isLimited }: CommandRequest,
  containers: readonly SurfaceOfContainer[],
  word: string,
): Promise<SoftwareAnswer> {
  const { store, now, hosts: allHosts } = context;
  const states = await hostStates(hosts, store);
  const asked = new Set(hosts.map(({ name }) => name));
  // A channel that is limited hears of no other host.
  const others = allHosts.map(({ name }) => name).filter((name) => !isLimited && !asked.has(name));
  const { name, names, instances, elsewhere, isNowhere, near } = await findSoftware(
    context,
    containers,
    word,
    () => store.listParts({ hosts: others, parts: ['imageId', 'surface'] }),
  );
  const unread = containers.flatMap((container) => {
    const installed = installedIn(container);
    const { host, name } = container;
    return installed.state === 'unread' ? [{ host, name, reason: installed.reason }] : [];
  });
  const isKnown = instances.length > 0 || isNowhere;
  return {
    kind: 'software',
    takenAt: isoTime(now()),
    name,
    hosts: states,
    instances: sortedBy(instances, softwareOrder),
    ...countOf(instances, isNowhere, { states, containers, unread }),
    elsewhere,
    unread,
    vulnerable: await vulnerableVersions(context, names, [...asked]),
    page: listPage(line, states, paging),
    next: [
      ...(near === null ? [] : [`surface ${quoteWord(near)}`]),
      ...(isKnown ? [`exposure ${quoteWord(name)}`] : []),
      ...elsewhere
        .slice(0, 1)
        .map(({ host }) => `surface ${quoteWord(name)} on ${quoteWord(host)}`),
      ...(isNowhere ? ['scan deep'] : []),
      'surface',
    ],
  };
}

interface Seen {
  states: readonly HostState[];
  containers: readonly SurfaceOfContainer[];
  unread: SoftwareAnswer['unread'];
}

/** How many have it, and what keeps that from being known, or from being all. */
function countOf(
  instances: SoftwareAnswer['instances'],
  isNowhere: boolean,
  seen: Seen,
): Pick<SoftwareAnswer, 'containers' | 'reason'> {
  const containers = new Set(instances.map(({ host, id }) => `${host} ${id}`)).size;
  if (containers > 0 || isNowhere) return { containers, reason: whyNotAll(seen) };
  const reason = whyUnknown(seen);
  return { containers: reason === null ? containers : null, reason };
}

/** Of whom nobody knows where others are known to have it, or not to; null for none. */
function whyNotAll({ states, unread }: Seen): string | null {
  const known = `the packages of ${counted(unread.length, 'container')} are not known`;
  return joined([...becauseOf(known, unread), ...hostReasons(states)]);
}

/** Why nobody knows whether a container has it; null when all hosts were read and have no container. */
function whyUnknown({ states, containers, unread }: Seen): string | null {
  const ofContainers =
    unread.length === 0 && containers.length > 0
      ? ['no container has a package database of a known kind']
      : becauseOf('the packages of no container could be read', unread);
  return joined([...ofContainers, ...hostReasons(states)]);
}

/** Each reason once, those of most containers first. */
function becauseOf(what: string, unread: Seen['unread']): string[] {
  const counts = [...Map.groupBy(unread, ({ reason }) => reason)]
    .map(([reason, { length }]) => ({ reason, count: length }))
    .sort((a, b) => b.count - a.count);
  const [first, ...others] = counts;
  if (first === undefined) return [];
  const told = counts.map(({ reason, count }) => `${count} × ${reason}`);
  return [`${what}: ${others.length === 0 ? first.reason : listed(told)}`];
}

/** Each reason once, with the hosts that could not be read for it. */
function hostReasons(states: readonly HostState[]): string[] {
  const unread = states.flatMap(({ name, unread }) =>
    unread === null ? [] : [{ name, reason: unread.reason }],
  );
  return [...Map.groupBy(unread, ({ reason }) => reason)].map(
    ([reason, hosts]) => `${listed(hosts.map(({ name }) => name))}: ${reason}`,
  );
}

const joined = (reasons: readonly string[]): string | null =>
  reasons.length === 0 ? null : reasons.join('; ');
