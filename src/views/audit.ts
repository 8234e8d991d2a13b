import type { AnswerBase } from '../answers/answer-base.ts';
import type { StoredAuditEntry } from '../ports/audit-log.ts';
import { clamp, counted } from '../shared/text.ts';
import { code, heading, list, note, paragraph, type Span, table, type View } from './document.ts';

/** A page of the audit, the newest first. */
export interface AuditAnswer extends AnswerBase {
  kind: 'audit';
  /** Null for every verb. */
  verb: string | null;
  isRefusedOnly: boolean;
  /** ISO time that was asked about; null for all there is. */
  since: string | null;
  /** The channel, when only what was asked there is shown. */
  place: string | null;
  entries: StoredAuditEntry[];
  /** Older ones that fit as well. */
  more: number;
}

const VALUE_LENGTH = 80;

export const audit: View<AuditAnswer> = (answer) => {
  const { entries, more, next } = answer;
  const what = [
    answer.verb === null ? 'everything that was asked for or changed' : `“${answer.verb}”`,
    ...(answer.isRefusedOnly ? ['refused'] : []),
    ...(answer.since === null ? [] : [`since ${minute(answer.since)}`]),
    ...(answer.place === null ? [] : [`in ${answer.place}`]),
  ].join(', ');
  const title = `Audit: ${counted(entries.length + more, 'row')}`;
  return {
    headline: `${title} of ${what}`,
    summary: [
      heading(title),
      note(`${what}; the newest first.`),
      ...(entries.length === 0 ? [paragraph('There is no such row.')] : []),
      ...table(
        ['#', 'time', 'who', 'where', 'did', 'what'],
        entries.map((entry) => [
          String(entry.id),
          minute(entry.at),
          entry.who,
          entry.place,
          entry.outcome === 'refused' ? `${entry.verb} (refused)` : entry.verb,
          entry.what,
        ]),
      ),
      ...(more > 0
        ? [note(`… and ${more} more; narrow with a verb or “since”, or go on with --before.`)]
        : []),
    ],
    details: list(entries.flatMap(changeLine)),
    next,
  };
};

/** `2026-01-02 06:00 UTC` for an ISO time. */
const minute = (time: string) => `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;

/** What is different after a change, field by field; nothing for a row that changed nothing. */
function changeLine({ id, verb, before, after }: StoredAuditEntry): Span[][] {
  const earlier = fieldsOf(before);
  const later = fieldsOf(after);
  const names = [...new Set([...earlier.keys(), ...later.keys()])].filter(
    (name) => earlier.get(name) !== later.get(name),
  );
  if (names.length === 0) return [];
  const spans = names.flatMap((name): Span[] => [
    ' ',
    code(name),
    ` ${earlier.get(name) ?? '–'} → ${later.get(name) ?? '–'};`,
  ]);
  return [[`#${id} ${verb}:`, ...spans]];
}

function fieldsOf(value: object | null): Map<string, string> {
  return new Map(
    Object.entries(value ?? {}).map(([name, field]) => [
      name,
      clamp(typeof field === 'string' ? field : JSON.stringify(field), VALUE_LENGTH),
    ]),
  );
}
