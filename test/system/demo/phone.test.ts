import { readFileSync } from 'node:fs';
import type { Browser, Locator, Page } from 'playwright-core';
import { type Demo, openDemo } from '../../../demo/open-demo.ts';
import { openBrowser } from '../../support/browser.ts';
import { openTellingLogger } from '../../support/known.ts';
import { nightZone } from '../../support/night.ts';

// A person with a phone asks five questions, by taps and by what a person would type.

let demo: Demo;
let browser: Browser;
let page: Page;
/** What was tapped for each question. */
const taps = new Map<string, string[]>();
let asking = '';

beforeAll(async () => {
  demo = await openDemo({
    hosts: [],
    port: 0,
    log: openTellingLogger().log,
    say: () => {},
    timeZone: nightZone(),
  });
  browser = await openBrowser();
  const viewport = { width: 390, height: 844 };
  const context = await browser.newContext({ viewport, hasTouch: true, isMobile: true });
  page = await context.newPage();
  await page.goto(demo.url);
  await page.getByRole('button', { name: 'See all' }).first().waitFor();
});

afterAll(async () => {
  await browser?.close();
  await demo?.close();
});

const question = (text: string) => {
  asking = text;
  taps.set(text, []);
};

async function tap(target: Locator, name: string): Promise<void> {
  await target.tap();
  taps.get(asking)?.push(name);
}

/** Types a line where one types; a person taps into it and on Send. */
async function say(line: string): Promise<void> {
  await tap(page.getByRole('combobox', { name: 'Message or command' }), 'the line');
  await page.keyboard.type(line);
  await tap(page.getByRole('button', { name: 'Send' }), 'Send');
}

const answer = (text: string | RegExp) =>
  page.getByRole('article').filter({ hasText: text }).last();

/** Messages of which a phone shows a part only, or a wide blank. */
const isWiderThanThePhone = (): Promise<string[]> =>
  page.evaluate(`[...document.querySelectorAll('article *')]
    .filter((node) => node.getBoundingClientRect().right > window.innerWidth + 1)
    .map((node) => node.tagName + ': ' + (node.textContent ?? '').slice(0, 60))`);

afterEach(async () => {
  await expect(isWiderThanThePhone()).resolves.toEqual([]);
});

test('which container is the worst', async () => {
  question('Which container is the worst?');
  await say('/seawall how secure are we?');
  await answer(/easy to take over/).waitFor();
  const worst = answer(/I understood: posture/)
    .getByRole('listitem')
    .first();
  await expect(worst.textContent()).resolves.toMatch(/critical.*Fix: /s);
});

test('what ran at night', async () => {
  question('What ran at night?');
  await say('/seawall what ran last night?');
  const told = answer(/I understood: containers since/);
  await told.getByText('debug', { exact: true }).waitFor();
  await expect(told.textContent()).resolves.toMatch(/debug: .*privileged/s);
});

test('who was told of it', async () => {
  question('Who was told of it?');
  await say('/seawall was anybody told about debug?');
  const told = answer('Told: ');
  await told.waitFor();
  await expect(told.textContent()).resolves.toMatch(/#security.*critical alert \(sent\)/s);
});

test('whether openssl is old', async () => {
  question('Is openssl old?');
  await say('/seawall is openssl old?');
  await answer(/openssl: 2 versions on 6 containers/).waitFor();
});

test('accept one', async () => {
  question('Accept one.');
  const posture = answer(/I understood: posture/);
  await tap(posture.getByRole('button', { name: 'See all' }), 'See all');
  const findings = answer(/\d+ open findings/);
  await tap(findings.getByLabel('More actions'), '⋯');
  await tap(findings.getByRole('button', { name: /^Accept .* …$/ }), 'Accept … …');
  const form = page.getByRole('dialog');
  await tap(form.getByLabel('Reason'), 'Reason');
  await page.keyboard.type('Needed until the outage is understood');
  await tap(form.getByRole('button', { name: 'Accept' }), 'Accept');
  await answer('Needed until the outage is understood').waitFor();
});

test('the page of it says the same taps', () => {
  const written = [...taps].map(
    ([text, tapped]) => `| ${text} | ${tapped.length} | ${tapped.join(', ')} |`,
  );
  const text = readFileSync('docs/phone.md', 'utf8');
  expect(text.split('\n').filter((line) => /^\| .*\| \d+ \|/.test(line))).toEqual(written);
  expect([...taps.values()].flat()).toHaveLength(13);
});
