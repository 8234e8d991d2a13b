import { execText, hasMorePower } from '../controls/exec-power.ts';
import { type AlertNews, type AlertSignal, containerGroup, execKey } from '../ports/alert-store.ts';
import type { HostNews } from '../ports/host-news.ts';
import type { StoredContainer } from '../ports/stored.ts';
import { containerKey } from '../rules/container-key.ts';
import { type Severity, severities } from '../rules/rule.ts';
import { quoteWord } from '../shared/text.ts';
import {
  type AlertRules,
  causeOf,
  findingNews,
  type News,
  startKeys,
  startNews,
} from './finding-signals.ts';

/** A host that comes back within this is no alert, in milliseconds. */
const UNREACHABLE_AFTER_MS = 60_000;
/** What is a change and no state is over after this. */
const TOLD_MS = 24 * 60 * 60_000;
/** What a channel is told of a host; `least` null: nothing new, only what becomes of what it knows. */
export interface Telling {
  least: Severity | null;
  rules: AlertRules;
  now: number;
}

/** What of a host's news is worth a message, which troubles are over, and which are accepted. */
export function alertSignals(news: HostNews, { least, rules, now }: Telling): AlertNews {
  const isLoud = (severity: Severity) =>
    least !== null && severities.indexOf(severity) >= severities.indexOf(least);
  const found: News[] = [
    findingNews(news, rules, least),
    startNews(news, rules),
    { signals: imageSignals(news), ends: imageEnds(news) },
    { signals: execSignals(news), ends: execEnds(news) },
    { signals: defaultsSignals(news), ends: defaultsEnds(news) },
    blindNews(news, now),
    { signals: [], ends: looseEnds(news, rules, now) },
  ];
  return {
    signals: found.flatMap(({ signals }) => signals).filter(({ severity }) => isLoud(severity)),
    updates: found.flatMap(({ updates }) => updates ?? []),
    ends: found.flatMap(({ ends }) => ends),
    acceptances: news.acceptances,
    told: {
      kinds: ['image-changed', 'engine-defaults'],
      before: now - TOLD_MS,
      why: 'a change is told for a day',
    },
  };
}

/** What stands for one thing alone. */
const alone = { subject: null, fix: null, owner: null, actor: null, accepted: null } as const;

/** What is about a container stands in its one message. */
const ofContainer = ({ host, facts }: StoredContainer) => ({
  group: containerGroup(host, containerKey(facts)),
  subject: `${facts.name} on ${host}`,
  ...{ host, owner: facts.owner ?? null, fix: null, actor: null, accepted: null },
});

const imageSignals = ({ host, imageChanges }: HostNews): AlertSignal[] =>
  imageChanges.map(({ container, container: { facts, firstSeen }, imageBefore }) => ({
    ...ofContainer(container),
    key: imageKey(container),
    cause: causeOf('image-changed', facts.imageReference, facts.imageId),
    kind: 'image-changed',
    severity: 'medium',
    title: `${facts.name} on ${host} runs another image under the same tag ${facts.imageReference}`,
    what: `runs another image under the same tag ${facts.imageReference}`,
    detail: `${short(imageBefore)} before, ${short(facts.imageId)} now`,
    next: [`inspect ${quoteWord(facts.name)} on ${quoteWord(host)}`],
    at: Date.parse(firstSeen),
  }));

const imageKey = ({ host, facts }: StoredContainer) =>
  `image:${host}:${facts.imageReference}:${facts.imageId}`;

/** Over when the last container with the other image is gone. */
function imageEnds({ gone, existing }: HostNews): News['ends'] {
  const left = new Set(existing.map(imageKey));
  return gone
    .filter((container) => container.removedAt !== null && !left.has(imageKey(container)))
    .map((container) => ({
      key: imageKey(container),
      at: Date.parse(container.removedAt ?? ''),
      why: 'the container is gone',
    }));
}

/**
 * Over because no container that is there is like it: nobody heard it go, as when only the list of containers told
 * that one is missing. What a scan found ends with its finding.
 */
function looseEnds({ loose, existing }: HostNews, rules: AlertRules, at: number): News['ends'] {
  const left = new Set([
    ...existing.flatMap((one) => startKeys(one, rules)),
    ...existing.map(imageKey),
  ]);
  return loose
    .filter((key) => !left.has(key))
    .map((key) => ({ key, at, why: 'the container is gone' }));
}

const keyOfExecs = ({ host, facts }: StoredContainer) => execKey(host, containerKey(facts));

/** Over when every such command has ended that was begun in the container, or in its like. */
function execEnds({ tracedExecs }: HostNews): News['ends'] {
  const strong = tracedExecs.filter(({ exec, container: { facts } }) => hasMorePower(exec, facts));
  const byKey = Map.groupBy(strong, ({ container }) => keyOfExecs(container));
  return [...byKey].flatMap(([key, execs]) => {
    const ends = execs.flatMap(({ end }) => end ?? []).sort((a, b) => b.at - a.at);
    const [last] = ends;
    return last === undefined || ends.length < execs.length ? [] : [{ key, ...last }];
  });
}

/** One trouble for each container: a person at work begins many commands. */
const execSignals = ({ host, execs }: HostNews): AlertSignal[] =>
  execs
    .filter(({ exec, container: { facts } }) => hasMorePower(exec, facts))
    .map(({ exec, container, container: { facts }, at }) => ({
      ...ofContainer(container),
      key: keyOfExecs(container),
      cause: causeOf('stronger-exec', facts.imageReference),
      kind: 'stronger-exec',
      severity: 'high',
      title: `a command in ${facts.name} on ${host} has more power than the container`,
      what: 'a command in it has more power than the container',
      detail: `It was begun ${execText(exec)}: whoever is in it may do more than the container was made for. Image: ${facts.imageReference}.`,
      fix: `Find out who began it, and end it if it was none of you: execs ${quoteWord(facts.name)} on ${quoteWord(host)}`,
      next: [
        `execs ${quoteWord(facts.name)} on ${quoteWord(host)}`,
        `controls ${quoteWord(facts.name)} on ${quoteWord(host)}`,
      ],
      at,
    }));

const short = (imageId: string) => imageId.replace(/^sha256:/, '').slice(0, 12);

const defaultsKey = (host: string, defaults: readonly string[]) =>
  `engine-defaults:${host}:${defaults.join(',')}`;

/** Over when they change again, as when they are what they were. */
const defaultsEnds = ({ host, defaults }: HostNews): News['ends'] =>
  defaults.map(({ before, at }) => {
    return { key: defaultsKey(host, before), at, why: 'they changed again' };
  });

const defaultsSignals = ({ host, defaults }: HostNews): AlertSignal[] =>
  defaults.map(({ before, after, at }) => {
    const gone = before.filter((one) => !after.includes(one));
    const come = after.filter((one) => !before.includes(one));
    const title = `the engine of ${host} changed its security defaults`;
    return {
      ...alone,
      key: defaultsKey(host, after),
      group: defaultsKey(host, after),
      kind: 'engine-defaults',
      cause: causeOf('engine-defaults', ...after),
      host,
      severity: 'high',
      ...{ title, what: title },
      detail: [
        ...(gone.length > 0 ? [`no longer ${gone.join(', ')}`] : []),
        ...(come.length > 0 ? [`now ${come.join(', ')}`] : []),
      ].join('; '),
      next: [`findings on ${quoteWord(host)}`],
      at,
    };
  });

function blindNews({ host, blind }: HostNews, now: number): News {
  const key = `unreachable:${host}`;
  const long = blind.filter(
    ({ from, to }) =>
      (to === null ? now : Date.parse(to)) - Date.parse(from) >= UNREACHABLE_AFTER_MS,
  );
  return {
    signals: long.map(({ from, cause }) => ({
      ...alone,
      ...{ key, group: key, kind: 'host-unreachable', host, severity: 'high' },
      cause: causeOf('host-unreachable'),
      ...{ title: `${host} cannot be read`, what: 'cannot be read' },
      detail: cause,
      next: ['status', `scan on ${quoteWord(host)}`],
      at: Date.parse(from),
    })),
    ends: long.flatMap(({ to }) =>
      to === null ? [] : [{ key, at: Date.parse(to), why: 'it can be read again' }],
    ),
  };
}
