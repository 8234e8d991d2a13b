import fc from 'fast-check';
import { limits } from '../../src/blocks/limits.ts';
import { validateMessage } from '../../src/blocks/validate.ts';
import { actionsOf } from '../../src/views/actions.ts';
import { answerDocument } from '../../src/views/answer.ts';
import { shownActions } from '../../src/views/buttons.ts';
import type { Action, Document, Part, Span } from '../../src/views/document.ts';
import { escapeText, plainNotice, slackReply } from '../../src/views/slack-messages.ts';
import { anyCharacter } from '../support/arbitrary-text.ts';
import { readable } from '../support/chat-app.ts';
import {
  hostileAnswers,
  hostileText,
  storedContainer,
  storedFinding,
} from '../support/hostile-answers.ts';
import { findLiveText } from '../support/slack-text.ts';

const buttonsFor = (document: Document) =>
  shownActions(document).map(({ label }, index) => ({ label, token: `token-${index}` }));
const blockText = (blocks: readonly unknown[]) => readable({ text: '', blocks }).length;

const text = fc.oneof(
  fc.string({ unit: anyCharacter, maxLength: 40 }),
  fc.constantFrom('', hostileText, 'x'.repeat(950), '\ud83d\ude00'.repeat(120)),
);
const span: fc.Arbitrary<Span> = fc.oneof(
  text,
  text.map((code) => ({ code })),
  text.map((strong) => ({ strong })),
  text.map((name) => ({ group: name, name })),
);
const spans = fc.array(span, { maxLength: 5 });
const part: fc.Arbitrary<Part> = fc.oneof(
  text.map((words): Part => ({ kind: 'heading', text: words })),
  spans.map((all): Part => ({ kind: 'paragraph', spans: all })),
  spans.map((all): Part => ({ kind: 'note', spans: all })),
  fc.array(spans, { minLength: 1, maxLength: 60 }).map((items): Part => ({ kind: 'list', items })),
  fc
    .tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 130 }), text)
    .map(([width, height, cell]): Part => {
      const row = Array.from({ length: width }, () => cell);
      return { kind: 'table', columns: row, rows: Array.from({ length: height }, () => row) };
    }),
);
const anyDocument: fc.Arbitrary<Document> = fc.record({
  headline: text.filter((words) => words.trim() !== ''),
  summary: fc.array(part, { maxLength: 12 }),
  details: fc.array(part, { maxLength: 6 }),
  actions: fc.array(
    text.map((label): Action => ({ label, intent: { kind: 'home' } })),
    { maxLength: 30 },
  ),
  next: fc.array(text, { maxLength: 5 }),
});

test('any document becomes valid messages in which nothing is parsed', () => {
  fc.assert(
    fc.property(anyDocument, (document) => {
      const { message, thread } = slackReply(document, buttonsFor(document));
      for (const each of [message, ...thread]) {
        expect(validateMessage(each)).toEqual([]);
        expect(findLiveText(each)).toEqual([]);
        expect(blockText(each.blocks)).toBeLessThanOrEqual(limits.messageBlockText.value);
      }
    }),
    { numRuns: 80 },
  );
});

test('no part of a document is dropped', () => {
  const line = (index: number) => `line-${index}.`;
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 400 }), (count) => {
      const summary = Array.from({ length: count }, (_, index): Part => {
        const words = line(index);
        if (index % 4 === 0) return { kind: 'table', columns: ['a'], rows: [[words]] };
        if (index % 4 === 1) return { kind: 'list', items: [[words]] };
        return { kind: index % 4 === 2 ? 'note' : 'paragraph', spans: [words] };
      });
      const { message, thread } = slackReply({ headline: 'h', summary, details: [], next: [] });
      const shown = [message, ...thread].map(readable).join('\n');
      for (let index = 0; index < count; index += 1) expect(shown).toContain(line(index));
    }),
    { numRuns: 20 },
  );
});

test('four hundred containers all arrive', () => {
  const containers = Array.from({ length: 400 }, (_, index) =>
    storedContainer({ name: `c${index}.` }),
  );
  const { message, thread } = slackReply(
    answerDocument({ ...hostileAnswers.containers, containers, unverified: [] }),
  );
  const shown = [message, ...thread].map(readable).join('\n');

  for (let index = 0; index < 400; index += 1) expect(shown).toContain(`c${index}.`);
  expect([message, ...thread].flatMap((each) => validateMessage(each))).toEqual([]);
});

test('two thousand findings say how many are not spelled out', () => {
  const findings = Array.from({ length: 2_000 }, (_, index) =>
    storedFinding({ rule: `rule-${index}.`, subjects: ['web'], message: 'is wrong' }),
  );
  const { message, thread } = slackReply(answerDocument({ ...hostileAnswers.findings, findings }));
  const shown = [message, ...thread].map(readable).join('\n');
  const named = findings.filter(({ rule }) => shown.includes(rule)).length;

  expect(shown).toContain(`and ${2_000 - named} more on the next page`);
});

test('nine at most can be pressed: four buttons and a menu, each with its token', () => {
  const lines = Array.from({ length: 9 }, (_, index) => `scan on web-${index}`);
  const next = [`inspect ${'n'.repeat(200)}`, ...lines];
  const document = { headline: 'h', summary: [], details: [], next };
  const buttons = buttonsFor(document);
  const { message } = slackReply(document, buttons);
  const [block] = message.blocks;

  expect(buttons).toHaveLength(9);
  expect(block).toMatchObject({
    type: 'actions',
    elements: [
      ...[0, 1, 2, 3].map((index) => ({ type: 'button', value: `token-${index}` })),
      {
        type: 'overflow',
        options: [4, 5, 6, 7, 8].map((index) => ({ value: `token-${index}` })),
      },
    ],
  });
  expect(JSON.stringify(message)).not.toContain('n'.repeat(76));
});

test('what stands behind a button is not in the message', () => {
  const action: Action = {
    label: 'Fix',
    intent: { kind: 'run', line: 'why 0123abcd --fix', about: null },
  };
  const document = { headline: 'h', summary: [], details: [], actions: [action], next: [] };

  expect(JSON.stringify(slackReply(document, buttonsFor(document)))).not.toContain('0123abcd');
  expect(slackReply(document).message.blocks).toEqual([]);
});

test('a line that a button runs already is no second button', () => {
  const explain: Action = {
    label: 'Explain',
    intent: { kind: 'run', line: 'explain no-root-user', about: null },
  };
  const next = ['explain no-root-user', 'scan', 'scan'];

  expect(actionsOf({ actions: [explain], next }).map(({ label }) => label)).toEqual([
    'Explain',
    'scan',
  ]);
});

test.each([
  ['<!channel> & <@U1>', '&lt;!channel&gt; &amp; &lt;@U1&gt;'],
  ['a\u001b[0mb\nc', 'a\\u{1b}[0mb\\u{a}c'],
])('%j is escaped', (raw, escaped) => {
  expect(escapeText(raw)).toBe(escaped);
});

test('a notice is a valid message', () => {
  const notice = plainNotice(hostileText);

  expect([...validateMessage(notice), ...findLiveText(notice)]).toEqual([]);
});
