import type { FirstScreen, WorstSubject } from '../answers/first-screen.ts';
import { clamp, clamped, quoteWord } from '../shared/text.ts';
import { run } from './actions.ts';
import {
  type Action,
  list,
  marked,
  type Part,
  paragraph,
  type Span,
  singularSubjects,
  strong,
} from './document.ts';

const NAME_LENGTH = 60;
const MESSAGE_LENGTH = 120;
const FIX_LENGTH = 200;
const OTHERS_SHOWN = 2;

/** The verdict, and the worst with their fix; `isOneHost` leaves the name of the host out. */
export function firstScreenParts({ verdict, worst }: FirstScreen, isOneHost: boolean): Part[] {
  return [paragraph(strong(verdict.sentence)), ...worstParts(worst, isOneHost)];
}

/** The worst subjects, a line each: how grave, which, why, and what to do. */
export const worstParts = (worst: readonly WorstSubject[], isOneHost: boolean): Part[] =>
  list(worst.map((one) => worstLine(one, isOneHost)));

function worstLine(one: WorstSubject, isOneHost: boolean): Span[] {
  const { host, kind, subject, severity, messages, fix } = one;
  const isSingular = singularSubjects.includes(kind);
  const on = isOneHost ? '' : `${isSingular ? ' of' : ' on'} ${clamp(host, NAME_LENGTH)}`;
  const said = clamped(messages, MESSAGE_LENGTH).join('; ');
  return [
    marked(severity),
    ' ',
    strong(isSingular ? kind : clamp(subject, NAME_LENGTH)),
    `${on}${othersText(one, isSingular)}: ${said}${said.endsWith('…') ? '' : '.'}`,
    ...(fix === '' ? [] : [' ', strong('Fix: '), `${clamp(fix, FIX_LENGTH)}.`]),
  ];
}

/** Who else is so: of the same name by the host alone. More may be than were looked at, so none are counted. */
function othersText({ subject, others = [] }: WorstSubject, isSingular: boolean): string {
  if (others.length === 0) return '';
  const named = others.slice(0, OTHERS_SHOWN).map((one) => {
    const host = clamp(one.host, NAME_LENGTH);
    const isAlike = isSingular || one.subject === subject;
    return isAlike ? host : `${clamp(one.subject, NAME_LENGTH)} on ${host}`;
  });
  const more = others.length > named.length ? ' and others' : '';
  return `, like ${named.join(', ')}${more}`;
}

/** Leads to every open finding, by container; of every host where none is named. */
export const seeAll = (host: string | null): Action =>
  run('See all', `findings --by container${host === null ? ' on all' : ` on ${quoteWord(host)}`}`);
