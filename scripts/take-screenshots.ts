// Takes the README's pictures in a real browser: the demo over the sample host, and a digest.
import { mkdirSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { openDemo } from '../src/programs/demo.ts';
import { silentLogger } from '../src/shared/logger.ts';
import { openBrowser } from '../test/support/browser.ts';
import { openDigestScene, saveOrdinaryDay } from '../test/support/digest-scenes.ts';
import { openQuietWorkspace, postDigest } from '../test/support/post-digest.ts';

const FOLDER = 'docs/images';

async function takeScan(browser: Browser): Promise<void> {
  const demo = await openDemo({ hosts: [], port: 0, log: silentLogger, say: () => {} });
  try {
    const page = await browser.newPage({ viewport: { width: 900, height: 760 } });
    await page.goto(demo.url);
    await page.getByText('First scan of this host').waitFor();
    await page.getByRole('article').first().scrollIntoViewIfNeeded();
    await page.screenshot({ path: `${FOLDER}/scan.png` });
  } finally {
    await demo.close();
  }
}

async function takeDigest(browser: Browser): Promise<void> {
  const scene = await openDigestScene();
  const workspace = await openQuietWorkspace();
  try {
    const payments = workspace.users.createGroup({ handle: 'payments-oncall', users: ['alice'] });
    const shop = workspace.users.createGroup({ handle: 'shop-team', users: ['alice'] });
    const groups = { payments: payments.id, shop: shop.id };
    const hosts = await saveOrdinaryDay(scene);
    const owners = { label: 'com.example.team', groups };
    await postDigest(workspace, await scene.compose(hosts, { owners }));
    const page = await browser.newPage({ viewport: { width: 860, height: 1_480 } });
    await page.goto(workspace.url);
    await page.getByRole('article').nth(hosts.length).waitFor();
    await page.getByRole('main').evaluate((main) => main.scrollTo(0, 0));
    await page.screenshot({ path: `${FOLDER}/digest.png` });
  } finally {
    await workspace.close();
    await scene.close();
  }
}

const browser = await openBrowser();
try {
  mkdirSync(FOLDER, { recursive: true });
  await takeScan(browser);
  await takeDigest(browser);
} finally {
  await browser.close();
}
