import type { AnswerBase } from '../answers/answer-base.ts';
import type { ExposureResult } from '../answers/exposure-answer.ts';
import { isAffected } from '../exposure/verdict.ts';
import type { ExposureFacts } from '../inspections/exposure-of.ts';
import type { TellEvent } from '../ports/exposed-store.ts';
import type { Severity } from '../rules/rule.ts';
import { ageBetween, clamp, counted, listed } from '../shared/text.ts';
import {
  capital,
  code,
  heading,
  list,
  note,
  paragraph,
  type Span,
  strong,
  type View,
} from './document.ts';
import { exposureSentence, knownParts } from './exposure.ts';
import { whatToDo } from './what-to-do.ts';

/** A channel is told of a vulnerability: who, since when, what to do. */
export interface ExposedAnswer extends AnswerBase {
  kind: 'exposed';
  event: TellEvent;
  vulnerability: string;
  /** Null where no record says. */
  severity: Severity | null;
  exposure: ExposureFacts;
}

const PLACES_SHOWN = 5;
const NAMES_SHOWN = 3;

const leads: Readonly<Record<TellEvent, string>> = {
  known: 'Known now',
  fix: 'A fix exists now',
  exploited: 'Exploited now',
};

/** One message about one vulnerability. */
export const exposed: View<ExposedAnswer> = (answer) => {
  const { event, vulnerability, severity, exposure, takenAt } = answer;
  const { asked, results } = exposure;
  const affected = results.filter(({ state }) => isAffected(state));
  const title = `${leads[event]}: ${vulnerability} (${severity ?? 'severity unknown'})`;
  const sentence = exposureSentence(exposure);
  const hidden = affected.length - PLACES_SHOWN;
  return {
    headline: `${title}: ${sentence}`,
    summary: [
      heading(title),
      paragraph(strong(`${capital(sentence)}.`)),
      asked.kind === 'vulnerability' && asked.summary !== '' && note(clamp(asked.summary, 300)),
      ...knownParts(exposure),
      ...list(affected.slice(0, PLACES_SHOWN).map((one) => placeLine(one, takenAt))),
      hidden > 0 &&
        note(`… and ${counted(hidden, 'more place')}: `, code(`exposure ${vulnerability} on all`)),
      ...whatToDo(results, vulnerability, { isTold: true }),
    ],
  };
};

function placeLine(result: ExposureResult, now: string): Span[] {
  const { containers, host, image, window, package: found, fixedIn } = result;
  const names = [...new Set(containers.map(({ name }) => clamp(name, 60)))];
  const what = found === null ? '' : `: ${clamp(found.name, 60)} ${clamp(found.version, 60)}`;
  const since =
    window.to === null
      ? `since ${ageBetween(window.from, now)}`
      : `from ${ageBetween(window.from, now)} until ${ageBetween(window.to, now)}, ${endText(containers)}`;
  return [
    strong(listed(names, NAMES_SHOWN)),
    ` on ${clamp(host, 60)} (${clamp(image, 80)})${what}, ${since}`,
    fixedIn === null ? '; no fix yet' : `; fixed in ${clamp(fixedIn, 60)}`,
  ];
}

/** What became of those that have it no more; of none that is known, they are gone. */
export const endText = (containers: ExposureResult['containers']): string =>
  containers.length > 0 && containers.every(({ state }) => state === 'changed')
    ? 'changed or not read since'
    : 'gone';
