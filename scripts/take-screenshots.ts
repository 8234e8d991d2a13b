// Takes the pictures of the documents: the local workspace, seen in a real browser. With a name it
// takes that one alone: `node scripts/take-screenshots.ts digest`.
import { mkdirSync } from 'node:fs';
import { openDemo } from '../demo/open-demo.ts';
import { silentLogger } from '../src/shared/logger.ts';
import { openBrowser } from '../test/support/browser.ts';
import { openChatApp } from '../test/support/chat-app.ts';
import { openDigestScene, saveOrdinaryDay } from '../test/support/digest-scenes.ts';
import { openQuietWorkspace, postDigest } from '../test/support/post-digest.ts';
import { baseImage, openRealEngine } from '../test/support/real-engine.ts';
import { openSeawall } from '../test/support/seawall.ts';
import { seedHistory } from '../test/support/seed-history.ts';

const FOLDER = 'docs/images';
const viewport = { width: 1_200, height: 760 };

/** The demo over the sample fleet. */
async function takeScan(): Promise<void> {
  const demo = await openDemo({ hosts: [], port: 0, log: silentLogger, say: () => {} });
  try {
    const page = await browser.newPage({ viewport });
    await page.goto(demo.url);
    await page.getByRole('heading', { name: /^sample-web \(sample/ }).waitFor();
    const scan = page.getByRole('article').filter({ hasText: 'Since the last scan:' });
    await scan.screenshot({ path: `${FOLDER}/scan.png` });
  } finally {
    await demo.close();
  }
}

/** The same on a phone: the first screen of a scan. */
async function takePhone(): Promise<void> {
  const demo = await openDemo({ hosts: [], port: 0, log: silentLogger, say: () => {} });
  try {
    const page = await browser.newPage({ viewport: { width: 375, height: 1_400 } });
    await page.goto(demo.url);
    await page.getByRole('heading', { name: /^sample-web \(sample/ }).waitFor();
    const scan = page.getByRole('article').filter({ hasText: 'Since the last scan:' });
    await scan.getByRole('button', { name: 'See all' }).waitFor();
    await scan.screenshot({ path: `${FOLDER}/phone.png` });
  } finally {
    await demo.close();
  }
}

/** Who asked and changed what in the story of the sample fleet. */
async function takeAudit(): Promise<void> {
  const demo = await openDemo({ hosts: [], port: 0, log: silentLogger, say: () => {} });
  try {
    const page = await browser.newPage({ viewport: { ...viewport, width: 1_000 } });
    await page.goto(demo.url);
    await page.getByRole('button', { name: 'Rescan' }).waitFor();
    const composer = page.getByRole('combobox', { name: 'Message or command' });
    await composer.fill('/seawall audit');
    await composer.press('Enter');
    const answer = page.getByRole('article').filter({ hasText: 'the newest first' });
    await answer.waitFor();
    await answer.screenshot({ path: `${FOLDER}/audit.png` });
  } finally {
    await demo.close();
  }
}

/** The demo while a command is typed, with what a scan did underneath. */
async function takePlayground(): Promise<void> {
  const demo = await openDemo({ hosts: [], port: 0, log: silentLogger, say: () => {} });
  try {
    const page = await browser.newPage({ viewport: { width: 1_400, height: 860 } });
    await page.goto(demo.url);
    await page.getByRole('button', { name: 'Rescan' }).waitFor();
    const composer = page.getByRole('combobox', { name: 'Message or command' });
    await composer.fill('/seawall scan');
    await composer.press('Enter');
    await page.getByRole('button', { name: 'Rescan' }).nth(1).waitFor();
    await page.getByRole('button', { name: 'Underneath' }).click();
    await page.getByText('GET /v').first().waitFor();
    await composer.focus();
    await page.keyboard.type('/seawall co');
    await page.getByRole('option', { name: /^containers/ }).waitFor();
    await page.screenshot({ path: `${FOLDER}/playground.png` });
  } finally {
    await demo.close();
  }
}

/** A vulnerability that a container had which is gone, accepted; and one that the next morning brings. */
async function takeExposure(): Promise<void> {
  const demo = await openDemo({ hosts: [], port: 0, log: silentLogger, say: () => {} });
  try {
    const page = await browser.newPage({ viewport: { width: 1_400, height: 2_000 } });
    await page.goto(demo.url);
    await page.getByRole('button', { name: 'Rescan' }).waitFor();
    const type = async (line: string) => {
      const composer = page.getByRole('combobox', { name: 'Message or command' });
      await composer.fill(`/seawall ${line}`);
      await composer.press('Enter');
    };
    const shown = (text: string) => page.getByRole('article').filter({ hasText: text }).last();
    const shoot = async (text: string, name: string) => {
      await shown(text).waitFor();
      await shown(text).screenshot({ path: `${FOLDER}/${name}.png` });
    };
    const log4j = 'org.apache.logging.log4j:log4j-core';
    await type(`accept CVE-2021-44228 ${log4j} --reason "the job is retired" --until 30d`);
    await shown('the job is retired').waitFor();
    await type('exposure CVE-2021-44228 on sample-db');
    await shoot('Remote code injection in Log4j', 'exposure');
    await page.getByRole('button', { name: /^Next digest/ }).click();
    await shoot('PostgreSQL quoting', 'exposure-morning');
  } finally {
    await demo.close();
  }
}

/** An ordinary day of four hosts with owners. */
async function takeDigest(): Promise<void> {
  const scene = await openDigestScene();
  const workspace = await openQuietWorkspace();
  try {
    const payments = workspace.users.createGroup({ handle: 'payments-oncall', users: ['alice'] });
    const shop = workspace.users.createGroup({ handle: 'shop-team', users: ['alice'] });
    const groups = { payments: payments.id, shop: shop.id };
    const hosts = await saveOrdinaryDay(scene);
    const owners = { label: 'com.example.team', groups };
    await postDigest(workspace, await scene.compose(hosts, { owners }));
    const page = await browser.newPage({ viewport: { width: 1_200, height: 1_480 } });
    await page.goto(workspace.url);
    await page.getByRole('button', { name: `${hosts.length + 1} replies` }).waitFor();
    await page.getByRole('article').screenshot({ path: `${FOLDER}/digest.png` });
  } finally {
    await workspace.close();
    await scene.close();
  }
}

/** Thirty days of a host that were made up. */
async function takeHistory(): Promise<void> {
  const app = await openChatApp({ rateLimits: false });
  try {
    await seedHistory(app.database, { now: Date.now(), days: 30, down: [11, 12] });
    await app.workspace.sendCommand({ text: 'history' });
    await app.answered(1);
    const page = await browser.newPage({ viewport: { ...viewport, height: 2_000 } });
    await page.goto(app.workspace.url);
    const answer = page.getByRole('article').filter({ hasText: 'web-1 over 30 days' });
    await answer.getByRole('img').first().waitFor();
    await page.waitForFunction('[...document.images].every((image) => image.complete)');
    await answer.screenshot({ path: `${FOLDER}/history.png` });
  } finally {
    await app.close();
  }
}

/** Five containers of a real engine, three of which hold something of the host. */
async function takeIsolation(): Promise<void> {
  const engine = await openRealEngine({});
  engine.importBaseImage();
  const run = (name: string, ...options: string[]) =>
    engine.docker('run', '--detach', '--name', name, ...options, baseImage, 'sleep', 'infinity');
  run('payments', '--privileged');
  run('ci-runner', '--publish', '8080:8080', '--volume', `${engine.socketPath}:/run/docker.sock`);
  run('backup', '--volume', '/etc:/host-etc');
  run('web', '--publish', '8443:8443', '--read-only');
  run('cache', '--user', '1000', '--cap-drop', 'ALL');
  const host = { name: 'web-1', url: engine.url };
  const app = await openSeawall({ mode: 'http', hosts: [host] });
  try {
    await app.workspace.sendCommand({ text: 'scan' });
    const page = await browser.newPage({ viewport: { ...viewport, height: 2_400 } });
    await page.goto(app.workspace.url);
    await page.getByText('First scan of this host').waitFor();
    await app.workspace.sendCommand({ text: 'isolation' });
    const picture = page.getByRole('img', { name: '5 containers on one kernel' });
    await picture.waitFor();
    await page.waitForFunction('[...document.images].every((image) => image.complete)');
    await picture.screenshot({ path: `${FOLDER}/isolation.png` });
  } finally {
    await app.close();
    await engine.close();
  }
}

const pictures = {
  isolation: takeIsolation,
  playground: takePlayground,
  scan: takeScan,
  phone: takePhone,
  audit: takeAudit,
  exposure: takeExposure,
  digest: takeDigest,
  history: takeHistory,
};

const browser = await openBrowser();
try {
  mkdirSync(FOLDER, { recursive: true });
  for (const [name, take] of Object.entries(pictures)) {
    if (process.argv[2] === undefined || process.argv[2] === name) await take();
  }
} finally {
  await browser.close();
}
