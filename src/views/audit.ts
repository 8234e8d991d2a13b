import type { AnswerBase } from '../answers/answer-base.ts';
import type { StoredAuditEntry } from '../ports/audit-log.ts';
import { table } from '../shared/table.ts';
import { clamp, counted } from '../shared/text.ts';
import {
  capital,
  heading,
  list,
  note,
  paragraph,
  person,
  place,
  type Span,
  strong,
  time,
  type View,
} from './document.ts';
import { utcText } from './local-time.ts';

/** A page of the audit, the newest first. */
export interface AuditAnswer extends AnswerBase {
  kind: 'audit';
  /** Null for every verb. */
  verb: string | null;
  isRefusedOnly: boolean;
  /** The container, rule, vulnerability or host that is asked about; null for everything. */
  about: string | null;
  /** ISO time that was asked about; null for all there is. */
  since: string | null;
  /** The channel, when only what was asked there is shown. */
  place: string | null;
  entries: StoredAuditEntry[];
  /** Older ones that fit as well. */
  more: number;
}

const VALUE_LENGTH = 80;
const WHAT_LENGTH = 200;

export const audit: View<AuditAnswer> = (answer) => {
  const { entries, more } = answer;
  const what = [
    answer.verb === null ? 'everything that people asked for or changed' : `“${answer.verb}”`,
    ...(answer.isRefusedOnly ? ['as far as it was refused'] : []),
    ...(answer.about === null ? [] : [`about ${clamp(answer.about, WHAT_LENGTH)}`]),
    ...(answer.since === null ? [] : [`since ${utcText(answer.since)}`]),
  ].join(', ');
  const title = `Audit: ${counted(entries.length + more, 'row')}`;
  return {
    headline: `${title} of ${what}`,
    summary: [
      heading(title),
      paragraph(
        answer.verb === null ? capital(what) : `Only ${what}`,
        ...(answer.place === null ? [] : [', in ', place(answer.place)]),
        '; the newest first.',
      ),
      entries.length === 0 && paragraph('No row matches.'),
      ...list(entries.map(entryLine)),
      answer.about !== null &&
        note(
          'Rows of alerts name a finding, and those of questions no container: see them without --about.',
        ),
      more > 0 &&
        note(`… and ${more} more; name a verb or “since”, or see older ones with --before.`),
    ],
  };
};

/** What each change is called that the store writes; other verbs are commands that were run. */
const sentences = table<string>({
  accept: 'accepted',
  unaccept: 'no longer accepts',
  void: 'ended the acceptance of',
  attest: 'vouched for',
  withdraw: 'no longer vouches for',
  'baseline approve': 'approved as baseline',
  'baseline withdraw': 'withdrew the baseline of',
  'digest schedule': 'scheduled the',
  'digest off': 'switched off the',
  'digest now': 'asked at once for the',
  'alerts on': 'switched on the',
  'alerts off': 'switched off the',
  acknowledge: 'changed the acknowledgement of',
  assign: 'changed who has',
  snooze: 'changed how long is quiet the',
  feedback: 'said of an answer:',
  outsider: 'asked from another workspace for',
});

/** `#12 Nov 24 09:00 alice accepted no-root-user web on web-1 in #security (reason: …)`. */
function entryLine(entry: StoredAuditEntry): Span[] {
  const { id, at, who, verb, outcome, what } = entry;
  const isRefused = outcome === 'refused';
  const words = clamp(what, WHAT_LENGTH);
  const ran = words === verb || words.startsWith(`${verb} `) ? words : `${verb} ${words}`;
  const did = isRefused
    ? [' was refused ', strong(ran.trim())]
    : sentences.get(verb) === undefined
      ? [' ran ', strong(ran.trim())]
      : [` ${sentences.get(verb)} `, ...aboutSpans(verb, words)];
  return [
    `#${id} `,
    time(at),
    ' ',
    ...whoSpans(who),
    ...did,
    ...whereSpans(entry),
    changeText(entry),
  ];
}

/** `alice (U0ALICE00)` and `U0ALICE00` are the same member. */
function whoSpans(who: string): Span[] {
  const [, name = '', user] = /^(.*) \(([UW][A-Z0-9]{5,})\)$/.exec(who) ?? [];
  return [user === undefined ? person(who) : { user, name }];
}

const whereSpans = ({ place: where, verb }: StoredAuditEntry): Span[] => {
  // Seawall's own scans follow none.
  if (where === 'scan' && verb === 'scan') return [];
  if (where === 'terminal') return [' in a terminal'];
  if (where === 'scan') return [' after a scan'];
  return [' in ', place(where)];
};

/** Only words that Seawall wrote itself name channels; elsewhere an id is text like any other. */
function aboutSpans(verb: string, what: string): Span[] {
  const isOfChannel = /^(?:digest|alerts) /.test(verb);
  const isOfAlert = /^(?:snooze|acknowledge|assign)$/.test(verb);
  const before = isOfAlert ? ' in ' : isOfChannel ? ' of ' : null;
  const start = before === null ? 0 : what.lastIndexOf(before) + before.length;
  const [id = ''] = what.slice(start).split(' ', 1);
  const channel = place(id);
  if (start < 4 || channel === id) return [strong(what)];
  return [what.slice(0, start), channel, what.slice(start + id.length)];
}

/** What is different after a change in words; empty for a row that changed nothing. */
function changeText({ before, after }: StoredAuditEntry): string {
  const earlier = fieldsOf(before);
  const later = fieldsOf(after);
  const said = [...later].flatMap(([name, value]) => {
    const was = earlier.get(name);
    if (was === value) return [];
    return [was === undefined ? `${name} ${value}` : `${name} ${value}, was ${was}`];
  });
  const isUndone = before !== null && after === null;
  return said.length > 0 ? ` (${said.join('; ')})` : isUndone ? ' (there was one before)' : '';
}

/** Fields worth a word, by what they are called in it; the others stand in `--json`. */
const told = table<string>({
  reason: 'reason:',
  until: 'until',
  severity: 'severity',
  verdict: 'verdict',
  at: 'at',
  timezone: 'in',
  days: 'on',
  snoozedUntil: 'quiet until',
});

function fieldsOf(value: object | null): Map<string, string> {
  const fields = new Map<string, string>();
  for (const [name, field] of Object.entries(value ?? {})) {
    const word = told.get(name);
    const text = valueText(name, field);
    if (word !== undefined && text !== null) fields.set(word, text);
  }
  const ended = endingOf(value);
  if (ended !== null) fields.set('ended:', ended);
  return fields;
}

function valueText(name: string, value: unknown): string | null {
  if (Array.isArray(value)) return clamp(value.join(', '), VALUE_LENGTH);
  if (typeof value !== 'string') return null;
  if (name === 'reason') return `“${clamp(value, VALUE_LENGTH)}”`;
  const isTime = /^\d{4}-\d\d-\d\dT/.test(value);
  return isTime ? utcText(value) : clamp(value, VALUE_LENGTH);
}

/** Why a decision ended, in the words of whoever ended it. */
function endingOf(value: object | null): string | null {
  const ended = value && 'ended' in value ? value.ended : null;
  if (typeof ended !== 'object' || ended === null || !('why' in ended)) return null;
  return clamp(String(ended.why), VALUE_LENGTH);
}
