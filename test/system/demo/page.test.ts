import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Locator, Page } from 'playwright-core';
import { type Demo, openDemo } from '../../../demo/open-demo.ts';
import { openBrowser } from '../../support/browser.ts';
import { keptHistory } from '../../support/kept-history.ts';
import { openTellingLogger } from '../../support/known.ts';
import { nightZone } from '../../support/night.ts';

// One demo, which nobody used yet: first somebody with a phone, then somebody else at a desk.

let demo: Demo;
let browser: Browser;
const printed: string[] = [];

beforeAll(async () => {
  const { history } = await keptHistory();
  demo = await openDemo({
    history,
    hosts: [],
    port: 0,
    log: openTellingLogger().log,
    say: (text) => printed.push(text),
    timeZone: nightZone(),
  });
  browser = await openBrowser();
});

const elsewhere = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Elsewhere</h1>');
});

afterAll(async () => {
  elsewhere.closeAllConnections();
  elsewhere.close();
  await browser?.close();
  await demo?.close();
});

describe('a person with a phone asks five questions, by taps and by what a person would type', () => {
  let phone: Page;
  /** What was tapped for each question. */
  const taps = new Map<string, string[]>();
  let asking = '';

  beforeAll(async () => {
    const viewport = { width: 390, height: 844 };
    const context = await browser.newContext({ viewport, hasTouch: true, isMobile: true });
    phone = await context.newPage();
    await phone.goto(demo.url);
    await phone.getByRole('button', { name: 'See all' }).first().waitFor();
  });
  afterAll(() => phone?.context().close());

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
    await tap(phone.getByRole('combobox', { name: 'Message or command' }), 'the line');
    await phone.keyboard.type(line);
    await tap(phone.getByRole('button', { name: 'Send' }), 'Send');
  }

  const answer = (text: string | RegExp) =>
    phone.getByRole('article').filter({ hasText: text }).last();

  /** Messages of which a phone shows a part only, or a wide blank. */
  const isWiderThanThePhone = (): Promise<string[]> =>
    phone.evaluate(`[...document.querySelectorAll('article *')]
      .filter((node) => node.getBoundingClientRect().right > window.innerWidth + 1)
      .map((node) => node.tagName + ': ' + (node.textContent ?? '').slice(0, 60))`);

  afterEach(async () => {
    await expect(isWiderThanThePhone()).resolves.toEqual([]);
  });

  it('which container is the worst', async () => {
    question('Which container is the worst?');
    await say('/seawall how secure are we?');
    await answer(/easy to take over/).waitFor();
    const worst = answer(/I understood: posture/)
      .getByRole('listitem')
      .first();
    await expect(worst.textContent()).resolves.toMatch(/critical.*Fix: /s);
  });

  it('what ran at night', async () => {
    question('What ran at night?');
    await say('/seawall what ran last night?');
    const told = answer(/I understood: containers since/);
    await told.getByText('debug', { exact: true }).waitFor();
    await expect(told.textContent()).resolves.toMatch(/debug: .*privileged/s);
  });

  it('who was told of it', async () => {
    question('Who was told of it?');
    await say('/seawall was anybody told about debug?');
    const told = answer('Told: ');
    await told.waitFor();
    await expect(told.textContent()).resolves.toMatch(/#security.*critical alert \(sent\)/s);
  });

  it('whether openssl is old', async () => {
    question('Is openssl old?');
    await say('/seawall is openssl old?');
    await answer(/openssl: 2 versions on 6 containers/).waitFor();
  });

  it('accept one', async () => {
    question('Accept one.');
    const posture = answer(/I understood: posture/);
    await tap(posture.getByRole('button', { name: 'See all' }), 'See all');
    const findings = answer(/\d+ open findings/);
    await tap(findings.getByLabel('More actions'), '⋯');
    await tap(findings.getByRole('button', { name: /^Accept .* …$/ }), 'Accept … …');
    const form = phone.getByRole('dialog');
    await tap(form.getByLabel('Reason'), 'Reason');
    await phone.keyboard.type('Needed until the outage is understood');
    await tap(form.getByRole('button', { name: 'Accept' }), 'Accept');
    await answer('Needed until the outage is understood').waitFor();
  });

  it('the page of it says the same taps', () => {
    const written = [...taps].map(
      ([text, tapped]) => `| ${text} | ${tapped.length} | ${tapped.join(', ')} |`,
    );
    const text = readFileSync('docs/phone.md', 'utf8');
    expect(text.split('\n').filter((line) => /^\| .*\| \d+ \|/.test(line))).toEqual(written);
    expect([...taps.values()].flat()).toHaveLength(13);
  });
});

describe('a page at a desk', () => {
  let page: Page;
  beforeAll(async () => {
    const context = await browser.newContext({ viewport: { width: 1000, height: 800 } });
    page = await context.newPage();
    await page.goto(demo.url);
    // A page that stays empty is one failure, and not as many waits as there are tests.
    await page
      .getByRole('heading', { name: /^sample-web \(sample/ })
      .first()
      .waitFor();
    // Who had the phone has their own answers here as well.
    await page.getByLabel('You are').selectOption('Bob Baker');
  });

  const type = async (line: string) => {
    await page.getByLabel('Message or command').fill(line);
    await page.getByRole('button', { name: 'Send' }).click();
  };

  it('shows the scan that the demo asked for, and the terminal prints the same', async () => {
    await page.getByRole('heading', { name: /^sample-web \(sample/ }).waitFor();

    const scan = page.getByRole('article').filter({ hasText: 'Since the last scan:' });
    await scan.getByRole('button', { name: /^\d+ repl/ }).click();
    await page.getByText('backups on sample-web').first().waitFor();
    await page.getByRole('button', { name: 'Close Thread' }).click();
    expect(printed.join('')).toContain('backups on sample-web');
  });

  it('answers a typed command, for whoever typed it alone', async () => {
    await type('/seawall containers docker-socket');

    const answer = page.getByRole('article').filter({ hasText: '(docker-socket)' });
    await answer.waitFor();
    await expect(answer.textContent()).resolves.toContain('Only visible to you');
    await expect(answer.textContent()).resolves.toContain('backups');
  });

  it('runs the line of a button', async () => {
    const explain = page.getByRole('button', { name: /^explain no-/i });
    await explain.first().click();

    const answer = page.getByRole('article').filter({ hasText: /\d+ failing container/ });
    await answer.waitFor();
    await expect(answer.textContent()).resolves.toContain('Fix: ');
  });

  it('fills a form: boxes, a choice and a select', async () => {
    await type('/seawall findings');
    const answer = page.getByRole('article').filter({ hasText: 'open findings' }).last();
    await answer.getByRole('button', { name: 'Filter …' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('critical').check();
    await dialog.getByLabel('Rule').selectOption('no-docker-socket-mount');
    await dialog.getByRole('button', { name: 'Show' }).click();

    await dialog.getByRole('code').getByText('no-docker-socket-mount').first().waitFor();
    await expect(dialog.textContent()).resolves.toMatch(/Severity: \d+ critical/);
    await dialog.getByRole('button', { name: 'Close' }).click();
    await dialog.waitFor({ state: 'hidden' });
  });

  it('asks about a message that somebody wrote', async () => {
    await type('is backups new?');
    const message = page.getByRole('article').filter({ hasText: 'is backups new?' });
    await message.getByRole('button', { name: 'Ask Seawall about this' }).click();

    await page.getByText('backups on sample-web', { exact: true }).first().waitFor();
  });

  it('shows the Home tab, and answers what is pressed there in direct messages', async () => {
    await page.getByRole('button', { name: 'Home' }).click();
    await page.getByText('Your hosts').waitFor();
    await page.getByRole('button', { name: 'posture' }).click();
    // The answer may be there first, and is counted then.
    await page.getByRole('button', { name: /^Seawall( \d+ unread)?$/ }).click();

    await page.getByText('Grade: ').first().waitFor();
    await page.getByRole('button', { name: '#security' }).click();
  });

  it('suggests the line that was meant', async () => {
    await type('/seawall contaners root');

    await page.getByText('Did you mean').waitFor();
    await expect(
      page.getByText('containers root', { exact: true }).count(),
    ).resolves.toBeGreaterThan(0);
  });

  it('finds a vulnerability that a container had which is gone, and accepts it', async () => {
    const line = 'exposure CVE-2021-44228 on sample-db';
    const answers = page.getByRole('article').filter({ hasText: 'Remote code injection in Log4j' });
    await type(`/seawall ${line}`);
    await answers.last().waitFor();
    const text = await answers.last().textContent();
    for (const part of [
      'reports (gone)',
      '/opt/reports/reports.jar',
      'added above base registry.example/data/postgres:17.6 (layer 2 of 2)',
      'fixed in: 2.15.0',
    ]) {
      expect(text).toContain(part);
    }
    // From when to when, for how long, and until which day.
    expect(text).toMatch(/was affected until \d{4}-\d\d-\d\d.* 23 h.* until \d+ (h|d) ago/);
    const log4j = 'org.apache.logging.log4j:log4j-core';
    await type(`/seawall accept CVE-2021-44228 ${log4j} --reason "it is retired" --until 30d`);
    await page.getByText('it is retired').last().waitFor();
    await type(`/seawall ${line}`);

    await answers.filter({ hasText: /accepted by \w+ until/ }).waitFor();
    await type('/seawall findings accepted');
    const accepted = page.getByRole('article').filter({ hasText: 'it is retired' });
    await accepted
      .filter({ hasText: `CVE-2021-44228 in ${log4j} 2.14.1` })
      .last()
      .waitFor();
  });

  it('brings a new vulnerability with the next morning, and its digest names it', async () => {
    await page.getByRole('button', { name: /^Next digest/ }).click();

    const told = page.getByRole('article').filter({ hasText: 'Known now: CVE-2025-1094 (high)' });
    await told.waitFor();
    await expect(told.textContent()).resolves.toMatch(/archive on sample-db .* since \d+ d ago/);
    const digest = page.getByRole('article').filter({ hasText: 'Vulnerabilities' });
    await digest.filter({ hasText: 'CVE-2025-1094' }).waitFor();
  });

  it('leaves the key neither in the address nor in the way of another load', async () => {
    expect(page.url()).toBe(`${new URL(demo.url).origin}/`);
    await page.reload();
    await page.getByRole('heading', { name: /^sample-web \(sample/ }).waitFor();

    const stranger = await browser.newPage();
    const answer = await stranger.goto(new URL('/', demo.url).href);
    expect(answer?.status()).toBe(403);
    await expect(stranger.textContent('body')).resolves.toContain('the terminal printed');
    await stranger.context().close();
  });

  it('opens also where the browser breaks off what it asks', async () => {
    const other = await page.context().newPage();
    for (const part of ['client/composer.js', 'client/layout.css', 'state?*']) {
      await other.route(`**/page/${part}`, (route) => route.abort(), { times: 1 });
    }
    await other.goto(demo.url);

    await other.getByRole('heading', { name: /^sample-web \(sample/ }).waitFor();
    await other.close();
  });

  it('shows and does nothing for a page of another port, whose requests carry the cookie', async () => {
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    const { port } = elsewhere.address() as AddressInfo;
    const hostile = await page.context().newPage();
    await hostile.goto(`http://127.0.0.1:${port}/`);
    const { origin } = new URL(demo.url);
    const line = 'typed by another site';
    const tried = await hostile.evaluate(`(async () => {
      const withCookie = { credentials: 'include' };
      const read = await fetch('${origin}/page/state', withCookie).then((a) => a.text(), () => 'refused');
      const body = JSON.stringify({ text: '${line}', channel: 'security' });
      const blind = { ...withCookie, method: 'POST', mode: 'no-cors', body };
      await fetch('${origin}/page/send', blind).catch(() => {});
      const headers = { 'content-type': 'application/json' };
      const sent = await fetch('${origin}/page/send', { ...withCookie, method: 'POST', headers, body })
        .then((a) => a.status, () => 'refused');
      const image = new Image();
      const seen = new Promise((resolve) => {
        image.onload = () => resolve('shown');
        image.onerror = () => resolve('refused');
      });
      image.src = '${origin}/page/client/icon.svg';
      return [read, sent, await seen];
    })()`);
    await hostile.close();

    expect(tried).toEqual(['refused', 'refused', 'refused']);
    await type('typed here afterwards');
    await page.getByText('typed here afterwards').first().waitFor();
    await expect(page.getByText(line).count()).resolves.toBe(0);
  });

  it('fits a phone', async () => {
    await page.setViewportSize({ width: 375, height: 700 });

    const overflow = await page.evaluate(
      'document.documentElement.scrollWidth - window.innerWidth',
    );

    expect(overflow).toBeLessThanOrEqual(0);
  });
});
