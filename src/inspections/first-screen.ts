import type { Ease, FirstScreen, HostVerdict, WorstSubject } from '../answers/first-screen.ts';
import type { CurrentFinding } from '../findings/result.ts';
import type { Certainty } from '../paths/graph.ts';
import type { HostPosture } from '../posture/assess-host.ts';
import { fixWords } from '../posture/best-fixes.ts';
import { gravestFirst, type Rule, severities } from '../rules/rule.ts';
import { once } from '../shared/once.ts';
import { compareText, counted, listed } from '../shared/text.ts';

/** A host as its last good scan found it; null: nobody could read it yet. */
export interface JudgedHost {
  host: string;
  posture: HostPosture | null;
  /** True when its newest scan could not read it, so that the posture is of an earlier one. */
  isStale?: boolean;
}

type Found = Pick<
  CurrentFinding,
  'rule' | 'severity' | 'subjectKind' | 'subjectKey' | 'subjects' | 'message' | 'fingerprint'
> & { host: string };
type FixingRule = Pick<Rule, 'id' | 'fix' | 'subject'>;

/** So many of the worst subjects are looked at: mostly enough to find three that are not alike. */
export const SUBJECTS_READ = 60;
/** Subjects, hosts and messages that are spelled out. */
const WORST_SHOWN = 3;
const HOSTS_SHOWN = 3;
const MESSAGES_SHOWN = 2;
/** Of equally grave findings those that say most of who owns the host. */
export const telling: readonly string[] = [
  'no-privileged-container',
  'no-docker-socket-mount',
  'no-sensitive-mount',
  'no-tcp-without-mtls',
  'no-host-pid',
  'no-host-device',
];
const certainties: readonly Certainty[] = ['direct', 'unproven', 'conditional'];

/**
 * The sentence and the three worst subjects with which answers on these hosts open. `findings` are those
 * that are open and not accepted, of a long list at least the worst; `rules` say how each is repaired.
 */
export function firstScreen(
  hosts: readonly JudgedHost[],
  findings: readonly Found[],
  rules: readonly FixingRule[],
): FirstScreen {
  const verdicts = hosts.map((one) => ({ host: one.host, verdict: verdictOf(one) }));
  const [only] = verdicts;
  const verdict = verdicts.length === 1 && only ? only.verdict : fleetVerdict(verdicts);
  return { verdict: withFindings(verdict, findings), worst: worstSubjects(hosts, findings, rules) };
}

/** Where no way to root is known, critical findings are no reason to be at ease. */
function withFindings(verdict: HostVerdict, findings: readonly Found[]): HostVerdict {
  const isCritical = findings.some(({ severity }) => severity === 'critical');
  if (verdict.ease !== 'none' || !isCritical) return verdict;
  const sentence = verdict.sentence.replace(/\.$/, ', but critical findings are open.');
  return { ...verdict, sentence };
}

/** One sentence on a host: whether a container of it leads to root, or that nobody knows. */
export function verdictOf({ host, posture, isStale = false }: JudgedHost): HostVerdict {
  if (posture === null) return { ease: 'unknown', sentence: `Nothing is known of ${host} yet.` };
  const owning = (certainty: Certainty) => ownersOf(posture, certainty);
  const byEngine = posture.paths.some(
    ({ container, certainty }) => container === null && certainty === 'direct',
  );
  const [direct, unproven, conditional] = certainties.map(owning) as [number, number, number];
  if (direct > 0) return { ease: 'direct', sentence: easySentence(host, direct) };
  if (byEngine) {
    const sentence = `${host} is easy to take over: anyone who can reach its engine gets root.`;
    return { ease: 'direct', sentence };
  }
  if (unproven > 0) {
    const who = `${counted(unproven, 'container')} may own the host`;
    return {
      ease: 'unproven',
      sentence: `${host} may be easy to take over: ${who}, which was not measured.`,
    };
  }
  if (conditional > 0) {
    const who = `${counted(conditional, 'container')} would then own the host`;
    return {
      ease: 'conditional',
      sentence: `Taking over ${host} needs one more weakness: ${who}.`,
    };
  }
  if (posture.pathsUnknown.length > 0 || posture.score === null) {
    const sentence = `No way to root on ${host} was found, but not everything could be read.`;
    return { ease: 'unread', sentence };
  }
  if (isStale) {
    const sentence = `${host} cannot be read now; when it last could, no container had a known way to root.`;
    return { ease: 'unread', sentence };
  }
  return { ease: 'none', sentence: `No container of ${host} has a known way to root on the host.` };
}

const easySentence = (host: string, count: number): string =>
  `${host} is easy to take over: ${counted(count, 'container')} ${count === 1 ? 'owns' : 'own'} the host.`;

/** Containers whose worst way to the host is this sure. */
function ownersOf({ waysByContainer, paths }: HostPosture, certainty: Certainty): number {
  if (waysByContainer) return waysByContainer.filter(({ worst }) => worst === certainty).length;
  const worst = new Map<string, Certainty>();
  for (const { container, certainty: own } of paths) {
    if (container !== null && !worst.has(container)) worst.set(container, own);
  }
  return [...worst.values()].filter((own) => own === certainty).length;
}

const hostWords: Readonly<Record<Exclude<Ease, 'none'>, string>> = {
  direct: 'easy to take over',
  unproven: 'perhaps easy to take over',
  conditional: 'one more weakness away from it',
  unread: 'not read as a whole',
  unknown: 'never read',
};

function fleetVerdict(verdicts: readonly { host: string; verdict: HostVerdict }[]): HostVerdict {
  const all = counted(verdicts.length, 'host');
  const eases = Object.keys(hostWords) as (keyof typeof hostWords)[];
  const groups = eases.flatMap((ease) => {
    const hosts = verdicts.filter(({ verdict }) => verdict.ease === ease).map(({ host }) => host);
    return hosts.length > 0 ? [{ ease, hosts }] : [];
  });
  const [worst, ...others] = groups;
  if (!worst) return { ease: 'none', sentence: `No way to root on any of ${all} is known.` };
  const be = worst.hosts.length === 1 ? 'is' : 'are';
  const rest = others.map(({ ease, hosts }) => `; ${hosts.length} ${hostWords[ease]}`);
  const named = listed(worst.hosts, HOSTS_SHOWN);
  return {
    ease: worst.ease,
    sentence: `${worst.hosts.length} of ${all} ${be} ${hostWords[worst.ease]}: ${named}${rest.join('')}.`,
  };
}

/**
 * Subjects whose ways to the host are surest first, then those with the gravest findings. What is alike on several hosts
 * is one. Of many it depends on the first alone, so that who reads no others finds the same.
 */
function worstSubjects(
  hosts: readonly JudgedHost[],
  findings: readonly Found[],
  rules: readonly FixingRule[],
): WorstSubject[] {
  const postures = new Map(hosts.map(({ host, posture }) => [host, posture]));
  const waysOf = once((host: string) => surestWays(postures.get(host) ?? null));
  // Only the key may have line ends.
  const groups = Map.groupBy(
    findings,
    ({ host, subjectKind, subjectKey }) => `${host}\n${subjectKind}\n${subjectKey}`,
  );
  const worst = new Map<string, WorstSubject>();
  const weighed = [...groups.values()].map((group) => weigh(group, waysOf)).sort(compareWeighed);
  for (const { group, way } of weighed.slice(0, SUBJECTS_READ)) {
    const sorted = group.toSorted(compareFound);
    const [first] = sorted;
    if (!first) continue;
    const { host, subjectKind: kind, subjectKey: subject, severity } = first;
    const messages = [...new Set(sorted.map(({ message }) => message))].slice(0, MESSAGES_SHOWN);
    const like = JSON.stringify([kind, severity, way, ...messages]);
    const same = worst.get(like);
    if (same !== undefined && same.host !== host) {
      same.isOnOthers = true;
      same.others = [...(same.others ?? []), { host, subject }];
      continue;
    }
    if (worst.size === WORST_SHOWN) continue;
    const fix = fixOf(sorted, postures.get(host) ?? null, rules);
    worst.set(same === undefined ? like : `${like} ${subject}`, {
      ...{ host, kind, subject, severity, way, messages, fix },
    });
  }
  return [...worst.values()];
}

const gravity = ({ severity }: Pick<Found, 'severity'>): number => severities.indexOf(severity);

function tellingRank({ rule }: Found): number {
  const found = telling.indexOf(rule);
  return found < 0 ? telling.length : found;
}

/** Only a way that needs no other weakness stands before what is graver by itself. */
const wayRank = (way: Certainty | null): number =>
  way === null || way === 'conditional' ? certainties.length : certainties.indexOf(way);

/** The gravest first, of these those that tell most. */
const compareFound = (a: Found, b: Found): number =>
  gravestFirst(a, b) || tellingRank(a) - tellingRank(b) || compareText(a.rule, b.rule);

/** The findings of one subject, with what its place among the others hangs on. */
interface Weighed {
  group: readonly Found[];
  way: Certainty | null;
  /** How many there are of each severity, worst first. */
  counts: readonly number[];
  first: Found;
}

function weigh(group: readonly Found[], waysOf: (host: string) => Ways): Weighed {
  const first = group.reduce((a, b) => (compareFound(a, b) <= 0 ? a : b));
  const counts = severities.map(() => 0);
  for (const one of group) {
    const place = severities.length - 1 - gravity(one);
    counts[place] = (counts[place] ?? 0) + 1;
  }
  return { group, way: wayOf(first, waysOf(first.host)), counts, first };
}

function compareWeighed(a: Weighed, b: Weighed): number {
  const byWay = wayRank(a.way) - wayRank(b.way);
  if (byWay !== 0) return byWay;
  for (const [place, count] of a.counts.entries()) {
    const other = b.counts[place] ?? 0;
    if (count !== other) return other - count;
  }
  return (
    compareText(a.first.subjectKey, b.first.subjectKey) ||
    compareText(a.first.host, b.first.host) ||
    compareText(a.first.subjectKind, b.first.subjectKind)
  );
}

/** Certainties of ways by the name of the container that gives the host away; '' for the engine itself. */
type Ways = ReadonlyMap<string, Certainty>;

function surestWays(posture: HostPosture | null): Ways {
  const ways = new Map<string, Certainty>();
  for (const { container, certainty } of posture?.paths ?? []) {
    const known = ways.get(container ?? '');
    if (known === undefined || certainties.indexOf(certainty) < certainties.indexOf(known)) {
      ways.set(container ?? '', certainty);
    }
  }
  return ways;
}

function wayOf({ subjectKind, subjects }: Found, ways: Ways): Certainty | null {
  if (subjectKind === 'engine') return ways.get('') ?? null;
  if (subjectKind !== 'container') return null;
  const own = subjects.flatMap((name) => ways.get(name) ?? []);
  return certainties.find((certainty) => own.includes(certainty)) ?? null;
}

/** The repair that was worked out for the subject, else that of its gravest findings. */
function fixOf(
  sorted: readonly Found[],
  posture: HostPosture | null,
  rules: readonly FixingRule[],
): string {
  const [first] = sorted;
  if (!first) return '';
  const fingerprints = new Set(sorted.map(({ fingerprint }) => fingerprint));
  const worked = posture?.bestFixes.find(
    ({ fingerprint, subject }) => subject === first.subjectKey && fingerprints.has(fingerprint),
  );
  if (worked) return worked.sentence;
  const gravest = sorted.filter(({ severity }) => severity === first.severity);
  const clauses = gravest.flatMap((finding) => {
    const rule = rules.find(({ id }) => id === finding.rule);
    return rule ? [fixWords(rule, finding.subjectKey)] : [];
  });
  return [...new Set(clauses)].slice(0, MESSAGES_SHOWN).join('; ');
}
