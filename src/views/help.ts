import type { AnswerBase } from '../answers/answer-base.ts';
import { code, heading, list, paragraph, type View } from './document.ts';

export interface HelpAnswer extends AnswerBase {
  kind: 'help';
  /** Null for the overview. */
  verb: string | null;
  commands: {
    name: string;
    task: 'ask' | 'act' | 'learn';
    summary: string;
    usage: string;
    permission: string;
    examples: string[];
  }[];
}

const tasks = { ask: 'Ask', act: 'Act', learn: 'Learn' } as const;

export const help: View<HelpAnswer> = ({ verb, commands, next }) => {
  const line = (command: (typeof commands)[number]) => [
    code(command.examples[0] ?? command.name),
    ` ${command.summary}`,
  ];
  if (verb !== null) {
    return {
      headline: `Help on ${verb}`,
      summary: commands.flatMap(({ usage, summary, permission, examples }) => [
        heading(verb),
        paragraph(summary, '.'),
        paragraph('Usage: ', code(usage)),
        ...list(examples.map((example) => [code(example)])),
        paragraph(`Needs the permission “${permission}”.`),
      ]),
      details: [],
      next,
    };
  }
  return {
    headline: 'What Seawall can answer',
    summary: Object.entries(tasks).flatMap(([task, title]) => [
      heading(title),
      ...list(commands.filter((command) => command.task === task).map(line)),
    ]),
    details: [],
    next,
  };
};
