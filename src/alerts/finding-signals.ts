import type { SeverityChange } from '../answers/diff-answer.ts';
import { type Binding, bindingChanges, bindingOf } from '../findings/binding.ts';
import { fingerprintOf } from '../findings/fingerprint.ts';
import { isAccepted } from '../inspections/accepted.ts';
import { sortChanges } from '../inspections/finding-changes.ts';
import { ownerLookup } from '../inspections/finding-owners.ts';
import {
  type AlertEnd,
  type AlertSignal,
  containerGroup,
  findingKey,
} from '../ports/alert-store.ts';
import type { HostNews } from '../ports/host-news.ts';
import type { StoredContainer, StoredFinding } from '../ports/stored.ts';
import { containerKey } from '../rules/container-key.ts';
import { isEngineSocket } from '../rules/mounts.ts';
import { type Rule, type Severity, severities } from '../rules/rule.ts';
import { clamped, listed, quoteWord } from '../shared/text.ts';
import { isWithin } from '../snapshot/normalise/host-path.ts';

export type AlertRules = readonly Pick<Rule, 'id' | 'title' | 'severity' | 'rationale' | 'fix'>[];

export interface News {
  signals: AlertSignal[];
  /** What only changes a message that speaks of it. */
  updates?: AlertSignal[];
  ends: AlertEnd[];
}

/**
 * What is the same on every host for one cause: a rule with an image, or with a subject of that name; a change
 * of all of them. It only has to be equal for equal words.
 */
export const causeOf = (kind: string, ...words: string[]): string =>
  JSON.stringify([kind, ...words]);

/** Facets of a container that are worth an alert the moment it starts, with their rules. */
const powerful = {
  privileged: 'no-privileged-container',
  'docker-socket': 'no-docker-socket-mount',
} as const;

/**
 * What is new, worse, milder or gone, and what counts again because its acceptance ended. The first scan of a
 * host is where one starts from, and no news.
 */
export function findingNews(
  { host, findings, existing, lapsed }: HostNews,
  rules: AlertRules,
  least: Severity | null,
): News {
  const ownerOf = ownerLookup(existing);
  const images = new Map(
    existing.map(({ facts }) => [containerKey(facts), facts.imageReference] as const),
  );
  const signalOf = (finding: StoredFinding, at: number, actor: string | null = null) => {
    const image = finding.subjectKind === 'container' ? images.get(finding.subjectKey) : undefined;
    const cause = causeOf('finding', finding.rule, image ?? finding.subjectKey);
    return findingSignal(finding, { at, actor, owner: ownerOf(finding), rules, image, cause });
  };
  const again = lapsed.map(({ finding, at, by }) => signalOf(finding, at, by));
  if (findings === null || findings.isFromFirstScan) return { signals: again, ends: [] };
  const sorted = sortChanges([findings]);
  const to = Date.parse(findings.to);
  const appeared = [...sorted.new, ...sorted.passing];
  const isTooMild = ({ severity }: StoredFinding) =>
    least !== null && severities.indexOf(severity) < severities.indexOf(least);
  const changed = (moved: readonly SeverityChange[]) =>
    moved.map(({ finding }) => signalOf(finding, to));
  const worse = changed(sorted.worse);
  const milder = sorted.milder.filter(({ finding }) => !isTooMild(finding));
  const end = ({ fingerprint }: StoredFinding, why: string): AlertEnd => ({
    key: findingKey(host, fingerprint),
    at: to,
    why,
  });
  return {
    signals: [
      ...again,
      ...appeared.map((one) => signalOf(one, Date.parse(one.firstSeen))),
      ...worse,
    ],
    // Where nothing new is told, what was told stays true.
    updates: [...(least === null ? worse : []), ...changed(milder)],
    ends: [
      ...[...sorted.fixed, ...sorted.passing].map((one) =>
        end(one, 'the last scan did not find it any more'),
      ),
      ...sorted.milder
        .filter(({ finding }) => isTooMild(finding))
        .map(({ finding }) => end(finding, `it is ${finding.severity} now`)),
    ],
  };
}

function findingSignal(
  finding: StoredFinding,
  {
    rules,
    image,
    ...told
  }: Pick<AlertSignal, 'at' | 'actor' | 'owner' | 'cause'> & {
    rules: AlertRules;
    image: string | undefined;
  },
): AlertSignal {
  const { host, fingerprint, rule: id, severity, subjectKind, subjectKey, subjects } = finding;
  const names = listed(subjects.length > 0 ? subjects : [subjectKey], 2);
  const on = quoteWord(host);
  const key = findingKey(host, fingerprint);
  return {
    key,
    group: subjectKind === 'container' ? containerGroup(host, subjectKey) : key,
    kind: 'finding',
    ...{ host, severity, ...told },
    accepted: isAccepted(finding)
      ? { by: finding.acceptance.by, until: Date.parse(finding.acceptance.until) }
      : null,
    subject: `${names} on ${host}`,
    title: `${names} on ${host} ${finding.message}`,
    what: finding.message,
    ...meaningOf(id, names, rules, image),
    next: [`why ${fingerprint} on ${on} --evidence`, `explain ${id}`],
  };
}

/** What a finding of a rule means, of which image its container is, and what to do. */
function meaningOf(
  id: string,
  name: string,
  rules: AlertRules,
  image: string | undefined,
): Pick<AlertSignal, 'detail' | 'fix'> {
  const rule = rules.find((one) => one.id === id);
  const of = image === undefined ? '' : `Image: ${image}.`;
  if (rule === undefined) return { detail: of || null, fix: null };
  return { detail: `${rule.rationale} ${of}`.trim(), fix: rule.fix.words.replaceAll('{}', name) };
}

/**
 * Under the key of the finding that the next scan will have, so that the two are one. It is over when the
 * container goes, unless another under the same stable name is like it.
 */
export function startNews({ appeared, gone, existing, held }: HostNews, rules: AlertRules): News {
  const ended = [...appeared, ...gone].filter(({ removedAt }) => removedAt !== null);
  const left = new Set(
    ended.length > 0 ? existing.flatMap((container) => startKeys(container, rules)) : [],
  );
  return {
    signals: appeared.flatMap((container) =>
      startsOf(container, rules).map((start) => startSignal(container, { ...start, rules, held })),
    ),
    ends: ended.flatMap((container) =>
      startKeys(container, rules)
        .filter((key) => !left.has(key))
        .map((key) => ({
          key,
          at: Date.parse(container.removedAt ?? ''),
          why: 'the container is gone',
        })),
    ),
  };
}

/** Keys of the troubles that the start of a container is. */
export const startKeys = (container: StoredContainer, rules: AlertRules): string[] =>
  startsOf(container, rules).map(({ rule: { id } }) =>
    findingKey(container.host, startFingerprint(container, id)),
  );

const startsOf = ({ facets }: StoredContainer, rules: AlertRules) =>
  Object.entries(powerful)
    .filter(([facet]) => facets.includes(facet))
    .flatMap(([facet, id]) => {
      const rule = rules.find((one) => one.id === id);
      return rule ? [{ facet, rule }] : [];
    });

const startFingerprint = ({ facts: { id, name }, facts }: StoredContainer, rule: string): string =>
  fingerprintOf({ rule, subject: { kind: 'container', id, name } }, containerKey(facts));

function startSignal(
  container: StoredContainer,
  {
    facet,
    rule: { id, severity },
    rules,
    held,
  }: { facet: string; rule: AlertRules[number]; rules: AlertRules; held: HostNews['held'] },
): AlertSignal {
  const { host, facts, firstSeen } = container;
  const fingerprint = startFingerprint(container, id);
  const what = `was started ${facet === 'privileged' ? 'privileged' : `with the engine’s socket${mountText(facts)}`}`;
  return {
    key: findingKey(host, fingerprint),
    group: containerGroup(host, containerKey(facts)),
    kind: 'finding',
    cause: causeOf('finding', id, facts.imageReference),
    ...{ host, severity, owner: facts.owner ?? null, actor: null },
    accepted: acceptedStart(facts, fingerprint, held),
    subject: `${facts.name} on ${host}`,
    title: `${facts.name} on ${host} ${what}`,
    what,
    ...meaningOf(id, facts.name, rules, facts.imageReference),
    next: [`inspect ${quoteWord(facts.name)} on ${quoteWord(host)}`, `explain ${id}`],
    at: Date.parse(firstSeen),
  };
}

const PATH_SHOWN = 80;

/**
 * The socket may come with a folder above it: what of the host is mounted says what to look for. Where some of that is
 * known to hold one, nothing else is named.
 */
function mountText({ mounts }: StoredContainer['facts']): string {
  const all = [...new Set(mounts.flatMap(({ hostPath }) => hostPath ?? []))];
  const holding = all.filter((path) => isEngineSocket(path, []) || isWithin(USUAL_SOCKET, path));
  const paths = clamped(holding.length > 0 ? holding : all, PATH_SHOWN);
  return paths.length === 0 ? '' : ` (mounts ${listed(paths, 2)})`;
}

const USUAL_SOCKET = '/run/docker.sock';

/** Whether its finding is accepted as the container is: with that image, those capabilities and mounts. */
function acceptedStart(
  facts: StoredContainer['facts'],
  fingerprint: string,
  held: HostNews['held'],
): AlertSignal['accepted'] {
  const acceptance = held.find((one) => one.fingerprint === fingerprint);
  if (acceptance === undefined) return null;
  const [subjectKind, subjectKey] = ['container' as const, containerKey(facts)];
  const subject = { subjectKind, subjectKey, subjects: [facts.name], evidence: [] };
  const changes = bindingChanges(settled(acceptance.binding), settled(bindingOf(subject, [facts])));
  return changes.length > 0 ? null : { by: acceptance.by, until: Date.parse(acceptance.until) };
}

/** Evidence is what a scan has; the other parts say what it is of. */
const settled = (binding: Binding): Binding => binding.filter(({ name }) => name !== 'evidence');
