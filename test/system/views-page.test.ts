import { WebClient } from '@slack/web-api';
import type { Browser, Page } from 'playwright-core';
import type { Workspace } from '../../demo/workspace/workspace.ts';
import { drawPng } from '../../src/chat/draw-png.ts';
import type { AnswerKind } from '../../src/views/answer.ts';
import { answerDocument } from '../../src/views/answer.ts';
import { shownActions } from '../../src/views/buttons.ts';
import { fitsBlock, withPictures } from '../../src/views/message-pictures.ts';
import { homeView } from '../../src/views/modals.ts';
import { slackReply } from '../../src/views/slack-messages.ts';
import { noteTroubles, openBrowser } from '../support/browser.ts';
import { hostileAnswers } from '../support/hostile-answers.ts';
import { openQuietWorkspace } from '../support/post-digest.ts';
import { drawElsewhere } from '../support/second-drawing.ts';
import { until } from '../support/until.ts';

const kinds = Object.keys(hostileAnswers) as AnswerKind[];
const GROUP = 'S0PAYMENTS';
let workspace: Workspace;
let client: WebClient;
let browser: Browser;
let page: Page;
/** Reads the other library's markup, whose styles our page would refuse. */
let scratch: Page;
let picture = '';
const troubles: string[] = [];
/** What a page shows of a block that it does not know; and a link, picture from elsewhere, script or style of an answer. */
const STRANGE = [
  '.unsupported',
  'article a[href^="http"]',
  'article img:not([src^="/page/"])',
  'article script',
  'article style',
].join();
const strange: string[] = [];

beforeAll(async () => {
  workspace = await openQuietWorkspace();
  client = new WebClient(workspace.botToken, { slackApiUrl: workspace.apiUrl });
  const file = Buffer.from(
    await drawPng('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
  );
  const given = await client.files.getUploadURLExternal({ filename: 'a.png', length: file.length });
  await fetch(String(given.upload_url), { method: 'POST', body: file });
  picture = String(given.file_id);
  await client.files.completeUploadExternal({ files: [{ id: picture }] });
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
  scratch = await browser.newPage();
  noteTroubles(page, troubles);
  page.on('dialog', (dialog) => troubles.push(`dialog ${dialog.message()}`));
  for (const kind of kinds) await post(kind);
  await page.goto(workspace.url);
});

afterAll(async () => {
  await browser?.close();
  await workspace?.close();
});

/** The messages of an answer with all that can be pressed and drawn. */
function messagesOf(kind: AnswerKind) {
  const document = answerDocument(hostileAnswers[kind]);
  const buttons = shownActions(document).map(({ label }, index) => ({
    label,
    token: `token-${index}`,
  }));
  const { message, thread } = slackReply(document, buttons);
  return [message, ...thread].map((each) =>
    withPictures(each, ({ chart }) =>
      fitsBlock(chart) ? { kind: 'block' } : { kind: 'image', fileId: picture },
    ),
  );
}

/** Drawn with the same words by the other library, which takes plain text for markup. */
const compared = ['header', 'rich_text', 'context', 'table', 'actions'];

type Node = Record<string, unknown>;
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/** Every text that stands in a block, as a reader should see it. */
function textsIn(value: unknown): string[] {
  if (!isNode(value)) return [];
  const own = typeof value.text === 'string' ? [value.text] : [];
  return [...own, ...Object.values(value).flatMap(textsIn)];
}

/** The block without what is markup somewhere, and without menus, which are closed elsewhere. */
function tame(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((one) => one?.type !== 'overflow').map(tame);
  if (!isNode(value)) return value;
  // Each draws a time in its own way.
  if (value.type === 'date') return { type: 'text', text: 'then' };
  const tamed = Object.entries(value).map(([key, item]) => [
    key,
    key === 'text' && typeof item === 'string'
      ? item.replaceAll(/[^\p{L}\p{N} .,–…]/gu, '·').replace(/^./u, 'x')
      : tame(item),
  ]);
  return Object.fromEntries(tamed);
}

const squeeze = (text: string) => text.replaceAll(/\s+/g, '');
const names = { [GROUP]: GROUP };
/** What is read of each markup, as the browser understands it. */
const wordsOf = async (markups: readonly string[]) => {
  const read = `${JSON.stringify(markups)}.map((markup) =>
    new DOMParser().parseFromString(markup, 'text/html').body.textContent)`;
  return (await scratch.evaluate<string[]>(read)).map(squeeze);
};

/** Each answer has one to itself: what a page takes for a message grows with those before it. */
const channelOf = (kind: AnswerKind) => `answer-${kind}`;
interface Posted {
  /** As the app sends them. */
  whole: ReturnType<typeof messagesOf>[number]['blocks'][];
  /** What the other library is compared by, of each of these that has some. */
  comparable: Node[][];
}
const posted = new Map<AnswerKind, Posted>();

/** Posts an answer, all of it and what is compared of it, each a message. */
async function post(kind: AnswerKind): Promise<void> {
  const whole = messagesOf(kind).map(({ blocks }) => blocks);
  const comparable = whole
    .map((blocks) => blocks.filter(({ type }) => compared.includes(type)).map(tame) as Node[])
    .filter((blocks) => blocks.length > 0);
  const channel = channelOf(kind);
  workspace.channels.create({ name: channel });
  for (const blocks of [...whole, ...comparable]) {
    await client.chat.postMessage({ channel, text: 'An answer', blocks: blocks as never[] });
  }
  posted.set(kind, { whole, comparable });
}

interface Drawn {
  /** Of each message the text of each block. */
  articles: string[][];
  strange: string[];
}

/** Opens an answer's channel, and gives what the page draws in it. */
async function draw(kind: AnswerKind, count: number): Promise<Drawn> {
  const name = new RegExp(`^#${channelOf(kind)}( \\d+ unread)?$`);
  await page.getByRole('button', { name }).click();
  await page.getByRole('heading', { level: 1, name: `#${channelOf(kind)}`, exact: true }).waitFor();
  await page
    .getByRole('article')
    .nth(count - 1)
    .waitFor({ state: 'attached' });
  const { articles, strange } = await page.evaluate<Drawn>(`(() => {
    const textsOf = (nodes) => [...nodes].map(({ textContent }) => textContent);
    const articles = [...document.querySelectorAll('article')];
    return {
      articles: articles.map((one) => textsOf(one.querySelectorAll('.blocks > *'))),
      strange: textsOf(document.querySelectorAll(${JSON.stringify(STRANGE)})),
    };
  })()`);
  return { articles: articles.map((texts) => texts.map(squeeze)), strange };
}

describe.each(kinds)('the answer %s', (kind) => {
  let sent: Posted;
  let drawn: Drawn;
  beforeAll(async () => {
    sent = posted.get(kind) as Posted;
    drawn = await draw(kind, sent.whole.length + sent.comparable.length);
    strange.push(...drawn.strange.map((text) => `${kind}: ${text}`));
  });

  it('is drawn whole, with every text as it stands', () => {
    const all = [...sent.whole, ...sent.comparable];
    expect(drawn.articles.map(({ length }) => length)).toEqual(all.map(({ length }) => length));
    const missing = sent.whole.flatMap((blocks, at) =>
      blocks.flatMap((block, index) =>
        textsIn(block).filter((text) => !drawn.articles[at]?.[index]?.includes(squeeze(text))),
      ),
    );

    expect(missing).toEqual([]);
  });

  it('says what another library draws of it', async () => {
    const markups = sent.comparable.flat().map((block) => drawElsewhere(block, names));

    expect(drawn.articles.slice(sent.whole.length).flat()).toEqual(await wordsOf(markups));
  });
});

it('draws the Home tab whole', async () => {
  const document = answerDocument(hostileAnswers.home);
  const buttons = shownActions(document).map(({ label }, index) => ({
    label,
    token: `token-${index}`,
  }));
  const view = homeView(document, buttons);
  await client.views.publish({ user_id: 'U0ALICE00', view });
  await page.getByRole('button', { name: 'Home', exact: true }).click();
  const missing = async () => {
    const drawn = (await page.getByRole('article', { name: 'Home' }).textContent()) ?? '';
    return textsIn(view).filter((text) => !squeeze(drawn).includes(squeeze(text)));
  };
  // The page hears of it.
  const deadline = Date.now() + 60_000;
  await until(async () => (await missing()).length === 0 || Date.now() > deadline);

  expect(await missing()).toEqual([]);
});

it('knows every block, runs and loads nothing of what it shows', () => {
  expect(strange).toEqual([]);
  expect(workspace.violations).toEqual([]);
  expect(troubles).toEqual([]);
});
