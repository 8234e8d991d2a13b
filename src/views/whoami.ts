import type { AnswerBase } from '../answers/answer-base.ts';
import type { HostPower, PowerVerdict, Self, SlackPower, TakeAway } from '../answers/own-power.ts';
import type { TriedCall } from '../ports/power.ts';
import { counted, listed } from '../shared/text.ts';
import {
  code,
  heading,
  inWords,
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
import { HOSTS_SHOWN, restNotes, selfNotes } from './host-notes.ts';

export interface WhoamiAnswer extends AnswerBase {
  kind: 'whoami';
  hosts: HostPower[];
  slack: SlackPower;
  self: Self;
}

const verdicts: Readonly<Record<PowerVerdict, string>> = {
  'full-access': 'full access, proven',
  'full-access-assumed': 'full access, assumed: nothing filters the calls',
  'more-than-needed': 'more than it needs',
  'needed-calls-only': 'the calls it needs',
  unknown: 'unknown',
};

function verdictText({ verdict, wereWritesTried, createsContainers }: HostPower): string {
  if (verdict !== 'needed-calls-only') return verdicts[verdict];
  if (createsContainers) return `${verdicts[verdict]}, which are equal to root`;
  return wereWritesTried ? verdicts[verdict] : `${verdicts[verdict]}; writing not tried`;
}

export const whoami: View<WhoamiAnswer> = ({ hosts, slack, self, takenAt }) => ({
  headline: `What Seawall itself may do: ${headlineOf(hosts)}`,
  summary: [
    heading('What Seawall itself may do'),
    hosts.length > HOSTS_SHOWN && paragraph(`${countsOf(hosts)}.`),
    ...table(
      ['host', 'connection', 'evidence', 'its power'],
      mightiest(hosts).map((one) => [one.host, one.url, one.evidence, verdictText(one)]),
    ),
    ...restNotes(hosts.length - mightiest(hosts).length, 0, 'whoami on <host>'),
    paragraph(strong('Slack: '), slackText(slack)),
    ...selfNotes(self, takenAt),
  ],
  details: [
    ...mightiest(hosts)
      .slice(0, hosts.length > HOSTS_SHOWN ? DETAILS_SHOWN : HOSTS_SHOWN)
      .flatMap(hostParts),
    ...slackParts(slack),
  ],
});

/** Of many hosts so many are told in full. */
const DETAILS_SHOWN = 3;

const headlineOf = (hosts: readonly HostPower[]): string =>
  hosts.length > HOSTS_SHOWN
    ? countsOf(hosts)
    : hosts.map((one) => `${one.host}: ${verdictText(one)}`).join('; ');

/** How many hosts each power is over, the greatest first. */
function countsOf(hosts: readonly HostPower[]): string {
  const groups = Map.groupBy(mightiestFirst(hosts), verdictText);
  return [...groups].map(([text, of]) => `${counted(of.length, 'host')}: ${text}`).join('; ');
}

const mightiestFirst = (hosts: readonly HostPower[]): HostPower[] => {
  const order = Object.keys(verdicts);
  const placeOf = ({ verdict }: HostPower) =>
    verdict === 'unknown' ? 2.5 : order.indexOf(verdict);
  return hosts.toSorted((a, b) => placeOf(a) - placeOf(b));
};

/** All of a few hosts as they are declared; of many those over which it has most power. */
const mightiest = (hosts: readonly HostPower[]): readonly HostPower[] =>
  hosts.length > HOSTS_SHOWN ? mightiestFirst(hosts).slice(0, HOSTS_SHOWN) : hosts;

function hostParts(power: HostPower): Parts {
  const { host, proof, holds, needed, beyondNeed, takeAway, check, needs } = power;
  const refused = needed.filter(({ outcome }) => outcome === 'refused');
  return [
    heading(`Power over ${host}`),
    paragraph(proof),
    ...titled('What it could do there', list(holds.map(inWords))),
    ...guardParts(power),
    ...table(
      ['call beyond need', 'would give', 'outcome'],
      beyondNeed.map((tried) => [tried.call, tried.power, outcomeText(tried)]),
    ),
    note(
      `${counted(needs.length, 'call')} needed at the level ${power.evidence}; docs/engine-calls.md lists them.`,
    ),
    refused.length > 0 &&
      note('Refused although needed: ', code(listed(refused.map(({ call }) => call))), '.'),
    ...stepParts(takeAway),
    check !== null && [
      note('To see whether writing calls are let through: ', code(check)),
      note(
        'It cannot start anything. “No such container” means that writing calls go through; a refusal means that they are blocked.',
      ),
    ],
  ];
}

function guardParts({ socket }: HostPower): Parts {
  if (socket === null) return [];
  const { path, mode, uid, gid, ownUid, heldAs } = socket;
  const how = heldAs === null ? 'has no right to write to it' : `may write to it as ${heldAs}`;
  return [
    paragraph(
      code(path),
      ` has the mode ${mode.toString(8).padStart(4, '0')}, user ${uid} and group ${gid}; `,
      `Seawall runs as user ${ownUid} and ${how}.`,
    ),
  ];
}

function outcomeText({ outcome, by, status }: TriedCall): string {
  const shown = status === null ? '' : ` (${status})`;
  if (outcome === 'answered') return `let through${shown}`;
  if (outcome === 'unclear') return `unknown${shown}`;
  return by === 'engine' ? `refused by the engine${shown}` : `refused${shown}`;
}

function stepParts(steps: readonly TakeAway[]): Parts {
  const item = ({ what, command }: TakeAway): Span[] =>
    command === null ? [what] : [`${what} `, code(command)];
  return titled('How to take it away', list(steps.map(item)));
}

function slackText({ hasToken, unknownReason, scopes }: SlackPower): string {
  if (!hasToken) return 'none: there is no bot token here.';
  if (unknownReason !== null) return `unknown: ${unknownReason}.`;
  const [granted, missing, unneeded] = (['granted', 'missing', 'unneeded'] as const).map((state) =>
    scopes.filter((one) => one.state === state).map(({ scope }) => scope),
  ) as [string[], string[], string[]];
  const count = granted.length + unneeded.length;
  if (unneeded.length + missing.length === 0) return `all ${count} scopes are granted and used.`;
  return [
    `${counted(count, 'scope')} granted`,
    ...(unneeded.length > 0 ? [`${unneeded.length} not used: ${listed(unneeded)}`] : []),
    ...(missing.length > 0 ? [`${missing.length} missing: ${listed(missing)}`] : []),
  ]
    .join('; ')
    .concat('.');
}

function slackParts({ scopes, takeAway }: SlackPower): Parts {
  if (scopes.length === 0) return [];
  return [
    heading('Power in Slack'),
    ...table(
      ['scope', 'state', 'needed for', 'without it'],
      scopes.map(({ scope, state, neededFor, without }) =>
        // A cell has no code.
        [
          scope,
          state,
          neededFor ?? 'nothing',
          neededFor === null ? '–' : (without ?? 'Seawall does not work.'),
        ].map((cell) => cell.replaceAll('`', '')),
      ),
    ),
    ...stepParts(takeAway),
  ];
}
