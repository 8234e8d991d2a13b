import type { AnswerBase } from '../answers/answer-base.ts';
import { code, heading, list, paragraph, type View } from './document.ts';

export const topicTitles = {
  now: 'What is wrong now',
  container: 'One container',
  past: 'What happened',
  software: 'Packages and vulnerabilities',
  decide: 'Decide',
  reports: 'Reports',
  seawall: 'Seawall itself',
} as const;

export type HelpTopic = keyof typeof topicTitles;

export interface HelpAnswer extends AnswerBase {
  kind: 'help';
  /** Null for the overview. */
  verb: string | null;
  /** Lines for who is here for the first time, each with what it does; none for one verb. */
  start: { line: string; says: string }[];
  commands: {
    name: string;
    task: 'ask' | 'act' | 'learn';
    topic: HelpTopic;
    summary: string;
    /** What else is to be known, in whole sentences; null for nothing. */
    note: string | null;
    usage: string;
    permission: string;
    /** A label by which its hosts may be named, as `team=shop`; null where it takes none. */
    label: string | null;
    examples: string[];
  }[];
}

export const help: View<HelpAnswer> = ({ verb, start, commands }) => {
  if (verb !== null) {
    return {
      headline: `Help on ${verb}`,
      summary: commands.flatMap(({ usage, summary, note, permission, examples, label }) => [
        heading(verb),
        paragraph(summary, '.'),
        note !== null && paragraph(note),
        paragraph('Usage: ', code(usage)),
        ...list(examples.map((example) => [code(example)])),
        label !== null &&
          paragraph(
            code(`on ${label}`),
            ' means every host with that label, ',
            code(`on not ${label}`),
            ' every other host. ',
            code('hosts'),
            ' shows the labels.',
          ),
        paragraph(`Permission: ${permission}.`),
      ]),
    };
  }
  return {
    headline: 'What Seawall can answer',
    summary: [
      heading('Start here'),
      ...list(start.map(({ line, says }) => [code(line), ` – ${says}`])),
      ...Object.entries(topicTitles).map(([topic, title]) => {
        const shown = commands.filter((command) => command.topic === topic);
        return (
          shown.length > 0 && [
            heading(title),
            ...list(
              shown.map(({ name, examples, summary }) => [
                code(examples[0] ?? name),
                ` – ${summary}`,
              ]),
            ),
          ]
        );
      }),
    ],
  };
};
