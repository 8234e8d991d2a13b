import { execText, hasMorePower } from '../controls/exec-power.ts';
import { containerKey, fingerprintOf } from '../findings/fingerprint.ts';
import { isAccepted } from '../inspections/accepted.ts';
import { sortChanges } from '../inspections/finding-changes.ts';
import {
  type AlertEnd,
  type AlertSignal,
  execKey,
  findingKey,
  type HostNews,
  type ToldAlerts,
} from '../ports/alert-store.ts';
import type { StoredContainer } from '../ports/stored-container.ts';
import type { StoredFinding } from '../ports/stored-finding.ts';
import { type Rule, type Severity, severities } from '../rules/rule.ts';
import { listed, quoteWord } from '../shared/text.ts';

/** A host that comes back within this is no alert, in milliseconds. */
const UNREACHABLE_AFTER_MS = 60_000;
/** What is a change and no state is over after this. */
const TOLD_MS = 24 * 60 * 60_000;
/** Facets of a container that are worth an alert the moment it starts, with their rules. */
const powerful = {
  privileged: 'no-privileged-container',
  'docker-socket': 'no-docker-socket-mount',
} as const;

/** What of a host's news is worth a message from a severity on, and which troubles are over. */
export function alertSignals(
  news: HostNews,
  least: Severity,
  rules: readonly Pick<Rule, 'id' | 'title' | 'severity'>[],
  now: number,
): { signals: AlertSignal[]; ends: AlertEnd[]; told: ToldAlerts } {
  const isLoud = (severity: Severity) => severities.indexOf(severity) >= severities.indexOf(least);
  const found = [
    findingNews(news, isLoud),
    startNews(news, rules),
    { signals: imageSignals(news), ends: imageEnds(news) },
    { signals: execSignals(news), ends: execEnds(news) },
    { signals: defaultsSignals(news), ends: defaultsEnds(news) },
    blindNews(news, now),
  ];
  return {
    signals: found.flatMap(({ signals }) => signals).filter(({ severity }) => isLoud(severity)),
    ends: found.flatMap(({ ends }) => ends),
    told: {
      kinds: ['image-changed', 'engine-defaults'],
      before: now - TOLD_MS,
      why: 'a change is told for a day',
    },
  };
}

interface News {
  signals: AlertSignal[];
  ends: AlertEnd[];
}

/** What is new, worse or gone. The first scan of a host is where one starts from, and no news. */
function findingNews({ host, findings }: HostNews, isLoud: (severity: Severity) => boolean): News {
  if (findings === null || findings.isFromFirstScan) return { signals: [], ends: [] };
  const sorted = sortChanges([findings]);
  const to = Date.parse(findings.to);
  const appeared = [...sorted.new, ...sorted.passing];
  const worse = sorted.worse.map(({ finding }) => finding);
  const end = ({ fingerprint }: StoredFinding, why: string): AlertEnd => ({
    key: findingKey(host, fingerprint),
    at: to,
    why,
  });
  return {
    signals: [
      ...appeared.filter((one) => !isAccepted(one)).map((one) => findingSignal(one, one.firstSeen)),
      ...worse.filter((one) => !isAccepted(one)).map((one) => findingSignal(one, findings.to)),
    ],
    ends: [
      ...[...sorted.fixed, ...sorted.passing].map((one) =>
        end(one, 'the last scan found it no more'),
      ),
      ...sorted.milder
        .filter(({ finding }) => !isLoud(finding.severity))
        .map(({ finding }) => end(finding, `it is ${finding.severity} now`)),
    ],
  };
}

function findingSignal(finding: StoredFinding, at: string): AlertSignal {
  const { host, fingerprint, rule, severity, subjects, subjectKey, message } = finding;
  const subject = listed(subjects.length > 0 ? subjects : [subjectKey], 2);
  const on = quoteWord(host);
  return {
    key: findingKey(host, fingerprint),
    kind: 'finding',
    host,
    severity,
    title: `${subject} on ${host} ${message}`,
    detail: rule,
    next: [`why ${fingerprint} on ${on} --evidence`, `explain ${rule}`],
    at: Date.parse(at),
  };
}

/**
 * Under the key of the finding that the next scan will have, so that the two are one alert. It is over
 * when the container goes, unless another under the same stable name is like it.
 */
function startNews(
  { appeared, gone, existing }: HostNews,
  rules: readonly Pick<Rule, 'id' | 'severity'>[],
): News {
  const signalsOf = (container: StoredContainer) =>
    Object.entries(powerful)
      .filter(([facet]) => container.facets.includes(facet))
      .flatMap(([facet, id]) => {
        const rule = rules.find((one) => one.id === id);
        return rule ? [startSignal(container, facet, rule)] : [];
      });
  const ended = [...appeared, ...gone].filter(({ removedAt }) => removedAt !== null);
  const left = new Set(ended.length > 0 ? existing.flatMap(signalsOf).map(({ key }) => key) : []);
  return {
    signals: appeared.flatMap(signalsOf),
    ends: ended.flatMap((container) =>
      signalsOf(container)
        .filter(({ key }) => !left.has(key))
        .map(({ key }) => ({
          key,
          at: Date.parse(container.removedAt ?? ''),
          why: 'the container is gone',
        })),
    ),
  };
}

function startSignal(
  { host, facts, firstSeen }: StoredContainer,
  facet: string,
  rule: Pick<Rule, 'id' | 'severity'>,
): AlertSignal {
  const subject = { kind: 'container' as const, id: facts.id, name: facts.name };
  const fingerprint = fingerprintOf({ rule: rule.id, subject }, containerKey(facts));
  const what = facet === 'privileged' ? 'privileged' : 'with the engine’s socket';
  return {
    key: findingKey(host, fingerprint),
    kind: 'finding',
    host,
    severity: rule.severity,
    title: `${facts.name} on ${host} was started ${what}`,
    detail: `image ${facts.imageReference}`,
    next: [`inspect ${quoteWord(facts.name)} on ${quoteWord(host)}`, `explain ${rule.id}`],
    at: Date.parse(firstSeen),
  };
}

const imageSignals = ({ host, imageChanges }: HostNews): AlertSignal[] =>
  imageChanges.map(({ container, container: { facts, firstSeen }, imageBefore }) => ({
    key: imageKey(container),
    kind: 'image-changed',
    host,
    severity: 'medium',
    title: `${facts.name} on ${host} runs another image under the same tag ${facts.imageReference}`,
    detail: `${short(imageBefore)} before, ${short(facts.imageId)} now`,
    next: [`inspect ${quoteWord(facts.name)} on ${quoteWord(host)}`],
    at: Date.parse(firstSeen),
  }));

const imageKey = ({ host, facts }: StoredContainer) =>
  `image:${host}:${facts.imageReference}:${facts.imageId}`;

/** Over when the last container with the other image is gone. */
function imageEnds({ gone, existing }: HostNews): AlertEnd[] {
  const left = new Set(existing.map(imageKey));
  return gone
    .filter((container) => container.removedAt !== null && !left.has(imageKey(container)))
    .map((container) => ({
      key: imageKey(container),
      at: Date.parse(container.removedAt ?? ''),
      why: 'the container is gone',
    }));
}

const keyOfExecs = ({ host, facts }: StoredContainer) => execKey(host, containerKey(facts));

/** Over when every such command has ended that was begun in the container, or in its like. */
function execEnds({ tracedExecs }: HostNews): AlertEnd[] {
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
      key: keyOfExecs(container),
      kind: 'stronger-exec',
      host,
      severity: 'high',
      title: `a command in ${facts.name} on ${host} has more power than the container`,
      detail: `begun ${execText(exec)}`,
      next: [`controls ${quoteWord(facts.name)} on ${quoteWord(host)}`],
      at,
    }));

const short = (imageId: string) => imageId.replace(/^sha256:/, '').slice(0, 12);

const defaultsKey = (host: string, defaults: readonly string[]) =>
  `engine-defaults:${host}:${defaults.join(',')}`;

/** Over when they change again, as when they are what they were. */
const defaultsEnds = ({ host, defaults }: HostNews): AlertEnd[] =>
  defaults.map(({ before, at }) => {
    return { key: defaultsKey(host, before), at, why: 'they changed again' };
  });

const defaultsSignals = ({ host, defaults }: HostNews): AlertSignal[] =>
  defaults.map(({ before, after, at }) => {
    const gone = before.filter((one) => !after.includes(one));
    const come = after.filter((one) => !before.includes(one));
    return {
      key: defaultsKey(host, after),
      kind: 'engine-defaults',
      host,
      severity: 'high',
      title: `the engine of ${host} changed its security defaults`,
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
      key,
      kind: 'host-unreachable',
      host,
      severity: 'high',
      title: `${host} cannot be read`,
      detail: cause,
      next: ['status', `scan on ${quoteWord(host)}`],
      at: Date.parse(from),
    })),
    ends: long.flatMap(({ to }) =>
      to === null ? [] : [{ key, at: Date.parse(to), why: 'it can be read again' }],
    ),
  };
}
