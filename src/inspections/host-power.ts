import type {
  HostPower,
  PowerVerdict,
  ScopePower,
  SlackPower,
  TakeAway,
} from '../answers/own-power.ts';
import type { HostDeclaration } from '../ports/declarations.ts';
import type { EngineDoorFacts, SlackGrant, TriedCall } from '../ports/power.ts';
import type { KernelProbeEndpoint } from '../snapshot/collector.ts';
import { harmlessWrites, nobodyId, noSuchPath, unneededReads } from '../snapshot/power-calls.ts';
import { shellWord } from './evidence-commands.ts';
import { type Judged, takeAwayOf } from './take-away.ts';

const powers: ReadonlyMap<string, string> = new Map(
  [...unneededReads, ...harmlessWrites].map(({ call, power }) => [call, power]),
);
const ROOT = 'root on the host: whoever may create a container there can have everything in it';
/** What the listed calls themselves would let another program read. */
const WITHIN_NEED = [
  'within the calls it needs: any single file of a container (`archive`), and arguments of',
  'processes (`top`); Seawall asks for neither beyond what its collectors declare',
].join(' ');
/** An archive call is a GET that makes the engine work, see `archiveEffect`. */
const ARCHIVE_SETS_UP = [
  'within the calls it needs: with any call of `archive` the engine sets up the mounts of that container, which',
  'creates missing folders on the host as root and mounts shares; at the level api Seawall asks only',
  'where nothing of that can happen',
].join(' ');

/** What Seawall may do on a host, judged by what was tried there. */
export function hostPower(host: HostDeclaration, facts: EngineDoorFacts): HostPower {
  const isNeeded = ({ call }: TriedCall) => facts.needs.includes(call as KernelProbeEndpoint);
  const hasPlugin = facts.unneeded.some(({ by }) => by === 'engine');
  const beyondNeed = [...facts.unneeded, ...(facts.writes ?? [])]
    .filter((tried) => !isNeeded(tried) && !(hasPlugin && tried.call === noSuchPath))
    .map((tried) => ({ ...tried, power: powers.get(tried.call) ?? '' }));
  const verdict = verdictOf(facts, beyondNeed);
  const isKnown = verdict !== 'unknown';
  const neededWrites = (facts.writes ?? []).filter(isNeeded);
  // Creating is not tried: of it nothing proves that nothing happens. What goes with it is.
  const creates = host.evidence !== 'api' && !neededWrites.every(isRefused);
  return {
    host: host.name,
    url: host.endpoint.url,
    kind: host.endpoint.kind,
    evidence: host.evidence,
    verdict,
    proof: proofOf(facts, beyondNeed),
    holds: isKnown ? holdsOf({ verdict, host, creates, beyondNeed, socket: facts.socket }) : [],
    needs: [...facts.needs],
    needed: [...facts.needed, ...neededWrites],
    beyondNeed,
    wereWritesTried: facts.writes !== null,
    createsContainers: isKnown && creates,
    socket: facts.socket,
    takeAway: isKnown ? takeAwayOf({ verdict, host, creates, socket: facts.socket }) : [],
    check: isKnown && facts.writes === null ? checkOf(host) : null,
  };
}

const isWrite = ({ call }: TriedCall) => !/^(GET|HEAD) /.test(call);
const isAnswered = ({ outcome }: TriedCall) => outcome === 'answered';
const isRefused = ({ outcome }: TriedCall) => outcome === 'refused';

function verdictOf(facts: EngineDoorFacts, beyond: readonly TriedCall[]): PowerVerdict {
  if (facts.problem !== null) return 'unknown';
  if (beyond.some((tried) => isWrite(tried) && isAnswered(tried))) return 'full-access';
  if (beyond.every(isRefused)) return 'needed-calls-only';
  if (!beyond.some(isAnswered)) return 'unknown';
  return beyond.some(isRefused) ? 'more-than-needed' : 'full-access-assumed';
}

function proofOf({ problem, writes }: EngineDoorFacts, beyond: readonly TriedCall[]): string {
  if (problem !== null) return `No call could be tried: ${problem}.`;
  const count = (is: (tried: TriedCall) => boolean) => beyond.filter(is).length;
  const said = [
    [count(isAnswered), 'answered by the engine'],
    [count(({ by }) => by === 'before-engine'), 'refused before the engine'],
    [count(({ by }) => by === 'engine'), 'refused by the engine’s authorization plugin'],
    [count(({ outcome }) => outcome === 'unclear'), 'answered in a way that proves nothing'],
  ] as const;
  const outcomes = said.filter(([found]) => found > 0).map(([found, how]) => `${found} ${how}`);
  const kinds = writes === null ? 'reading test calls' : 'test calls';
  return [
    beyond.length > 0 && beyond.every(isAnswered)
      ? `Nothing filters us: the engine answered all ${beyond.length} ${kinds} that we do not need.`
      : `Of ${beyond.length} ${kinds} that we do not need: ${outcomes.join(', ')}.`,
    writes === null
      ? 'Writing calls were not tried: at the level api Seawall makes none.'
      : 'Writing calls were among them.',
  ].join(' ');
}

function holdsOf(power: Judged & Pick<HostPower, 'beyondNeed'>): string[] {
  const { verdict, host, creates, socket, beyondNeed } = power;
  const isAssumed = verdict === 'full-access-assumed';
  return [
    ...(verdict === 'full-access' || creates ? [ROOT] : isAssumed ? [`${ROOT} (assumed)`] : []),
    ...(creates ? [`creating containers, which the level ${host.evidence} needs`] : []),
    ...(host.inventory === 'full'
      ? ['every file of every container (`export`), which `inventory: full` needs']
      : []),
    ...beyondNeed.filter(isAnswered).map(({ power }) => power),
    ...(host.endpoint.kind === 'ssh'
      ? ['a login on the host, unless its key is bound to one command there']
      : []),
    ...(socket?.heldAs === 'root' ? ['whatever root may where Seawall itself runs'] : []),
    WITHIN_NEED,
    ARCHIVE_SETS_UP,
  ];
}

/** The engine says that there is no such container, or what stands before it says no. */
const checkOf = ({ endpoint }: HostDeclaration): string =>
  `docker --host ${shellWord(endpoint.url)} start ${nobodyId}`;

/** What the bot token may do against what is used of it: what is lacking and what is too much. */
export function slackPower({ granted, needed }: SlackGrant): SlackPower {
  if (granted === null || 'unknownReason' in granted) {
    const unknownReason = granted?.unknownReason ?? null;
    return { hasToken: granted !== null, unknownReason, scopes: [], takeAway: [] };
  }
  const used = needed.map(({ scope, neededFor, without }): ScopePower => {
    const state = granted.scopes.includes(scope) ? 'granted' : 'missing';
    return { scope, state, neededFor, without };
  });
  const isUsed = (scope: string) => needed.some((one) => one.scope === scope);
  const unneeded = granted.scopes
    .filter((scope) => !isUsed(scope))
    .map((scope): ScopePower => ({ scope, state: 'unneeded', neededFor: null, without: null }));
  return {
    hasToken: true,
    unknownReason: null,
    scopes: [...used, ...unneeded],
    takeAway: unneeded.length > 0 ? takeAway : [],
  };
}

/** Scopes of a token only grow: installing again adds, and takes nothing away. */
const takeAway: TakeAway[] = [
  {
    what: 'Remove the unused scopes on https://api.slack.com/apps, under “OAuth & Permissions”.',
    command: null,
  },
  {
    what: 'Then revoke the token there, since its scopes only grow, install the app again and start with the new token in:',
    command: 'SLACK_BOT_TOKEN',
  },
];
