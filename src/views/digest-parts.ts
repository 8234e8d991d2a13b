import type { DigestAnswer } from '../answers/digest-answer.ts';
import { ageBetween, clamp, clamped, counted, listed } from '../shared/text.ts';
import { DAY_MS } from '../shared/time.ts';
import { blindLine, type Times } from './digest-lines.ts';
import {
  code,
  list,
  marked,
  note,
  type Part,
  paragraph,
  person,
  type Span,
  strong,
  titled,
} from './document.ts';

// Sections of a digest's first reply, each bounded.
const ACCEPTANCES_SHOWN = 3;
const CALL_MS = 3 * DAY_MS;
const EXPOSURE_SHOWN = 3;
const BLIND_SHOWN = 6;

/** Whoever accepted is called in the last days alone: a call each morning for weeks is noise. */
export function acceptanceParts({ expiring, takenAt }: DigestAnswer): Part[] {
  const lines = expiring
    .slice(0, ACCEPTANCES_SHOWN)
    .map(({ rule, subjects, host, acceptance: { until, by, reason } }): Span[] => [
      strong(`until ${until.slice(0, 10)}`),
      ' ',
      code(rule),
      ` ${listed(clamped(subjects, 60), 2)} on ${host}`,
      ...(Date.parse(until) - Date.parse(takenAt) <= CALL_MS
        ? [', accepted by ', person(clamp(by, 60))]
        : []),
      `: ${clamp(reason, 100)}`,
    ]);
  const hidden = expiring.length - lines.length;
  const more = hidden > 0 && [`… and ${hidden} more: `, code('findings expiring')];
  return titled(`${counted(expiring.length, 'acceptance')} ending soon`, list([...lines, more]));
}

export function fixParts({ bestFixes }: DigestAnswer): Part[] {
  const lines = bestFixes.map(({ hosts, sentence, gradeBefore, gradeAfter }): Span[] => [
    strong(listed(clamped(hosts, 60), 3)),
    `: ${clamp(sentence, 200)}`,
    gradeBefore === gradeAfter
      ? ` (grade stays ${gradeAfter})`
      : ` (grade ${gradeBefore} → ${gradeAfter})`,
  ]);
  return titled('Fix first', list(lines));
}

export function exposureParts({ exposure, takenAt }: DigestAnswer): Part[] {
  if (exposure.length === 0) return [];
  const hours = exposure.reduce((sum, one) => sum + one.hours, 0);
  const lines = exposure
    .slice(0, EXPOSURE_SHOWN)
    .map((one): Span[] => [
      marked(one.severity),
      ' ',
      code(one.rule),
      ` ${hoursText(one.hours)}, ${counted(one.findings, 'finding')} on ${listed(one.hosts, 2)}`,
      `, first seen ${ageBetween(one.oldest, takenAt)}`,
    ]);
  const rest = exposure.slice(EXPOSURE_SHOWN);
  if (rest.length > 0) {
    const restHours = rest.reduce((sum, one) => sum + one.hours, 0);
    lines.push([`… and ${hoursText(restHours)} of ${counted(rest.length, 'more rule')}.`]);
  }
  return [
    paragraph(
      strong(
        `How long critical and high findings were open since the last digest: ${hoursText(hours)} in all`,
      ),
    ),
    ...list(lines),
    note(
      'From the first to the last time they were seen; what came and went between two scans is unknown.',
    ),
  ];
}

const hoursText = (hours: number): string => `${hours.toLocaleString('en')} h`;

/** Hosts that cannot be read now as `lines` say it, then the times that are over. */
export function blindParts(
  { blind }: DigestAnswer,
  lines: readonly Span[][],
  times: Times,
): Part[] {
  const over = blind.filter(({ to }) => to !== null).map((one) => [...blindLine(one, times), '.']);
  const all = [...lines, ...over];
  const hidden = all.length - BLIND_SHOWN;
  const more = hidden > 0 && [`… and ${hidden} more: `, code('status')];
  return list([...all.slice(0, BLIND_SHOWN), more]);
}
