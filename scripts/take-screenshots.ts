// Takes the pictures of the documents: the local workspace, seen in a real browser.
import { mkdirSync } from 'node:fs';
import { openDemo } from '../src/programs/demo.ts';
import { silentLogger } from '../src/shared/logger.ts';
import { openBrowser } from '../test/support/browser.ts';
import { openChatApp } from '../test/support/chat-app.ts';
import { seedHistory } from '../test/support/seed-history.ts';

const viewport = { width: 900, height: 760 };

/** The demo over the sample host. */
async function takeScan(): Promise<void> {
  const demo = await openDemo({ hosts: [], port: 0, log: silentLogger, say: () => {} });
  try {
    const page = await browser.newPage({ viewport });
    await page.goto(demo.url);
    await page.getByText('First scan of this host').waitFor();
    await page.getByRole('article').first().scrollIntoViewIfNeeded();
    await page.screenshot({ path: 'docs/images/scan.png' });
  } finally {
    await demo.close();
  }
}

/** Thirty days of a host that were made up. */
async function takeHistory(): Promise<void> {
  const app = await openChatApp({ rateLimits: false });
  try {
    await seedHistory(app.database, { now: Date.now(), days: 30, down: [11, 12] });
    await app.workspace.sendCommand({ text: 'history' });
    await app.answered(1);
    const page = await browser.newPage({ viewport: { ...viewport, height: 1_600 } });
    await page.goto(app.workspace.url);
    const answer = page.getByRole('article').filter({ hasText: 'web-1 over 30 days' });
    await answer.getByRole('img').first().waitFor();
    await page.waitForFunction('[...document.images].every((image) => image.complete)');
    await answer.screenshot({ path: 'docs/images/history.png' });
  } finally {
    await app.close();
  }
}

const browser = await openBrowser();
try {
  mkdirSync('docs/images', { recursive: true });
  const wanted = process.argv[2];
  if (wanted !== 'history') await takeScan();
  if (wanted !== 'scan') await takeHistory();
} finally {
  await browser.close();
}
