import type { AnswerBase } from '../answers/answer-base.ts';
import type { HostState } from '../answers/host-state.ts';
import type { ContainerReach } from '../paths/reach.ts';
import { type ReachKind, type ReachTarget, reachKinds } from '../paths/reach-target.ts';
import type { ReachedBy } from '../paths/reached-by.ts';
import { clamp, counted, listed } from '../shared/text.ts';
import { hintIn, withoutHint } from '../snapshot/needed-level.ts';
import {
  code,
  heading,
  list,
  note,
  type Parts,
  paragraph,
  type Span,
  strong,
  table,
  titled,
  type View,
} from './document.ts';
import { factText } from './evidence.ts';
import { hostNotes } from './host-notes.ts';
import { utcText } from './local-time.ts';

/** What a program inside one container could reach. */
export interface ReachAnswer extends AnswerBase {
  kind: 'reach';
  host: HostState;
  container: {
    name: string;
    id: string;
    state: string;
    /** ISO time at which it was found gone; null while it exists. */
    removedAt: string | null;
  };
  /** Null when no scan of this version looked at its host. */
  reach: ContainerReach | null;
  /** Null as well for a container that does not run. */
  reachedBy: ReachedBy | null;
}

/** What each kind is called above its list, and counted as in the first sentence. */
const kinds: Readonly<Record<ReachKind, { title: string; noun: [one: string, several: string] }>> =
  {
    engine: { title: 'The engine', noun: ['door of the engine', 'doors of the engine'] },
    way: { title: 'As good as the host', noun: ['way to the host', 'ways to the host'] },
    host: { title: 'The host', noun: ['listener of the host', 'listeners of the host'] },
    container: {
      title: 'Other containers',
      noun: ['way into another container', 'ways into other containers'],
    },
    published: {
      title: 'Ports that others publish on the host',
      noun: ['published port', 'published ports'],
    },
    outside: {
      title: 'Beyond the host',
      noun: ['network that leads out', 'networks that lead out'],
    },
  };

const LINES_SHOWN = 8;
const NAMES_SHOWN = 5;
const PORTS_SHOWN = 6;
const GAPS_SHOWN = 6;
const ROWS_MAX = 50;
const TEXT_LENGTH = 220;

export const reach: View<ReachAnswer> = (answer) => {
  const { host, container, reach: found, reachedBy, takenAt } = answer;
  const title = `${container.name} on ${host.name}`;
  return {
    headline: `${title} ${verdict(answer)}`,
    summary: [
      heading(`What ${title} reaches`),
      paragraph(strong(container.name), ` ${verdict(answer)}.`),
      found !== null && reachParts(found),
      reachedBy !== null && reachedByParts(title, reachedBy),
      ...hostNotes([host], takenAt),
    ],
    details: found === null ? [] : evidenceParts(found.targets),
  };
};

/** Completes a sentence that begins with the container. */
function verdict({ container, reach: found }: ReachAnswer): string {
  if (found === null) return 'was not looked at: what it reaches is unknown until the next scan';
  const known = reachKinds.flatMap((kind) => {
    const count = found.targets.filter((one) => one.kind === kind && !isUnknown(one)).length;
    const [one, several] = kinds[kind].noun;
    return count === 0 ? [] : [counted(count, one, several)];
  });
  const unknown = unknownText(found);
  const none = unknown === '' ? 'nothing beyond itself' : 'nothing that is known';
  const what = `${known.join(', ') || none}${unknown}`;
  if (found.when === 'now') return `reaches ${what}`;
  const state =
    container.removedAt === null
      ? `is ${container.state} and reaches nothing now`
      : `is gone since ${utcText(container.removedAt)} and reaches nothing now`;
  return `${state}; if it were started again it would reach ${what}`;
}

const isUnknown = ({ certainty }: ReachTarget): boolean => certainty === 'unknown';
/** One whose listeners nobody saw, in contrast to a listener that may be closed. */
const isUnseen = (target: ReachTarget): boolean => isUnknown(target) && target.port === null;

/** `; unknown: what the host and 5 containers listen on, 2 more below`; empty where all is known. */
function unknownText({ targets, unknown }: ContainerReach): string {
  const unseen = targets.filter(isUnseen);
  const ofContainers = unseen.filter(({ kind }) => kind === 'container');
  const containers = new Set(ofContainers.map(({ name }) => name)).size;
  const hosts = unseen.filter(({ kind }) => kind === 'host').length;
  const who = [
    ...(hosts > 0 ? ['the host'] : []),
    ...(containers > 0 ? [counted(containers, 'container')] : []),
  ];
  const listens = hosts + containers === 1 ? 'listens' : 'listen';
  const more =
    targets.filter(isUnknown).length -
    unseen.filter(({ kind }) => kind === 'host' || kind === 'container').length +
    unknown.length;
  const rest = more === 1 && unknown[0] ? unknown[0].what : `${more} more below`;
  const said = [
    ...(who.length > 0 ? [`what ${who.join(' and ')} ${listens} on`] : []),
    ...(more > 0 ? [rest] : []),
  ];
  return said.length === 0 ? '' : `; unknown: ${said.join(', ')}`;
}

function reachParts({ targets, unknown, closed }: ContainerReach): Parts {
  const gaps = unknown.map(({ what, reason }) => `${what}: ${withoutHint(reason)}`);
  const shut = closed.map(({ what, because }) => `${what}: ${because}`);
  const reasons = [...targets, ...unknown].map(({ reason }) => reason ?? '');
  const toSet = hintIn([...reasons, ...targets.flatMap(({ conditions }) => conditions)]);
  return [
    ...reachKinds.flatMap((kind) => kindParts(kind, targets)),
    ...boundedNotes('Unknown: ', gaps),
    ...boundedNotes('Not reached: ', shut),
    note(
      'Packet filters are not read (iptables, nftables, DOCKER-USER, policies of an orchestrator): they may block what is listed here.',
    ),
    toSet !== null && note(`To know more: ${toSet}.`),
  ];
}

function kindParts(kind: ReachKind, targets: readonly ReachTarget[]): Parts {
  const ofKind = targets.filter((target) => target.kind === kind);
  const groups = [...Map.groupBy(ofKind, groupKey).values()];
  const hidden = groups.length - LINES_SHOWN;
  return titled(kinds[kind].title, [
    ...list(groups.slice(0, LINES_SHOWN).map((group) => groupSpans(group))),
    hidden > 0 && note(`… and ${hidden} more; --json has all.`),
  ]);
}

/** One line for the ports of one place, and one for all whose listeners are unknown for one reason. */
function groupKey(target: ReachTarget): string {
  const { name, address, through, certainty, reason, conditions } = target;
  const place = isUnseen(target) && target.kind === 'container' ? [] : [name, address];
  return JSON.stringify([place, through, certainty, reason, conditions]);
}

/** `who`: stands for the names of what is reached. */
function groupSpans(group: readonly ReachTarget[], who?: readonly string[]): Span[] {
  const [first] = group;
  if (first === undefined) return [];
  const { address, certainty, reason, conditions } = first;
  const targets = [...new Set(group.map(({ name }) => name))];
  const names = who ?? targets;
  const ports = group.flatMap(({ port, protocol }) => (port === null ? [] : `${port}/${protocol}`));
  const hasPlace = targets.length === 1 && (address !== null || ports.length > 0);
  return [
    strong(certainty),
    ` ${clamp(listed(names, NAMES_SHOWN), TEXT_LENGTH)}`,
    ...(hasPlace ? [' ', code(placeText(address, ports))] : []),
    ` ${throughText(first)}`,
    ...(conditions.length > 0
      ? [`; this needs: ${clamp(withoutHint(conditions.join('; ')), TEXT_LENGTH)}`]
      : []),
    ...(reason === null
      ? []
      : [
          `${conditions.length > 0 ? '; not known' : ''}: ${clamp(withoutHint(reason), TEXT_LENGTH)}`,
        ]),
  ];
}

/** The same from the other end: who reaches the container. */
function reachedByParts(title: string, found: ReachedBy): Parts {
  const { from, throughHost, unknown, others } = found;
  const alike = Map.groupBy(from, ({ doors }) =>
    JSON.stringify(doors.map((door) => [groupKey(door), door.port, door.protocol])),
  );
  const lines = [...alike.values()].flatMap((group) => {
    const names = group.map(({ name }) => name);
    const doors = Map.groupBy(group[0]?.doors ?? [], groupKey);
    return [...doors.values()].map((ofOne) => groupSpans(ofOne, names));
  });
  const hidden = lines.length - LINES_SHOWN;
  const reasons = Map.groupBy(unknown, ({ reason }) => withoutHint(reason));
  return [
    heading(`Who reaches ${title}`),
    paragraph(
      `Of ${counted(others, 'other running container')} of its host ${from.length} ${from.length === 1 ? 'reaches' : 'reach'} it or may`,
      throughHost.length === 0 ? '' : `, ${throughHost.length} more by way of the host`,
      unknown.length === 0 ? '.' : `; of ${unknown.length} it is unknown.`,
    ),
    ...list(lines.slice(0, LINES_SHOWN)),
    hidden > 0 && note(`… and ${hidden} more; --json has all.`),
    throughHost.length > 0 &&
      paragraph(
        strong('By way of the host: '),
        `${clamp(listed(throughHost, NAMES_SHOWN), TEXT_LENGTH)}, which could become root on it.`,
      ),
    paragraph(strong('Other machines: '), ...machineSpans(found)),
    ...boundedNotes('Unknown: ', [
      ...[...reasons].map(([reason, ones]) => {
        const names = ones.map(({ name }) => name);
        return `${listed(names, NAMES_SHOWN)}: ${reason}`;
      }),
      ...found.unreadOfMachines.map((reason) => `other machines: ${withoutHint(reason)}`),
    ]),
  ];
}

/** Where other machines reach a container. */
function machineSpans({ published, directly, unreadOfMachines }: ReachedBy): Span[] {
  if (published === null) return ['whatever it listens on, as it is on the host’s network.'];
  const open = published.map(({ address, port, protocol }) =>
    placeText(address === '' ? null : address, [`${port}/${protocol}`]),
  );
  const own =
    directly.length === 0
      ? ''
      : `whatever it listens on, at an address of its own in ${listed(directly, NAMES_SHOWN)}`;
  if (open.length > 0) {
    const ports = `through ${listed(open, PORTS_SHOWN)} on the host`;
    return [own === '' ? ports : `${own}; ${ports}`, '; see ', code('surface'), '.'];
  }
  if (own !== '') return [`${own}.`];
  return [
    unreadOfMachines.length === 0
      ? 'the engine opens no port on the host for it.'
      : 'no port on the host is known to be open for it; more is unknown.',
  ];
}

function placeText(address: string | null, ports: readonly string[]): string {
  const shown = address?.includes(':') ? `[${address}]` : (address ?? '*');
  return ports.length === 0 ? shown : `${shown}:${listed(ports, PORTS_SHOWN)}`;
}

function throughText({ through: { kind, name } }: ReachTarget): string {
  switch (kind) {
    case 'network':
      return `through the network ${name}`;
    case 'namespace':
      return `in the network namespace that it shares with ${name}, or itself`;
    case 'gateway':
      return `through the host’s address in the network ${name}`;
    case 'route':
      return `by the host’s route into the network ${name}`;
    case 'host-network':
      return 'on the host’s network';
    case 'processes':
    case 'holding':
      return `– it ${name}`;
  }
}

function boundedNotes(label: string, lines: readonly string[]): Parts {
  const hidden = lines.length - GAPS_SHOWN;
  return [
    ...lines.slice(0, GAPS_SHOWN).map((line) => note(strong(label), clamp(line, 2 * TEXT_LENGTH))),
    hidden > 0 && note(`${label}… and ${hidden} more; --json has all.`),
  ];
}

/** What each line rests on. */
function evidenceParts(targets: readonly ReachTarget[]): Parts {
  if (targets.length === 0) return [];
  const hidden = targets.length - ROWS_MAX;
  return [
    heading('Evidence'),
    ...table(
      ['reaches', 'at', 'certainty', 'evidence'],
      targets
        .slice(0, ROWS_MAX)
        .map(({ name, address, port, protocol, certainty, evidence }) => [
          clamp(name, TEXT_LENGTH),
          port === null ? (address ?? '–') : placeText(address, [`${port}/${protocol}`]),
          certainty,
          clamp(evidence.map(factText).join('; '), TEXT_LENGTH),
        ]),
    ),
    hidden > 0 && note(`… and ${counted(hidden, 'more row', 'more rows')}; --json has all.`),
  ];
}
