import type { Understood } from '../answers/answer-base.ts';
import { ignoredText } from './ask.ts';
import { code, type Document, note, type Part, present, type View } from './document.ts';
import * as views from './index.ts';

/** Any answer: there are as many kinds as views. */
export type Answer = Parameters<(typeof views)[keyof typeof views]>[0];
export type AnswerKind = Answer['kind'];
export type AnswerOf<K extends AnswerKind> = Extract<Answer, { kind: K }>;

// A file that is not named after the kind that it shows does not compile here.
const viewOf: { [K in AnswerKind]: View<AnswerOf<K>> } = views;

/** What an answer looks like on any platform. */
export function answerDocument(answer: Answer): Document {
  const view = viewOf[answer.kind] as View<typeof answer>;
  const { summary, details, replies, ...draft } = view(answer);
  const { understood, timeNote, next } = answer;
  return {
    next,
    ...draft,
    summary: present([
      understood && understoodNote(understood),
      ...summary,
      timeNote !== undefined && note(timeNote),
    ]),
    ...(details && { details: present(details) }),
    ...(replies && { replies: replies.map(present) }),
  };
}

/** How a question was understood, so that nobody takes the answer for one to something else. */
const understoodNote = ({ line, ignored, remark }: Understood): Part =>
  note(
    'I understood: ',
    code(line),
    ...ignoredText(ignored),
    ...(remark === undefined ? [] : [`. ${remark}`]),
  );

/** What a reader of a line of several properties must know who asked for one of them. */
