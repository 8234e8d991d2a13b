import type { Block } from '../blocks/block.ts';
import { limits } from '../blocks/limits.ts';
import { clamp, visible } from '../shared/text.ts';
import { actionBlocks, type Button } from './buttons.ts';
import { type Document, type Part, type PicturePart, plainText, type Span } from './document.ts';
import { utcText } from './local-time.ts';
import { planBlock } from './plan-block.ts';
import { severityMarks } from './severity-marks.ts';
import { isTooWide, tableAsList } from './table-list.ts';

export interface SlackMessage {
  /** For notifications and screen readers; escaped, so nothing in it pings or links. */
  text: string;
  blocks: Block[];
  /**
   * Pictures for it. `blocks` holds what each shows in words, so that the message is whole without;
   * `before` is the index in `blocks` at which the picture goes in; there is room for it.
   */
  charts?: SlackChart[];
}

export interface SlackChart {
  before: number;
  chart: PicturePart;
}

export interface SlackReply {
  message: SlackMessage;
  /** Details, each a message of the thread below. */
  thread: SlackMessage[];
}

/** Makes messages for a channel, with buttons that work where that is possible. */
export type RenderDocument = (document: Document, channel: string) => Promise<SlackReply>;

/** Blocks of one message that are left for its parts; the buttons need two. */
const PARTS_PER_MESSAGE = limits.blocksPerMessage.value - 3;
const TEXT_BUDGET = limits.messageBlockTextBudget.value - 1_000;
const CELL_LENGTH = 200;
const LINE_LENGTH = 900;

/**
 * A document as Slack messages within Slack's limits: the summary, and a thread for the details and
 * for what does not fit. Untrusted text stands only where Slack parses nothing: rich text leaves,
 * raw table cells and plain text. `buttons` are those of the `shownActions` of the document.
 */
export function slackReply(document: Document, buttons: readonly Button[] = []): SlackReply {
  const [first = { blocks: [] }, ...overflow] = paginate(document.summary.flatMap(splitPart));
  const details = paginate((document.details ?? []).flatMap(splitPart));
  const replies = (document.replies ?? []).flatMap((parts) => paginate(parts.flatMap(splitPart)));
  const text = escapeText(document.headline);
  return {
    message: { text, ...first, blocks: [...first.blocks, ...actionBlocks(buttons)] },
    thread: [...overflow, ...details, ...replies].map((page) => ({ text, ...page })),
  };
}

/**
 * Parts as blocks of a view, at most `blocksMax`. Views take no tables, so a table becomes a list of
 * its rows; what does not fit is said.
 */
export function viewBlocks(parts: readonly Part[], blocksMax: number): Block[] {
  const blocks = parts.flatMap(withoutTable).flatMap(splitPart);
  if (blocks.length <= blocksMax) return blocks.map(({ block }) => block);
  const shown = blocks.slice(0, blocksMax - 1).map(({ block }) => block);
  return [...shown, noteBlock(['… and more, which does not fit here.']).block];
}

const withoutTable = (part: Part): Part[] => (part.kind === 'table' ? tableAsList(part) : [part]);

/** One sentence as a message, in which nothing is parsed either. */
export function plainNotice(text: string): SlackMessage {
  const block = noteBlock([text]).block;
  return { text: escapeText(text), blocks: [block] };
}

/** Slack's three control characters escaped, so that mentions and links stay text. */
export function escapeText(text: string): string {
  return escapeControls(clamp(visible(text), limits.messageTextAdvised.value / 8));
}

/** As `escapeText`, at any length. */
export function escapeControls(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

interface SizedBlock {
  block: Block;
  length: number;
  isTable: boolean;
  /** The picture that goes before the block. */
  chart?: PicturePart;
}

type Page = Pick<SlackMessage, 'blocks' | 'charts'>;

function paginate(sized: readonly SizedBlock[]): Page[] {
  const pages: Page[] = [];
  let page: SizedBlock[] = [];
  for (const one of sized) {
    if (page.length > 0 && !hasRoom(page, one)) {
      pages.push(toPage(page));
      page = [];
    }
    page.push(one);
  }
  return page.length > 0 ? [...pages, toPage(page)] : pages;
}

function hasRoom(page: readonly SizedBlock[], next: SizedBlock): boolean {
  const all = [...page, next];
  const count = (isCounted: (one: SizedBlock) => boolean) => all.filter(isCounted).length;
  return (
    all.length + count(({ chart }) => chart !== undefined) <= PARTS_PER_MESSAGE &&
    all.reduce((sum, { length }) => sum + length, 0) <= TEXT_BUDGET &&
    count(({ isTable }) => isTable) <= limits.tablesPerMessage.value &&
    count(({ chart }) => chart !== undefined) <= limits.chartsPerMessage.value
  );
}

function toPage(page: readonly SizedBlock[]): Page {
  const blocks = page.map(({ block }) => block);
  const charts = page.flatMap(({ chart }, before) => (chart ? [{ before, chart }] : []));
  return charts.length > 0 ? { blocks, charts } : { blocks };
}

function splitPart(part: Part): SizedBlock[] {
  switch (part.kind) {
    case 'heading': {
      const text = clamp(visible(part.text) || ' ', limits.headerText.value);
      return [
        sized({ type: 'header', text: { type: 'plain_text', text, emoji: false } }, text.length),
      ];
    }
    case 'paragraph':
      return [richText([{ type: 'rich_text_section', elements: leaves(part.spans) }])];
    case 'note':
      return [noteBlock(part.spans)];
    case 'list':
      return chunksBySize(part.items, spansLength, TEXT_BUDGET / 2).map((items) =>
        richText([
          {
            type: 'rich_text_list',
            style: 'bullet',
            elements: items.map((item) => ({ type: 'rich_text_section', elements: leaves(item) })),
          },
        ]),
      );
    case 'table':
      if (part.isWide || isTooWide(part)) return tableAsList(part).flatMap(splitPart);
      return tableBlocks(part.columns, part.rows);
    case 'plan': {
      const block = planBlock(part, (spans) => leaves(spans));
      const titles = part.tasks.reduce((sum, { title }) => sum + title.length, part.title.length);
      return [sized(block, textLength(block) + titles)];
    }
    case 'chart':
      return [{ ...noteBlock([part.alternative]), chart: part }];
    case 'host-map': {
      const [first = '', ...ways] = part.waysSaid;
      const lines = ways.map((way) => noteBlock([`• ${way}`]));
      return [{ ...noteBlock([first]), chart: part }, ...lines];
    }
  }
}

type RichText = Extract<Block, { type: 'rich_text' }>;
type RichTextLeaf = Extract<
  RichText['elements'][number],
  { type: 'rich_text_section' }
>['elements'][number];
type LeafOf<Type extends RichTextLeaf['type']> = Extract<RichTextLeaf, { type: Type }>;
type Leaf = LeafOf<'text' | 'usergroup' | 'user' | 'channel' | 'date' | 'emoji'>;

/** Anything else would be refused, or mention something else. */
const isUserGroup = (id: string): boolean => /^S[A-Z0-9]{2,}$/.test(id);

const isUser = (id: string): boolean => /^[UW][A-Z0-9]{2,}$/.test(id);

const isChannel = (id: string): boolean => /^[CGD][A-Z0-9]{2,}$/.test(id);

function leaves(spans: readonly Span[]): Leaf[] {
  const filled = spans.flatMap(leavesOf).filter((leaf) => leaf.type !== 'text' || leaf.text !== '');
  return filled.length > 0 ? filled : [{ type: 'text', text: ' ' }];
}

function leavesOf(span: Span): Leaf[] {
  const text = (words: string, style?: LeafOf<'text'>['style']): Leaf => {
    return { type: 'text', text: clamp(visible(words), LINE_LENGTH), ...(style && { style }) };
  };
  if (typeof span === 'string') return [text(span)];
  if ('code' in span) return [text(span.code, { code: true })];
  if ('strong' in span) return [text(span.strong, { bold: true })];
  if ('severity' in span) {
    const { emoji: name, unicode } = severityMarks[span.severity];
    return [{ type: 'emoji', name, unicode }, text(` ${span.severity}`, { bold: true })];
  }
  if ('user' in span)
    return [isUser(span.user) ? { type: 'user', user_id: span.user } : text(span.user)];
  if ('channel' in span) {
    return [
      isChannel(span.channel) ? { type: 'channel', channel_id: span.channel } : text(span.channel),
    ];
  }
  if ('time' in span) {
    const timestamp = Math.floor(Date.parse(span.time) / 1_000);
    const format = '{date_short_pretty} {time}';
    return [{ type: 'date', timestamp, format, fallback: utcText(span.time) }];
  }
  if (isUserGroup(span.group)) return [{ type: 'usergroup', usergroup_id: span.group }];
  return [text(`@${span.name}`)];
}

function richText(elements: RichText['elements']): SizedBlock {
  const block: RichText = { type: 'rich_text', elements };
  return sized(block, textLength(block));
}

function noteBlock(spans: readonly Span[]): SizedBlock {
  // Nothing is mentioned in plain text.
  const text = clamp(visible(spans.map(plainText).join('')), LINE_LENGTH) || ' ';
  const element = { type: 'plain_text' as const, text, emoji: false };
  return sized({ type: 'context', elements: [element] }, text.length);
}

function tableBlocks(columns: readonly string[], rows: readonly string[][]): SizedBlock[] {
  const cell = (text: string) => ({
    type: 'raw_text' as const,
    text: clamp(visible(text) || ' ', CELL_LENGTH),
  });
  type Row = ReturnType<typeof cell>[];
  const header = columns.map(cell);
  // Padding counts too: an empty cell is sent as a blank.
  const rowLength = (row: Row) => row.reduce((sum, { text }) => sum + text.length, 0);
  // Each part of a long table repeats the header.
  const bodyMax = TEXT_BUDGET - rowLength(header);
  const body = rows.map((row) => row.map(cell));
  return chunksBySize(body, rowLength, bodyMax, limits.tableRows.value - 1).map((chunk) => {
    const table = [header, ...chunk];
    const length = table.reduce((sum, row) => sum + rowLength(row), 0);
    return { block: { type: 'table', rows: table }, length, isTable: true };
  });
}

const sized = (block: Block, length: number): SizedBlock => ({ block, length, isTable: false });

function spansLength(spans: readonly Span[]): number {
  return leaves(spans).reduce((sum, leaf) => sum + leafLength(leaf), 0);
}

/** Room that Slack's own elements take: a name, a mark, a time. */
const ELEMENT_LENGTH = 20;

const leafLength = (leaf: Leaf): number =>
  leaf.type === 'text' ? leaf.text.length : ELEMENT_LENGTH;

/** Characters of every text leaf below a block. */
function textLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + textLength(item), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [key, item]) =>
      sum + (key === 'text' && typeof item === 'string' ? item.length : textLength(item)),
    0,
  );
}

function chunksBySize<T>(
  items: readonly T[],
  sizeOf: (item: T) => number,
  sizeMax: number,
  countMax = Number.POSITIVE_INFINITY,
): T[][] {
  const chunks: T[][] = [];
  let size = 0;
  for (const item of items) {
    const last = chunks.at(-1);
    const itemSize = sizeOf(item);
    if (last && size + itemSize <= sizeMax && last.length < countMax) {
      last.push(item);
      size += itemSize;
    } else {
      chunks.push([item]);
      size = itemSize;
    }
  }
  return chunks;
}
