import type { AnswerBase } from '../answers/answer-base.ts';
import type { StoredAlert } from '../ports/alert-store.ts';
import { severities } from '../rules/rule.ts';
import { counted, duration } from '../shared/text.ts';
import { HOUR_MS, isoTime } from '../shared/time.ts';
import {
  type Action,
  heading,
  list,
  note,
  type Part,
  paragraph,
  strong,
  type View,
} from './document.ts';
import { localTimes } from './local-time.ts';

/** A trouble that a channel is told of, as it is now. */
export interface AlertAnswer extends AnswerBase {
  kind: 'alert';
  alert: Omit<StoredAlert, 'next'>;
}

/** One message for one trouble; it is edited when the trouble comes again, is over, or is snoozed. */
export const alert: View<AlertAnswer> = ({ alert: told, next }) => {
  const { title, severity, detail, resolved, flood } = told;
  const what = flood === null ? title : `${counted(sumOf(flood), 'alert')} in one message`;
  const state = resolved === null ? severity : 'resolved';
  return {
    headline: `${state}: ${what}`,
    summary: [
      heading(`${resolved === null ? 'Alert' : 'Resolved'}: ${what}`),
      ...(detail === null ? [] : [paragraph(detail)]),
      ...floodParts(told),
      ...historyParts(told),
    ],
    details: [],
    actions: resolved === null ? snoozeActions(told) : [],
    next: resolved === null ? next : [],
  };
};

type Told = Parameters<typeof alert>[0]['alert'];

function floodParts({ flood }: Told): Part[] {
  if (flood === null) return [];
  const counts = severities
    .toReversed()
    .filter((severity) => flood.bySeverity[severity] > 0)
    .map((severity) => `${flood.bySeverity[severity]} ${severity}`);
  const more = sumOf(flood) - flood.titles.length;
  return [
    paragraph(
      'More came in an hour than this channel takes; these have no message of their own: ',
      strong(counts.join(', ')),
      '.',
    ),
    ...list([
      ...flood.titles.map((title) => [title]),
      ...(more > 0 ? [[`… and ${more} more`]] : []),
    ]),
  ];
}

const sumOf = ({ bySeverity }: NonNullable<Told['flood']>): number =>
  Object.values(bySeverity).reduce((sum, count) => sum + count, 0);

function historyParts({ severity, firstAt, at, count, resolved, snoozed, flood }: Told): Part[] {
  const times = localTimes('UTC');
  const time = (epochMs: number) => `${times.time(isoTime(epochMs))} UTC`;
  const lasted = resolved === null ? '' : `, after ${duration(resolved.at - firstAt)}`;
  const again = flood === null && count > 1 ? `; ${count} times, last at ${time(at)}` : '';
  return [
    note(`${severity}, first seen at ${time(firstAt)}${again}.`),
    ...(resolved === null
      ? []
      : [note(`Resolved at ${time(resolved.at)}${lasted}: ${resolved.why}.`)]),
    ...(snoozed === null || resolved !== null
      ? []
      : [
          note(
            `Snoozed until ${time(snoozed.until)} by ${snoozed.by}: repeats are counted, not told.`,
          ),
        ]),
  ];
}

function snoozeActions({ id, snoozed }: Told): Action[] {
  if (snoozed !== null) {
    return [{ label: 'End snooze', intent: { kind: 'snooze', alert: id, forMs: null } }];
  }
  return [
    { label: 'Snooze 1 h', intent: { kind: 'snooze', alert: id, forMs: HOUR_MS } },
    { label: 'Snooze 24 h', intent: { kind: 'snooze', alert: id, forMs: 24 * HOUR_MS } },
  ];
}
