import type { Browser, Page } from 'playwright-core';
import type { Workspace } from '../../demo/workspace/workspace.ts';
import { openBrowser } from '../support/browser.ts';
import { type DigestScene, openDigestScene, saveLargeFleet } from '../support/digest-scenes.ts';
import { openQuietWorkspace, postDigest } from '../support/post-digest.ts';

let scene: DigestScene;
let workspace: Workspace;
let browser: Browser;
let page: Page;
let hosts: string[];

beforeAll(async () => {
  scene = await openDigestScene();
  workspace = await openQuietWorkspace();
  const group = workspace.users.createGroup({ handle: 'payments-oncall', users: ['alice'] });
  hosts = await saveLargeFleet(scene);
  const owners = { label: 'com.example.team', groups: { payments: group.id } };
  await postDigest(workspace, await scene.compose(hosts, { owners }));
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1000, height: 800 } });
  await page.goto(workspace.url);
  await page.getByRole('button', { name: `${hosts.length + 1} replies` }).click();
  await thread()
    .getByRole('article')
    .nth(hosts.length + 1)
    .waitFor();
});

afterAll(async () => {
  await browser?.close();
  await workspace?.close();
  await scene?.close();
});

const thread = () => page.getByRole('complementary', { name: 'Thread' });

it('was taken by the workspace as it is', () => {
  expect(workspace.violations).toEqual([]);
});

it('shows the headline and what is worst, and the day with every host in its thread', async () => {
  const parent = page.getByRole('article').first();

  await parent.scrollIntoViewIfNeeded();
  const heading = parent.getByRole('heading', { name: 'Tue 24 November: 200 new, 480 worse' });
  await heading.waitFor({ state: 'visible' });
  const day = thread().getByRole('article').nth(1);
  for (const [place, shown] of [
    [parent, ['@payments-oncall', 'Unowned: ', 'Worst now', 'Fix: ', '20 hosts read']],
    [day, ['Better: 200', 'Fix first', 'web-20']],
  ] as const) {
    for (const words of shown) {
      const found = place.getByText(words).first();
      await found.scrollIntoViewIfNeeded();
      await expect(found.isVisible()).resolves.toBe(true);
    }
  }
});

it('has one reply for each host, below it in its thread', async () => {
  const replies = thread().getByRole('article');

  const headings = await replies.getByRole('heading').allTextContents();

  expect(headings.slice(-hosts.length).map((text) => text.split(':')[0])).toEqual(hosts);
  await replies.last().scrollIntoViewIfNeeded();
  await expect(replies.last().getByText('findings on web-20').isVisible()).resolves.toBe(true);
});

it.each([
  ['a desk', 1000],
  ['a phone', 375],
])('is as wide as %s, with nothing cut off at the side', async (_, width) => {
  await page.setViewportSize({ width, height: 700 });

  // Tables scroll by themselves.
  const wide =
    await page.evaluate(`[...document.querySelectorAll('main, aside, article, article *')]
    .filter((node) => node.clientWidth > 0 && !node.closest('.scroll, .initials') && getComputedStyle(node).display !== 'inline')
    .filter((node) => node.scrollWidth > node.clientWidth + 1)
    .map((node) => node.outerHTML.slice(0, 120))`);

  expect(wide).toEqual([]);
});
