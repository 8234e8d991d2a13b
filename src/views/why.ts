import type { AnswerBase } from '../answers/answer-base.ts';
import type { ContainerTold } from '../answers/container-past.ts';
import type { HostState } from '../answers/host-state.ts';
import type { AlertReport, Reporting, Trace } from '../answers/trace.ts';
import { shortFingerprint } from '../inspections/find-finding.ts';
import type { People } from '../inspections/people-named.ts';
import type { StoredAcceptance } from '../ports/acceptance-store.ts';
import { ageBetween, counted, listed } from '../shared/text.ts';
import { findingActions } from './actions.ts';
import {
  code,
  heading,
  list,
  paragraph,
  type Span,
  strong,
  titled,
  type View,
  withIds,
} from './document.ts';
import { factText } from './evidence.ts';
import { deliveries, toldParts } from './gone-container.ts';
import { hostNotes } from './host-notes.ts';
import { utcText } from './local-time.ts';
import { exposureText } from './time-exposed.ts';

export interface WhyAnswer extends AnswerBase {
  kind: 'why';
  host: HostState;
  /** The container, or the subject of the finding. */
  subject: string;
  /** ISO time since when it is gone; null while it is there. */
  removedAt: string | null;
  traces: Trace[];
  /** Alerts and digests that named a container that is gone, while it was there or about it. */
  told?: ContainerTold;
  /** Names of those whom the traces name by an id. */
  people?: People;
}

export const why: View<WhyAnswer> = (answer) => {
  const { host, subject, removedAt, takenAt, people = {}, told } = answer;
  const traces = answer.traces.map((trace) => withNames(trace, people));
  const inState = (state: Trace['state']) => traces.filter((trace) => trace.state === state);
  const reported = inState('reported');
  const accepted = inState('accepted');
  const unknown = inState('unknown');
  const title = `Why ${subject} on ${host.name} is reported, or is not`;
  const counts = `${reported.length} reported, ${accepted.length} accepted, ${unknown.length} unknown`;
  const [only, second] = traces;
  const isOne = only !== undefined && second === undefined;
  const quiet = [
    ...section('Not reported, because it passed', inState('pass'), reasonLine),
    ...section('Not reported, because it does not apply', inState('not-applicable'), reasonLine),
    ...section(
      'Not reported, because it passed or does not apply',
      inState('pass-or-not-applicable'),
      reasonLine,
    ),
  ];
  return {
    headline: `${subject} on ${host.name}: ${removedAt !== null ? `removed ${ageBetween(removedAt, takenAt)}` : isOne ? `${only.rule.id} ${states[only.state]}` : counts}`,
    summary: [
      heading(title),
      removedAt === null
        ? !isOne && paragraph(counts)
        : paragraph(`It was removed ${ageBetween(removedAt, takenAt)}: nothing is open for it.`),
      ...(told === undefined ? [] : toldParts(told, true)),
      ...section('Reported', reported, (trace) => foundLine(trace, takenAt)),
      ...section('Not reported, because someone accepted it', accepted, (trace) =>
        foundLine(trace, takenAt),
      ),
      ...section('Not reported, because it could not be judged', unknown, reasonLine),
      // What was asked by itself is the answer; else it is beside the point.
      isOne && quiet,
      ...hostNotes([host], takenAt, removedAt === null ? [host.name] : []),
    ],
    details: isOne ? [] : quiet,
    actions: findingActions([...reported, ...accepted].flatMap(({ finding }) => finding ?? [])),
  };
};

/** The same with a name in place of each id that has one. */
function withNames(trace: Trace, people: People): Trace {
  const name = <T extends string | null>(id: T) => (id === null ? id : (people[id] ?? id));
  return {
    ...trace,
    acceptances: trace.acceptances.map((one) => ({
      ...one,
      by: name(one.by),
      ended: one.ended && { ...one.ended, by: name(one.ended.by) },
    })),
    alerts: trace.alerts.map((one) => ({
      ...one,
      acknowledgedBy: name(one.acknowledgedBy),
      assignedTo: name(one.assignedTo),
    })),
  };
}

const states: Readonly<Record<Trace['state'], string>> = {
  reported: 'is reported',
  accepted: 'is accepted',
  unknown: 'is unknown',
  pass: 'passed',
  'not-applicable': 'does not apply',
  'pass-or-not-applicable': 'passed or does not apply',
};

const section = (title: string, traces: readonly Trace[], toLine: (trace: Trace) => Span[]) =>
  titled(`${title}: `, list(traces.map(toLine)));

function reasonLine({ rule, severity, reason, evidence }: Trace): Span[] {
  const facts = evidence.length === 0 ? '' : `. Facts: ${listed(evidence.map(factText), 4)}`;
  return [
    `${severity} `,
    code(rule.id),
    `${reason === null ? ` ${rule.title}` : `: ${reason}`}${facts}`,
  ];
}

function foundLine(trace: Trace, now: string): Span[] {
  const { rule, finding, scansSeen, acceptances, reporting, alerts, reason } = trace;
  if (finding === null) return reasonLine(trace);
  const seen = scansSeen === null ? '' : `, in ${counted(scansSeen, 'scan')}`;
  const unverified = reason === null ? '' : `. Not judged again since: ${reason}`;
  return [
    strong(finding.severity),
    ' ',
    code(rule.id),
    ' ',
    code(shortFingerprint(finding.fingerprint)),
    ` ${finding.message}. First seen ${[`${ageBetween(finding.firstSeen, now)}${seen}`, exposureText(finding)].filter(Boolean).join(', ')}${unverified}. `,
    `Facts: ${listed(finding.evidence.map(factText), 4)}`,
    ...reporting.flatMap((one) => withIds(`. ${reportText(one)}`)),
    ...alerts.flatMap((one) => withIds(`. ${alertText(one)}`)),
    acceptances.length > 0 ? `. ${acceptances.slice(0, 3).map(acceptanceText).join('. ')}` : '',
  ];
}

/** In which digest a channel was told, and what became of the message. */
function reportText({ channel, digest, reason }: Reporting): string {
  if (digest === null) return `Not told in ${channel}: ${reason ?? 'not said'}`;
  const { day, at, isFirst, delivery, trouble } = digest;
  const first = isFirst ? 'the first, which names the worst of what there is, ' : '';
  const why = trouble === null ? '' : `: ${trouble}`;
  return `Told in ${channel} by the digest of ${day} (${first}made ${utcText(at)}, ${deliveries[delivery]}${why})`;
}

function alertText(report: AlertReport): string {
  const { channel, at, delivery, trouble, acknowledgedBy, assignedTo } = report;
  const why = trouble === null ? '' : `: ${trouble}`;
  const seen = acknowledgedBy === null ? '' : `, acknowledged by ${acknowledgedBy}`;
  const given = assignedTo === null ? '' : `, assigned to ${assignedTo}`;
  return `Alert in ${channel} at ${utcText(at)} (${deliveries[delivery]}${why}${seen}${given})`;
}

function acceptanceText({ by, madeAt, until, reason, state, ended }: StoredAcceptance): string {
  const made = `Accepted by ${by} on ${madeAt.slice(0, 10)} until ${until.slice(0, 10)}: ${reason}`;
  if (state === 'in-force') return made;
  if (state === 'expired') return `${made}; expired`;
  return `${made}; ${state} by ${ended?.by ?? 'nobody'}: ${ended?.why ?? 'not said'}`;
}
