import type { AnswerBase } from '../answers/answer-base.ts';
import { counted, listed, quoteWord } from '../shared/text.ts';
import { run } from './actions.ts';
import { code, heading, list, paragraph, strong, type View } from './document.ts';

/** Which known containers a text names. */
export interface MentionedAnswer extends AnswerBase {
  kind: 'mentioned';
  found: { host: string; name: string }[];
  /** Where was looked, and how many containers are known there. */
  hosts: string[];
  known: number;
}

export const mentioned: View<MentionedAnswer> = ({ found, hosts, known }) => {
  const where = listed(hosts) || 'no host';
  const title =
    found.length === 0
      ? 'No known container is named there'
      : `${counted(found.length, 'container')} named there`;
  return {
    headline: title,
    summary: [
      heading(title),
      paragraph(
        strong('Looked for: '),
        `the names and ids of ${counted(known, 'container')} on ${where}, as whole words.`,
      ),
      ...list(found.map(({ host, name }) => [`${name} on ${host}`])),
      found.length <= 0 && paragraph(code('containers'), ' lists those that are known.'),
    ],
    actions: found.map(({ host, name }) =>
      run(`${name} on ${host}`, `inspect ${quoteWord(name)} on ${quoteWord(host)}`),
    ),
  };
};
