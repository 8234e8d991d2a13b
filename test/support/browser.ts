import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { lastLines, leaveWhatIsKnown } from './known.ts';

/** The first is Chromium without what draws its own windows, and starts at a third of the cost. */
const PROGRAMS = [
  '/usr/lib/chromium/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];
const TELL_WITHIN_MS = 5_000;
/** Only one that hangs takes as long. */
const ACTS_WITHIN_MS = 240_000;
const PAGE_LINES_SHOWN = 40;

/**
 * A real headless Chromium, which leaves what its pages show when a test fails. Rejects on a machine
 * that has none (Debian: chromium-headless-shell).
 */
export async function openBrowser(): Promise<Browser> {
  const executablePath = PROGRAMS.find((path) => existsSync(path));
  if (!executablePath) throw new Error(`Chromium is needed; none at ${PROGRAMS.join(', ')}`);
  // Chromium's own sandbox does not start for root; the page is ours.
  const args = ['--no-sandbox', '--disable-dev-shm-usage'];
  const browser = await chromium.launch({ executablePath, args, timeout: ACTS_WITHIN_MS });
  // Pages of a browser have contexts as well.
  const newContext = browser.newContext.bind(browser);
  browser.newContext = async (options) => {
    const context = await newContext(options);
    context.setDefaultTimeout(ACTS_WITHIN_MS);
    return context;
  };
  const pages = () => browser.contexts().flatMap((context) => context.pages());
  const forget = leaveWhatIsKnown(async () =>
    (await Promise.all(pages().map(tellPage))).join('\n'),
  );
  browser.once('disconnected', forget);
  return browser;
}

/** Chromium drops what it loads when the machine gets a network, as it does from engines of other suites. */
const NETWORK_CHANGED = 'net::ERR_NETWORK_CHANGED';

/** Adds what scripts of a page throw, and what it writes to its console as an error. */
export function noteTroubles(page: Page, troubles: string[]): void {
  page.on('pageerror', (error) => troubles.push(String(error)));
  page.on('console', (message) => {
    const isOurs = message.type() === 'error' && !message.text().includes(NETWORK_CHANGED);
    if (isOurs) troubles.push(message.text());
  });
}

async function tellPage(page: Page): Promise<string> {
  const seen = await page.locator('body').ariaSnapshot({ timeout: TELL_WITHIN_MS }).catch(String);
  return lastLines(`Page ${page.url()}`, seen.split('\n'), PAGE_LINES_SHOWN);
}
