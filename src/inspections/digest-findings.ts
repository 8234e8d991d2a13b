import type {
  DigestAnswer,
  DigestFix,
  DigestHost,
  FindingGroup,
} from '../answers/digest-answer.ts';
import type { FirstScreen } from '../answers/first-screen.ts';
import type { ScanStore } from '../ports/scan-store.ts';
import type { StoredFinding, WorstFindings } from '../ports/stored.ts';
import type { Fix } from '../posture/best-fixes.ts';
import { gradeOf } from '../posture/score.ts';
import { gravestFirst, type Rule } from '../rules/rule.ts';
import { isAccepted } from './accepted.ts';
import { HOSTS_LISTED } from './count-open.ts';
import { groupOpen, type OwnerOf, serious } from './digest-groups.ts';
import { firstScreen, type JudgedHost } from './first-screen.ts';

type Store = Pick<ScanStore, 'listOpenFindings'>;

/** What a digest says of everything that is open. */
interface OpenTold extends Pick<DigestAnswer, 'open' | 'firstScreen'> {
  /** Rule of the gravest group; null where nothing is open. */
  rule: string | null;
  /** Those of which hours are counted, and perhaps others. */
  serious: readonly StoredFinding[];
}

interface OpenAsked {
  judged: readonly JudgedHost[];
  rules: readonly Pick<Rule, 'id' | 'fix' | 'subject'>[];
  ownerOf: OwnerOf;
}

/** Of many hosts so many have a reply: those with news first, then those with the lowest grades. */
const REPLIES_MAX = 10;
/** Hosts of which the thread tells one by one. */
export function hostsTold({ states, news }: Pick<DigestAnswer, 'states' | 'news'>): DigestHost[] {
  if (states.length <= HOSTS_LISTED) return [...states];
  const changed = new Map<string, number>();
  for (const [index, { places }] of news.entries()) {
    for (const { host } of places) if (!changed.has(host)) changed.set(host, index);
  }
  return states
    .filter(({ state }) => state === 'read' || state === 'stale' || state === 'unreported')
    .map((host) => ({
      ...{ host, score: host.grade?.score ?? -1 },
      place: changed.get(host.name) ?? news.length,
    }))
    .sort((a, b) => a.place - b.place || a.score - b.score)
    .slice(0, REPLIES_MAX)
    .map(({ host }) => host);
}

/** Of everything that is open, which was read. */
export function tellOpen(
  open: readonly StoredFinding[],
  { judged, rules, ownerOf }: OpenAsked,
): OpenTold {
  const groups = groupOpen(open, ownerOf);
  const rule = groups[0]?.rule ?? null;
  return { open: groups, firstScreen: firstScreen(judged, open, rules), rule, serious: open };
}

/** The same, with the findings of no other hosts than `told`, and of serious ones only where `isCompared`. */
export async function readOpenBriefly(
  store: Store,
  asked: OpenAsked & { told: readonly DigestHost[]; worst: WorstFindings; isCompared: boolean },
): Promise<OpenTold> {
  const { told, worst, isCompared, judged, ownerOf } = asked;
  const hosts = judged.map(({ host }) => host);
  const { findings, byRule } = worst;
  const gravest = byRule.toSorted((a, b) => gravestFirst(a, b) || b.count - a.count);
  const order = new Map(gravest.map(({ severity, rule }, index) => [`${severity} ${rule}`, index]));
  const placeOf = ({ severity, rule }: FindingGroup) => order.get(`${severity} ${rule}`) ?? 0;
  const [open, screen] = await Promise.all([
    listCounting(store, { hosts: told.map(({ name }) => name) }),
    readFirstScreen(store, findings, asked),
  ]);
  return {
    // In the order of all hosts together.
    open: groupOpen(open, ownerOf).sort((a, b) => placeOf(a) - placeOf(b)),
    firstScreen: screen,
    rule: gravest[0]?.rule ?? null,
    serious: isCompared ? await listCounting(store, { hosts, severities: serious }) : [],
  };
}

/**
 * The first screen by the findings of the gravest subjects. A way to the host stands before any count, so that where
 * not all three have the surest, all findings of the hosts that can be taken over are read.
 */
async function readFirstScreen(
  store: Store,
  findings: readonly StoredFinding[],
  { judged, rules }: OpenAsked,
): Promise<FirstScreen> {
  const screen = firstScreen(judged, findings, rules);
  const easy = new Set(
    judged
      .filter(({ posture }) => posture?.paths.some(({ certainty }) => certainty !== 'conditional'))
      .map(({ host }) => host),
  );
  if (easy.size === 0 || screen.worst.every(({ way }) => way === 'direct')) return screen;
  const others = findings.filter(({ host }) => !easy.has(host));
  const all = [...(await listCounting(store, { hosts: [...easy] })), ...others];
  return firstScreen(judged, all, rules);
}

const listCounting = async (
  store: Store,
  asked: Parameters<Store['listOpenFindings']>[0],
): Promise<StoredFinding[]> =>
  (await store.listOpenFindings(asked)).filter((finding) => !isAccepted(finding));

/** How many fixes a digest names. */
const FIXES_SHOWN = 3;

/** The fixes that close ways to the host, then those that lift its score most. One of accepted findings alone is nobody's task. */
export function bestFixesOf(
  judged: readonly JudgedHost[],
  accepted: readonly StoredFinding[],
): DigestFix[] {
  const acceptedOn = Map.groupBy(accepted, ({ host }) => host);
  const fixes = judged
    .flatMap(({ host, posture }) => {
      const taken = new Set(acceptedOn.get(host)?.map(({ fingerprint }) => fingerprint));
      return (posture?.bestFixes ?? [])
        .filter(({ fingerprint, fingerprints = [fingerprint] }) =>
          fingerprints.some((one) => !taken.has(one)),
        )
        .map((fix) => ({ host, fix, closes: Number(closesWay(fix)), gain: gainOf(fix) }));
    })
    .sort((a, b) => b.closes - a.closes || b.gain - a.gain);
  const shown: { fix: Fix; hosts: string[] }[] = [];
  for (const { host, fix } of fixes) {
    const same = shown.find(
      (one) => one.fix.fingerprint === fix.fingerprint && one.fix.sentence === fix.sentence,
    );
    if (same) same.hosts.push(host);
    else if (shown.length < FIXES_SHOWN) shown.push({ fix, hosts: [host] });
  }
  return shown.map(({ fix, hosts }) => {
    const { rule, subject, sentence, scoreBefore, gradeAfter } = fix;
    return { hosts, rule, subject, sentence, gradeBefore: gradeOf(scoreBefore), gradeAfter };
  });
}

/** Fixes of earlier versions counted no ways. */
const closesWay = ({ waysBefore = 0, waysAfter = waysBefore }: Fix): boolean =>
  waysAfter < waysBefore;

const gainOf = ({ scoreBefore, scoreAfter }: Fix): number => scoreAfter - scoreBefore;
