import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { type Demo, openDemo } from '../../../demo/open-demo.ts';
import { findViolations } from '../../support/accessibility.ts';
import { noteTroubles, openBrowser } from '../../support/browser.ts';
import { keptHistory } from '../../support/kept-history.ts';
import { openTellingLogger } from '../../support/known.ts';
import { nightZone } from '../../support/night.ts';
import type { RealEngine } from '../../support/real-engine.ts';
import { startSleeper } from '../../support/run-options.ts';
import { workerEngine } from '../../support/worker-engine.ts';

let engine: RealEngine;
let demo: Demo;
let browser: Browser;
let page: Page;
const troubles: string[] = [];

beforeAll(async () => {
  engine = await workerEngine();
  engine.importBaseImage();
  await startSleeper(engine, 'payments', '--privileged');
  await startSleeper(engine, 'web', '--read-only');
  const host = {
    ...{ name: 'local', url: engine.url, tls: undefined, isDefault: true, labels: {} },
    evidence: 'api' as const,
  };
  const { history } = await keptHistory();
  demo = await openDemo({
    history,
    hosts: [host],
    port: 0,
    log: openTellingLogger().log,
    say: () => {},
    timeZone: nightZone(),
  });
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1280, height: 850 } });
  noteTroubles(page, troubles);
  page.on('request', (request) => {
    if (!request.url().startsWith(new URL(demo.url).origin))
      troubles.push(`loads ${request.url()}`);
  });
  await page.goto(demo.url);
});

afterAll(async () => {
  await browser?.close();
  await demo?.close();
  await engine?.close();
});

const composer = () => page.getByRole('combobox', { name: 'Message or command' });
const articles = (text: string | RegExp) => page.getByRole('article').filter({ hasText: text });

it('completes a command as it is typed, by the keyboard alone', async () => {
  await articles('First scan of this host').waitFor();
  // Where one types without a click; and from elsewhere the slash is the first character of the line.
  await expect(page.evaluate('document.activeElement.role')).resolves.toBe('combobox');
  await page.getByRole('log', { name: /^Messages in/ }).focus();
  await page.keyboard.type('/seawall sc');
  await expect(composer().inputValue()).resolves.toBe('/seawall sc');
  const option = page.getByRole('option', { name: 'scan' });
  await option.waitFor();
  await expect(findViolations(page)).resolves.toEqual([]);

  await page.keyboard.press('ArrowDown');
  await expect(option.getAttribute('aria-selected')).resolves.toBe('true');
  await page.keyboard.press('Enter');
  await expect(composer().inputValue()).resolves.toBe('/seawall scan ');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Enter');
});

it('shows the scan as it proceeds, and its result', async () => {
  const scans = articles(/local.*Engine/s);
  await scans.nth(1).getByRole('button', { name: 'Rescan' }).waitFor();

  await expect(scans.count()).resolves.toBe(2);
  await expect(scans.nth(1).textContent()).resolves.toContain('(edited)');
});

it('completes containers by name', async () => {
  await composer().fill('/seawall inspect pay');
  await page.getByRole('option', { name: 'payments container' }).waitFor();
  await page.keyboard.press('Tab');

  await expect(composer().inputValue()).resolves.toBe('/seawall inspect payments ');
  await composer().fill('');
});

it('opens the thread of the scan by the keyboard, and the evidence of a finding', async () => {
  const scan = articles('First scan of this host');
  await scan.getByRole('button', { name: /^\d+ repl/ }).focus();
  await page.keyboard.press('Enter');
  const thread = page.getByRole('complementary', { name: 'Thread' });
  await thread.getByText('no-privileged-container', { exact: true }).first().waitFor();
  await expect(findViolations(page)).resolves.toEqual([]);
  await page.keyboard.press('Escape');
  await thread.waitFor({ state: 'detached' });
  await expect(page.evaluate('document.activeElement.textContent')).resolves.toMatch(/^\d+ repl/);

  await composer().fill('/seawall why no-privileged-container payments --evidence');
  await page.keyboard.press('Enter');
  await articles('HostConfig.Privileged').first().waitFor();
});

it('accepts a finding with a reason, and takes that back', async () => {
  const answers = articles('Only visible to you');
  const before = await answers.count();
  await composer().fill('/seawall why no-privileged-container payments');
  await page.keyboard.press('Enter');
  await answers
    .nth(before)
    .getByRole('button', { name: /^Accept/ })
    .click();
  const dialog = page.getByRole('dialog');
  const reason = dialog.getByLabel('Reason');
  await reason.waitFor();
  await expect(findViolations(page)).resolves.toEqual([]);
  await reason.fill('It runs the backup until March');
  await dialog.getByLabel('7 days').check();
  await dialog.getByRole('button', { name: 'Accept' }).click();
  await dialog.waitFor({ state: 'detached' });
  await articles('It runs the backup until March').first().waitFor();

  const accepted = articles('It runs the backup until March').filter({
    has: page.getByRole('button', { name: /^Take back|^unaccept/ }),
  });
  await accepted
    .last()
    .getByRole('button', { name: /^Take back|^unaccept/ })
    .click();
  await articles(/open again|taken back|no longer accepted/i)
    .first()
    .waitFor();
});

it('filters containers', async () => {
  await composer().fill('/seawall containers privileged');
  await page.keyboard.press('Enter');
  const answer = articles('1 container (privileged)');
  await answer.first().waitFor();

  await expect(answer.first().textContent()).resolves.toMatch(
    /payments.*Only visible|Only visible.*payments/s,
  );
});

it('gives the export as a file', async () => {
  await composer().fill('/seawall export csv');
  await page.keyboard.press('Enter');
  const answer = articles('Findings as CSV').last();
  await answer.getByRole('button', { name: /^1 reply/ }).click();
  const thread = page.getByRole('log', { name: 'Messages of the thread' });
  const link = thread.getByRole('link', { name: /^Download .*csv/ });
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);

  expect(download.suggestedFilename()).toMatch(/\.csv$/);
  expect(readFileSync(await download.path(), 'utf8')).toContain('no-privileged-container');
  await page.keyboard.press('Escape');
});

it('moves the clock to the next digest, and says that the time is simulated', async () => {
  await page.getByRole('button', { name: /^Next digest: .*\d\d:30/ }).click();
  await page.getByText('Simulated time').waitFor();
  const digest = articles('details in the thread.');
  await digest.waitFor();

  await expect(digest.last().textContent()).resolves.toMatch(/hosts are easy to take over: local/);
  await expect(page.getByRole('heading', { level: 2 }).count()).resolves.toBeGreaterThan(1);
});

it('shows what happened underneath', async () => {
  await composer().fill('/seawall scan');
  await page.keyboard.press('Enter');
  await articles(/local.*Engine/s)
    .nth(2)
    .waitFor();
  await page.getByRole('button', { name: 'Underneath' }).click();
  const panel = page.getByRole('complementary', { name: 'Underneath' });
  await panel.getByText('GET /v').first().waitFor();

  const text = (await panel.textContent()) ?? '';
  expect(text).toContain('POST /slack/events');
  expect(text).toMatch(/→ 200 after \d/);
  expect(text).toMatch(/x-slack-signaturev0=\w{11}…/);
  expect(text).toMatch(/Engine calls \(\d+\).*localGET \/v[\d.]+\/containers\/json200/s);
  expect(text).toMatch(/Database rows written \(\d+\).*scaninsert/s);
  expect(text).toMatch(/Calls to Slack \(\d+\).*chat\.postMessage/s);
  await expect(findViolations(page)).resolves.toEqual([]);
  await page.keyboard.press('Escape');
});

it('marks a channel that somebody has not read', async () => {
  await page.keyboard.press('Control+k');
  await page.getByLabel('Where to').waitFor();
  await page.keyboard.type('gener');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: '#general' }).waitFor();
  await composer().fill('@seawall status');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /^\d+ repl/ }).waitFor();
  await composer().fill('Good morning');
  await page.keyboard.press('Enter');
  await articles('Good morning').waitFor();
  await page.getByRole('button', { name: '#security' }).click();
  await page.getByLabel('You are').selectOption('Bob Baker');

  await page.getByRole('button', { name: /#general \d+ unread/ }).click();
  await articles('Good morning').waitFor();
  await page.getByRole('button', { name: '#general', exact: true }).waitFor();
  await page.getByLabel('You are').selectOption('Alice Archer');
});

it('suggests what to ask in the conversation with the app', async () => {
  await page.keyboard.press('Control+k');
  await page.getByLabel('Where to').waitFor();
  await page.keyboard.type('seawall');
  await page.keyboard.press('Enter');
  const suggestion = page.getByRole('button', { name: /^What could take over/ });
  await suggestion.waitFor();
  await expect(findViolations(page)).resolves.toEqual([]);
  await suggestion.click();

  await articles(/^.*isolation on [\w-]+/)
    .first()
    .waitFor();
  await articles('What virtual machines would add').first().waitFor();
});

it('opens the Home tab', async () => {
  await page.keyboard.press('Control+k');
  await page.getByLabel('Where to').waitFor();
  await page.keyboard.type('home');
  await page.keyboard.press('Enter');
  await page.getByText('Your hosts').waitFor();

  await expect(findViolations(page)).resolves.toEqual([]);
});

it('keeps all of it when it is loaded again', async () => {
  await page.reload();
  await page.getByText('Your hosts').waitFor();
  await page.getByText('Simulated time').waitFor();
  await page.getByRole('button', { name: '#security' }).click();

  for (const text of [
    'First scan of this host',
    '1 container (privileged)',
    'details in the thread.',
  ]) {
    await articles(text).first().waitFor();
  }
});

it.each([
  ['light', 1280],
  ['dark', 1280],
  ['light', 375],
  ['dark', 375],
] as const)('can be used by everybody: %s, %i pixels wide', async (colorScheme, width) => {
  await page.emulateMedia({ colorScheme });
  await page.setViewportSize({ width, height: 720 });
  const found: Record<string, string[]> = { conversation: await findViolations(page) };
  await page.getByRole('button', { name: 'Underneath' }).click();
  await page.getByText('POST /slack/events').first().waitFor();
  found.underneath = await findViolations(page);
  await page.getByRole('button', { name: 'Close Underneath' }).click();
  await page
    .getByRole('button', { name: /^\d+ repl/ })
    .last()
    .click();
  found.thread = await findViolations(page);
  const wide = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
  await page.getByRole('button', { name: 'Close Thread' }).click();
  if (width < 800) {
    await page.getByRole('button', { name: 'Channels' }).click();
    found.places = await findViolations(page);
    await page.getByRole('button', { name: '#security' }).click();
  }

  expect(Object.values(found).flat()).toEqual([]);
  expect(wide).toBeLessThanOrEqual(0);
});

it('has no trouble with its scripts, and loads nothing from elsewhere', () => {
  expect(troubles).toEqual([]);
});
