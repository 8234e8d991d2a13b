import type { Browser, Page } from 'playwright-core';
import { type Demo, openDemo } from '../../src/programs/demo.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { openBrowser } from '../support/browser.ts';

let demo: Demo;
let browser: Browser;
let page: Page;
const printed: string[] = [];

beforeAll(async () => {
  demo = await openDemo({
    hosts: [],
    port: 0,
    log: silentLogger,
    say: (text) => printed.push(text),
  });
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1000, height: 800 } });
  await page.goto(demo.url);
});

afterAll(async () => {
  await browser?.close();
  await demo?.close();
});

const type = async (line: string) => {
  await page.getByLabel('Message or command').fill(line);
  await page.getByRole('button', { name: 'Send' }).click();
};

it('shows the scan that the demo asked for, and the terminal prints the same', async () => {
  await page.getByText('First scan of this host').waitFor();

  await expect(
    page.getByText('t01-priv, t37-stopped-priv, vanilla on sample').count(),
  ).resolves.toBe(1);
  expect(printed.join('')).toContain('t01-priv, t37-stopped-priv, vanilla on sample');
  expect(printed.join('')).toContain('a recording of a real engine');
});

it('answers a typed command, for whoever typed it alone', async () => {
  await type('/seawall containers docker-socket');

  const answer = page.getByRole('article').filter({ hasText: '4 containers (docker-socket)' });
  await answer.waitFor();
  await expect(answer.textContent()).resolves.toContain('Only visible to you');
  await expect(answer.textContent()).resolves.toContain('t30-mnt-ro-root');
});

it('runs the line of a button', async () => {
  await page.getByRole('button', { name: 'explain no-added-capabilities' }).first().click();

  const answer = page.getByRole('article').filter({ hasText: 'Fix: ' });
  await answer.waitFor();
  await expect(answer.textContent()).resolves.toContain('4 failing containers');
});

it('suggests the line that was meant', async () => {
  await type('/seawall contaners root');

  await page.getByText('Did you mean').waitFor();
  await expect(page.getByText('containers root', { exact: true }).count()).resolves.toBeGreaterThan(
    0,
  );
});

it('fits a phone', async () => {
  await page.setViewportSize({ width: 375, height: 700 });

  const overflow = await page.evaluate('document.body.scrollWidth - window.innerWidth');

  expect(overflow).toBeLessThanOrEqual(0);
});
