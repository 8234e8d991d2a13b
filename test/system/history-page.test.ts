import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../support/browser.ts';
import { type ChatApp, openChatApp } from '../support/chat-app.ts';
import { seedHistory } from '../support/seed-history.ts';

let app: ChatApp;
let browser: Browser;
let page: Page;
const refusals: string[] = [];

beforeAll(async () => {
  app = await openChatApp({ rateLimits: false });
  const now = Date.now();
  await seedHistory(app.database, { now, days: 14 });
  await seedHistory(app.database, { now, days: 14, host: 'web-2', down: [5, 6] });
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1_000, height: 800 } });
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) refusals.push(message.text());
  });
  await page.goto(app.workspace.url);
});

afterAll(async () => {
  await browser?.close();
  await app?.close();
});

const ask = async (line: string) => {
  await page.getByLabel('Message or command').fill(line);
  await page.getByRole('button', { name: 'Send' }).click();
};

it('draws a chart for who sees it, and as a table for who does not', async () => {
  await ask('/seawall history on web-1');
  const figure = page.locator('figure', { hasText: 'Score of web-1' });
  await figure.waitFor();

  const lines = page.locator('figure', { hasText: 'Open findings on web-1' }).locator('polyline');
  await expect(lines.count()).resolves.toBe(4);
  await figure.getByText('As a table').click();
  await expect(figure.getByRole('table').getByRole('row').count()).resolves.toBe(15);
  await expect(figure.locator('svg').getAttribute('aria-hidden')).resolves.toBe('true');
  const bounds = await figure.locator('polyline').boundingBox();
  expect(bounds?.width).toBeGreaterThan(300);
});

it('shows the picture that stands in for a chart with gaps', async () => {
  await ask('/seawall history on web-2');
  const picture = page.getByRole('img', { name: 'Score of web-2' });
  await picture.waitFor();

  await page.waitForFunction('[...document.images].every((image) => image.complete)');
  expect(await page.evaluate('[...document.images].map((image) => image.naturalWidth)')).toEqual([
    1_200, 1_200,
  ]);
});

it('needs nothing that the page’s policy forbids', () => {
  expect(refusals).toEqual([]);
});
