import type { ExplainedTerm } from '../answers/explained-term.ts';
import { counted, listed } from '../shared/text.ts';
import { code, heading, list, note, type Part, paragraph, type Span, strong } from './document.ts';

/** A term: what it is, where it applies here, which rules judge it. */
export function termParts(term: ExplainedTerm, wasScanned: boolean): Part[] {
  return [
    heading(term.name),
    paragraph(term.text),
    ...containerParts(term, wasScanned),
    ...list(term.facts.map(({ host, fact }) => [strong(host), `: ${fact}`])),
    ...(term.related.length > 0 ? [paragraph(strong('Rules that judge it'))] : []),
    ...list(term.related.map((rule) => relatedLine(rule, wasScanned))),
    note('Read on: ', term.source),
  ];
}

function containerParts(
  { containers, facts, related }: ExplainedTerm,
  wasScanned: boolean,
): Part[] {
  const here = strong('Here: ');
  if (!wasScanned) return [paragraph(here, 'unknown, nothing was scanned yet')];
  if (containers === null) {
    return facts.length + related.length > 0
      ? []
      : [paragraph(here, 'Seawall stores no fact that shows it')];
  }
  const { label, found, unsure, total } = containers;
  const names = (list: readonly { host: string; name: string }[]) =>
    listed(
      list.map(({ host, name }) => `${name} on ${host}`),
      10,
    );
  const number = found.length === 0 ? 'none' : String(found.length);
  const which = found.length === 0 ? '' : `: ${names(found)}`;
  return [
    paragraph(here, `${label}: ${number} of ${counted(total, 'container')}${which}`),
    ...(unsure.length > 0 ? [note(`Could not be judged: ${names(unsure)}.`)] : []),
  ];
}

function relatedLine(
  { id, title, open, unknown }: ExplainedTerm['related'][number],
  wasScanned: boolean,
): Span[] {
  const state = [
    open.length > 0 ? counted(open.length, 'open finding') : 'no open finding',
    ...(unknown > 0 ? [`${unknown} not judged`] : []),
  ].join(', ');
  return [code(id), ` ${title}${wasScanned ? `: ${state}` : ''}`];
}
