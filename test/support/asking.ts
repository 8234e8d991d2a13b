import type { Answer, AnswerKind, AnswerOf } from '../../src/views/answer.ts';
import { type ChatApp, readable } from './chat-app.ts';

/** Types a line as a slash command and gives what it says in Slack, in the channel or to who asked alone. */
export async function askInChat(app: ChatApp, text: string): Promise<string> {
  const asked = app.answers.length;
  const seen = () => [
    ...app.workspace.messages('security'),
    ...app.workspace.ephemerals('security', 'alice'),
  ];
  const before = seen().length;
  await app.workspace.sendCommand({ text });
  await app.answered(asked + 1);
  return seen().slice(before).map(readable).join('\n');
}

/** Types a line as a slash command and gives its answer as data. Rejects when it is of another kind. */
export async function askFor<K extends AnswerKind>(
  app: ChatApp,
  kind: K,
  text: string,
  user = 'alice',
): Promise<AnswerOf<K>> {
  const answer = await typeLine(app, text, user);
  if (answer.kind !== kind) throw new Error(`${text}: ${JSON.stringify(answer)}`);
  return answer as AnswerOf<K>;
}

/** Types a line as a slash command and gives its answer, of whatever kind. */
export async function typeLine(app: ChatApp, text: string, user = 'alice'): Promise<Answer> {
  const asked = app.answers.length;
  await app.workspace.sendCommand({ text, user });
  await app.answered(asked + 1);
  const answer = app.answers[asked];
  if (answer === undefined) throw new Error('no answer');
  return answer;
}

/** What an act in Slack is answered with, as data. Rejects when it is of another kind. */
export async function answerTo<K extends AnswerKind>(
  app: ChatApp,
  kind: K,
  act: () => Promise<unknown>,
): Promise<AnswerOf<K>> {
  const count = app.answers.length + 1;
  await act();
  await app.answered(count);
  const answer = app.answers.at(-1);
  if (answer?.kind !== kind) throw new Error(`not ${kind}: ${JSON.stringify(answer)}`);
  return answer as AnswerOf<K>;
}
