import { validateMessage } from '../../src/blocks/validate.ts';
import type { AnswerKind } from '../../src/views/answer.ts';
import { answerDocument } from '../../src/views/answer.ts';
import { slackReply } from '../../src/views/slack-messages.ts';
import { invalidMessages } from '../blocks/invalid-messages.ts';
import { hostileAnswers } from '../support/hostile-answers.ts';
import { createSlackTypesJudge } from '../support/slack-types-judge.ts';

const { judge, limitCount } = await createSlackTypesJudge();

/** What types alone cannot know: rules of a whole message, of a surface, and of optional fields. */
const passedOver = [
  'a section without text and fields',
  '51 blocks',
  'two tables',
  'a chart with a label outside its categories',
  'an alert in a message',
  'equal block ids',
  'a confirm dialog without deny',
];

describe('the judge made of the published types', () => {
  it('finds the limits in their comments', () => {
    expect(limitCount).toBeGreaterThanOrEqual(100);
  });

  it.each(Object.entries(invalidMessages))(
    'sees %s, or leaves it to the other',
    (name, message) => {
      const refuses = judge(message.blocks).length > 0;

      expect(refuses).toBe(!passedOver.includes(name));
    },
  );

  it.each([
    ['a text of 3,000 characters', 3_000, true],
    ['a text of 3,001 characters', 3_001, false],
  ])('knows %s', (_, length, isFine) => {
    const text = { type: 'mrkdwn', text: 'x'.repeat(length) };

    expect(judge([{ type: 'section', text }]).length === 0).toBe(isFine);
  });

  it('takes every block that answers are made of', () => {
    const leaf = { type: 'usergroup', usergroup_id: 'S0123456789' };
    const section = { type: 'rich_text_section', elements: [leaf] };

    expect(judge([{ type: 'rich_text', elements: [section] }, { type: 'divider' }])).toEqual([]);
  });
});

const kinds = Object.keys(hostileAnswers) as AnswerKind[];

it.each(kinds)('both judges take the answer %s', (kind) => {
  const { message, thread } = slackReply(answerDocument(hostileAnswers[kind]));

  expect([message, ...thread].flatMap(({ blocks }) => judge(blocks))).toEqual([]);
  expect([message, ...thread].flatMap((each) => validateMessage(each))).toEqual([]);
});
