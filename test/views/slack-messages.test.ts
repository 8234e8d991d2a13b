import fc from 'fast-check';
import { limits } from '../../src/blocks/limits.ts';
import { validateMessage } from '../../src/blocks/validate.ts';
import { answerDocument } from '../../src/views/answer-document.ts';
import type { Document, Part, Span } from '../../src/views/document.ts';
import { escapeText, plainNotice, slackReply } from '../../src/views/slack-messages.ts';
import { readable } from '../support/chat-app.ts';
import {
  hostileAnswers,
  hostileText,
  storedContainer,
  storedFinding,
} from '../support/hostile-answers.ts';
import { findLiveText } from '../support/slack-text.ts';

const blockText = (blocks: readonly unknown[]) => readable({ text: '', blocks }).length;

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
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
  next: fc.array(text, { maxLength: 5 }),
});

test('any document becomes valid messages in which nothing is parsed', () => {
  fc.assert(
    fc.property(anyDocument, (document) => {
      const { message, thread } = slackReply(document);
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

  expect(shown).toContain(`and ${2_000 - named} more findings`);
});

test('three lines at most become buttons, each with the whole line', () => {
  const next = ['scan on web-1', `inspect ${'n'.repeat(200)}`, 'help', 'status'];
  const { message } = slackReply({ headline: 'h', summary: [], details: [], next });
  const [block] = message.blocks;

  expect(block).toMatchObject({
    type: 'actions',
    elements: next.slice(0, 3).map((value) => ({ value })),
  });
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
