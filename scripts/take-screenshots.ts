// Takes the README's pictures: the demo over the sample host, seen in a real browser.
import { mkdirSync } from 'node:fs';
import { openDemo } from '../src/programs/demo.ts';
import { silentLogger } from '../src/shared/logger.ts';
import { openBrowser } from '../test/support/browser.ts';

const demo = await openDemo({ hosts: [], port: 0, log: silentLogger, say: () => {} });
const browser = await openBrowser();
try {
  const page = await browser.newPage({ viewport: { width: 900, height: 760 } });
  await page.goto(demo.url);
  await page.getByText('First scan of this host').waitFor();
  await page.getByRole('article').first().scrollIntoViewIfNeeded();
  mkdirSync('docs/images', { recursive: true });
  await page.screenshot({ path: 'docs/images/scan.png' });
} finally {
  await browser.close();
  await demo.close();
}
