import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { limits } from '../../src/blocks/limits.ts';
import { validateMessage } from '../../src/blocks/validate.ts';
import type { AnswerKind } from '../../src/views/answer.ts';
import { answerDocument } from '../../src/views/answer.ts';
import { shownActions } from '../../src/views/buttons.ts';
import { slackReply } from '../../src/views/slack-messages.ts';
import { terminalText } from '../../src/views/terminal-text.ts';
import { hostileAnswers } from '../support/hostile-answers.ts';
import { findLiveText } from '../support/slack-text.ts';

const folder = join(import.meta.dirname, 'golden');
const kinds = Object.keys(hostileAnswers) as AnswerKind[];

test('every kind of answer has its golden file, and no file is left over', () => {
  const files = readdirSync(folder).map((file) => file.replace(/\.json$/, ''));

  expect(files.sort()).toEqual([...kinds].sort());
});

describe.each(kinds)('%s', (kind) => {
  const document = answerDocument(hostileAnswers[kind]);
  const buttons = shownActions(document).map(({ label }, index) => ({
    label,
    token: `token-${index}`,
  }));
  const { message, thread } = slackReply(document, buttons);
  const messages = [message, ...thread];

  /** To change one on purpose: delete the file, run this twice and look at the difference. */
  test('looks in Slack as it did', () => {
    const path = join(folder, `${kind}.json`);
    const isThere = existsSync(path);
    if (!isThere) writeFileSync(path, `${JSON.stringify({ message, thread }, null, 2)}\n`);

    expect(isThere).toBe(true);
    expect({ message, thread }).toEqual(JSON.parse(readFileSync(path, 'utf8')));
  });

  test('is valid for Slack', () => {
    expect(messages.flatMap((each) => validateMessage(each))).toEqual([]);
  });

  test('says something where blocks are not shown', () => {
    for (const { text } of messages) {
      expect(text.trim()).not.toBe('');
      expect(text.length).toBeLessThanOrEqual(limits.messageTextAdvised.value);
    }
  });

  test('holds nothing that pings, links, formats or acts', () => {
    const live = messages.flatMap(findLiveText);
    // A user group that the settings name, and who looks after an alert, by the id that Slack gave.
    const isMeant = (problem: string) =>
      problem.endsWith('mentions S0PAYMENTS') ||
      (['alert', 'why'].includes(kind) && problem.endsWith('is a user'));

    expect(live.filter((problem) => !isMeant(problem))).toEqual([]);
    expect(live.some(isMeant)).toBe(['digest', 'digest-preview', 'alert', 'why'].includes(kind));
  });

  test('sends no control character to a terminal', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(terminalText(document)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });
});
