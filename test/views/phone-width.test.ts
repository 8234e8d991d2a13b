import { walkObjects } from '../../src/blocks/walk.ts';
import { type AnswerKind, answerDocument } from '../../src/views/answer.ts';
import { slackReply } from '../../src/views/slack-messages.ts';
import { hostileAnswers, hostileName, hostileText } from '../support/hostile-answers.ts';

const kinds = Object.keys(hostileAnswers) as AnswerKind[];
/** Characters that a phone shows of a table without scrolling sideways, with the space between columns. */
const PHONE_COLUMNS = 3;
const PHONE_CHARACTERS = 46;

/** The same answer with names as they are on an ordinary day: long ones make lists of all tables. */
function tame<T>(value: T): T {
  if (typeof value === 'string') return tameText(value) as T;
  if (Array.isArray(value)) return value.map(tame) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, tame(one)])) as T;
}
const tameText = (text: string): string => {
  const plain = text.replaceAll(hostileText, 'redis').replaceAll(hostileName, 'web-1');
  return plain.length > 60 ? 'redis' : plain;
};

function blocksOf(kind: AnswerKind, isTame: boolean) {
  const answer = isTame ? tame(hostileAnswers[kind]) : hostileAnswers[kind];
  const { message, thread } = slackReply(answerDocument(answer), []);
  return [message, ...thread].flatMap(({ blocks }) => blocks);
}

describe.each(['names of an ordinary day', 'long names'])('with %s', (names) => {
  test.each(kinds)('%s reads at the width of a phone', (kind) => {
    const blocks = blocksOf(kind, names.includes('ordinary'));
    const wide: string[] = [];
    for (const { value: item } of walkObjects(blocks, '')) {
      // A phone cuts lines of a fixed width, or scrolls them sideways.
      if (item.type === 'rich_text_preformatted') wide.push(JSON.stringify(item));
      if (item.type !== 'table') continue;
      const rows = (item.rows as unknown[][]).map((row) => row.map(cellText));
      const widths = rows[0]?.map((_cell, at) =>
        Math.max(...rows.map((row) => row[at]?.length ?? 0)),
      );
      const total = (widths ?? []).reduce((sum, width) => sum + width + 1, 0);
      if ((widths?.length ?? 0) > PHONE_COLUMNS || total > PHONE_CHARACTERS) {
        wide.push(`${widths?.length} columns, ${total} characters: ${rows[0]?.join(' | ')}`);
      }
    }

    expect(wide).toEqual([]);
    expect(JSON.stringify(blocks)).not.toContain('```');
  });
});

function cellText(cell: unknown): string {
  const texts = [...walkObjects(cell, '')].map(({ value }) => value.text);
  return texts.filter((text) => typeof text === 'string').join('');
}

test('a table of four short columns is a list there, and one of two is a table', () => {
  const shown = (columns: string[]) => {
    const table = { kind: 'table' as const, columns, rows: [columns, columns] };
    const document = { headline: 'x', summary: [table], details: [], next: [] };
    return slackReply(document, []).message.blocks.map(({ type }) => type);
  };

  expect(shown(['a', 'b', 'c', 'd'])).not.toContain('table');
  expect(shown(['a', 'b'])).toContain('table');
});

test('a list of few words counts also what was cut from a cell before', () => {
  const rows = [
    ['cap-effective', 'off', 'CHOWN, KILL, MKNOD, SETUID and 10 more', 'here'],
    ['cap-ambient', 'off', 'none', 'there'],
    ['masked-paths', 'off', '/proc/acpi, /proc/keys and 7 more', 'there'],
  ];
  const columns = ['control', 'verdict', 'configured', 'how'];
  const document = { headline: 'x', summary: [{ kind: 'table' as const, columns, rows }] };
  const text = plainTextOf(slackReply({ ...document, details: [], next: [] }, []).message.blocks);

  expect(text).toContain('configured: CHOWN, KILL, MKNOD and 11 more');
  expect(text).toContain('configured: /proc/acpi, /proc/keys and 7 more');
});

test('a list of which all rows have the same words says how many more each has', () => {
  const capabilities = (more: number) => `CHOWN, KILL, MKNOD, SETUID and ${more} more`;
  const rows = [
    ['web', capabilities(10), 'here', 'x'],
    ['api', capabilities(9), 'there', 'y'],
    ['ci', capabilities(9), 'there', 'z'],
  ];
  const columns = ['container', 'capabilities', 'at', 'by'];
  const document = { headline: 'x', summary: [{ kind: 'table' as const, columns, rows }] };
  const text = plainTextOf(slackReply({ ...document, details: [], next: [] }, []).message.blocks);

  expect(text).toContain(': capabilities: 10 more · ');
  expect(text).toContain('All of them: capabilities: CHOWN, KILL, MKNOD, SETUID.');
});

function plainTextOf(blocks: unknown): string {
  const texts = [...walkObjects(blocks, '')].map(({ value }) => value.text);
  return texts.filter((text) => typeof text === 'string').join('\n');
}
