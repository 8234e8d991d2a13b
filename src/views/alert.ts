import type { AnswerBase } from '../answers/answer-base.ts';
import type { AlertFlood, AlertPart, StoredAlert } from '../ports/alert-store.ts';
import type { FindingName } from '../ports/intent.ts';
import { gravestFirst } from '../rules/rule.ts';
import { counted, duration, listed } from '../shared/text.ts';
import { HOUR_MS, isoTime } from '../shared/time.ts';
import {
  type Action,
  capital,
  heading,
  labelled,
  list,
  note,
  type Parts,
  paragraph,
  type Span,
  strong,
  type View,
} from './document.ts';
import { countsText } from './finding-lists.ts';
import { alertTime } from './local-time.ts';

/** A trouble that a channel is told of, as it is now. */
export interface AlertAnswer extends AnswerBase {
  kind: 'alert';
  alert: StoredAlert;
  /** Whose the container is; `group`: the user group that is mentioned. */
  owner: { name: string; group: string | null } | null;
}

type Told = AlertAnswer['alert'];

const PARTS_SHOWN = 8;

/** One message for one trouble, or for all of one container; it is edited whenever any of it changes. */
export const alert: View<AlertAnswer> = ({ alert: told, owner }) => {
  const { severity } = told;
  const what = titleOf(told);
  const state = stateOf(told);
  return {
    headline: `${state ?? severity}: ${what}`,
    summary: [
      heading(`${state === null ? 'Alert' : capital(state)}: ${what}`),
      ...partParts(partsOf(told)),
      ...hostParts(told),
      ...ownerParts(owner),
      ...floodParts(told),
      ...handParts(told),
      ...historyParts(told),
    ],
    actions: alertActions(told),
  };
};

/** What stands before the title; null while it is open. */
function stateOf({ resolved, parts, hosts, flood }: Told): 'resolved' | 'accepted' | null {
  if (resolved !== null) return 'resolved';
  if (flood !== null) return flood.open === 0 && flood.accepted > 0 ? 'accepted' : null;
  if (hosts !== null) {
    return hosts.every((one) => one.resolved !== null || one.isAccepted) ? 'accepted' : null;
  }
  const left = parts.filter((part) => part.resolved === null);
  return left.length > 0 && left.every(({ accepted }) => accepted !== null) ? 'accepted' : null;
}

/** Of several hosts what is over on the first may still be on others. */
const partsOf = ({ parts, hosts, resolved }: Told): AlertPart[] =>
  hosts === null ? parts : parts.map((part) => ({ ...part, resolved, accepted: null }));

/** Of several hosts their number stands where the name of the first would. */
function titleOf({ title, host, hosts, flood }: Told): string {
  if (flood !== null) return floodTitle(title, flood);
  if (hosts === null) return title;
  const many = counted(hosts.length, 'host');
  if (title.startsWith(`${host} `)) return many + title.slice(host.length);
  const at = Math.max(title.indexOf(` on ${host}`), title.indexOf(` of ${host}`));
  return at < 0
    ? `${title}, on ${many}`
    : title.slice(0, at + 4) + many + title.slice(at + 4 + host.length);
}

const OPEN_SHOWN = 20;
const OVER_SHOWN = 10;

/** On which hosts it is, on which it is accepted, and on which it is over: counts, and names. */
function hostParts({ hosts }: Told): Parts {
  if (hosts === null) return [];
  const open = hosts
    .filter(({ resolved, isAccepted }) => resolved === null && !isAccepted)
    .toSorted(gravestFirst);
  const accepted = hosts.filter(({ isAccepted }) => isAccepted);
  const over = hosts.filter(({ resolved }) => resolved !== null);
  const line = (word: string, of: typeof hosts, most: number) => {
    const names = of.map(({ host }) => host);
    const title = `${word} ${of.length} of ${counted(hosts.length, 'host')}: `;
    return of.length > 0 && [strong(title), listed(names, most)];
  };
  return list([
    line('Open on', open, OPEN_SHOWN),
    line('Accepted on', accepted, OVER_SHOWN),
    line('Over on', over, OVER_SHOWN),
  ]);
}

/** What it means and what to do, of one; of several a line each. */
function partParts(parts: readonly AlertPart[]): Parts {
  const [only, ...others] = parts;
  if (only === undefined) return [];
  if (others.length === 0) {
    return [
      only.detail !== null && paragraph(only.detail),
      only.fix !== null && labelled('Fix', `${only.fix}.`),
      only.accepted !== null &&
        only.resolved === null &&
        paragraph(...acceptedSpans(only.accepted), '.'),
    ];
  }
  const shown = parts
    .slice(0, PARTS_SHOWN)
    .map((part): Span[] => [
      strong(part.resolved !== null ? 'resolved' : part.severity),
      ` ${part.what}`,
      ...(part.resolved === null && part.accepted === null && part.fix !== null
        ? [` · Fix: ${part.fix}`]
        : []),
      ...(part.resolved !== null || part.accepted === null
        ? []
        : [' · ', ...acceptedSpans(part.accepted)]),
    ]);
  const more = parts.length - shown.length;
  const worst = parts.find(({ resolved, detail }) => resolved === null && detail !== null);
  return [
    worst?.detail && paragraph(worst.detail),
    ...list([...shown, more > 0 && [`… and ${more} more`]]),
  ];
}

const acceptedSpans = ({ by, until }: NonNullable<AlertPart['accepted']>): Span[] => [
  'Accepted by ',
  person(by),
  ` until ${isoTime(until).slice(0, 10)}`,
];

/** Slack shows who it is; a change of a message calls nobody. */
const person = (id: string): Span => ({ user: id });

function ownerParts(owner: AlertAnswer['owner']): Parts {
  if (owner === null) return [];
  const { name, group } = owner;
  return [labelled('Owner', group === null ? name : { group, name })];
}

/** Those that got a message of their own since then are not counted; without any other the title is left. */
function floodTitle(title: string, flood: AlertFlood): string {
  const all = flood.open + flood.accepted + flood.over;
  if (all === 0) return title;
  const isMixed = flood.open > 0 && flood.open < all;
  return `${counted(all, 'alert')} in one message${isMixed ? `, ${flood.open} still open` : ''}`;
}

function floodParts({ flood }: Told): Parts {
  if (flood === null) return [];
  const { open, accepted, over, bySeverity, titles, calmAt } = flood;
  const all = open + accepted + over;
  const shown = open || accepted || over;
  const more = shown - titles.length;
  const rest = [
    ...(open > 0 && accepted > 0 ? [`${accepted} accepted`] : []),
    ...(open + accepted > 0 && over > 0 ? [`${over} over`] : []),
  ];
  return [
    paragraph(
      'More alerts came in an hour than this channel allows',
      ...(all === 0
        ? ['; each that was here has a message of its own now']
        : [
            '; these have no message of their own: ',
            strong(countsText(bySeverity)),
            ...rest.map((one) => `, ${one}`),
          ]),
      '.',
    ),
    ...list([...titles.map((title) => [title]), more > 0 && [`… and ${more} more`]]),
    calmAt !== null &&
      note(`Since ${alertTime(calmAt)} what is new or worse has a message of its own again.`),
  ];
}

/** Who has seen it, who looks after it, and until when it is quiet. */
const handParts = ({ acknowledged, assigned, snoozed, resolved }: Told): Parts => [
  assigned !== null && paragraph(...assignedSpans(assigned)),
  acknowledged !== null &&
    paragraph('Acknowledged by ', person(acknowledged.by), ` at ${alertTime(acknowledged.at)}.`),
  snoozed !== null &&
    resolved === null &&
    paragraph(
      `Snoozed until ${alertTime(snoozed.until)} by `,
      person(snoozed.by),
      ': repeats are counted, and send no new message.',
    ),
];

const assignedSpans = ({ to, by, at }: NonNullable<Told['assigned']>): Span[] => [
  'Assigned to ',
  person(to),
  ...(by === to ? [] : [' by ', person(by)]),
  ` at ${alertTime(at)}.`,
];

function historyParts(told: Told): Parts {
  const { severity, firstAt, parts, resolved, cameBack, quietUntil, flood } = told;
  const [only, ...others] = parts;
  const isOne = only !== undefined && others.length === 0;
  const count = flood === null && isOne ? only.count : 1;
  const lasted = resolved === null ? '' : `, after ${duration(resolved.at - firstAt)}`;
  const again = count > 1 ? `; ${count} times, last at ${alertTime(only?.lastAt ?? firstAt)}` : '';
  const quiet = quietUntil === null ? '' : `, and snoozed until ${alertTime(quietUntil)}`;
  const newer = cameBack?.isQuiet
    ? 'it is told when the snooze ends, if it is still there'
    : 'see the newer message';
  return [
    note(`${severity}, first seen at ${alertTime(firstAt)}${again}${quiet}.`),
    resolved !== null && note(`Resolved at ${alertTime(resolved.at)}${lasted}: ${resolved.why}.`),
    cameBack !== null && note(`It came back at ${alertTime(cameBack.at)}: ${newer}.`),
  ];
}

/** What can be pressed on an alert: who looks after it first. What was done has its way back instead. */
export function alertActions(told: StoredAlert): Action[] {
  const { id, acknowledged, assigned, resolved, flood } = told;
  if (resolved !== null) return [];
  const seen: Action = {
    label: acknowledged === null ? 'Acknowledge' : 'Take acknowledgement back',
    intent: { kind: 'acknowledge', alert: id, isUndone: acknowledged !== null },
  };
  const assigning: Action[] = [
    assigned === null
      ? { label: 'Assign to me', intent: { kind: 'assign', alert: id, to: 'me' } }
      : { label: 'Unassign', intent: { kind: 'assign', alert: id, to: null } },
    { label: 'Assign …', intent: { kind: 'choose-assignee', alert: id } },
  ];
  return [
    ...(flood === null ? [seen, ...assigning] : []),
    ...snoozeActions(told),
    ...acceptActions(told),
  ];
}

function snoozeActions({ id, snoozed }: StoredAlert): Action[] {
  if (snoozed !== null) {
    return [{ label: 'End snooze', intent: { kind: 'snooze', alert: id, forMs: null } }];
  }
  return [
    { label: 'Snooze 1 h', intent: { kind: 'snooze', alert: id, forMs: HOUR_MS } },
    { label: 'Snooze 24 h', intent: { kind: 'snooze', alert: id, forMs: 24 * HOUR_MS } },
  ];
}

/** The form that accepts the worst finding that is left, once a scan has it. */
function acceptActions({ host, parts, hosts }: StoredAlert): Action[] {
  // A form is about one host: of several each is accepted by a line that names it.
  if (hosts !== null) return [];
  const worst = parts.find(
    ({ kind, resolved, accepted }) => kind === 'finding' && resolved === null && accepted === null,
  );
  const fingerprint = worst?.key.slice(`finding:${host}:`.length);
  if (!worst?.isFound || !fingerprint) return [];
  const finding: FindingName = { host, fingerprint };
  return [{ label: 'Accept …', intent: { kind: 'accept', finding } }];
}
