import type { ControlsAnswer } from '../../../src/views/controls.ts';
import { askInChat } from '../../support/asking.ts';
import { type ChatApp, openChatApp } from '../../support/chat-app.ts';

let app: ChatApp;

beforeAll(async () => {
  app = await openChatApp({ rateLimits: false });
  await app.workspace.sendCommand({ text: 'scan on web-1' });
  await app.answered(1);
});
afterAll(() => app.close());

const ask = (text: string) => askInChat(app, text);

test('controls of a container say how each is known, and nothing is measured that nobody asked', async () => {
  const shown = await ask('controls t07-hardened');

  expect(shown).toContain('no-new-privileges');
  expect(shown).toContain('predicted');
  const { containers } = app.answers.at(-1) as ControlsAnswer;
  const kernelOnly = /^(cap-|no-new-privileges$|seccomp$)/;
  const found = containers
    .flatMap(({ controls }) => controls ?? [])
    .filter(({ control }) => kernelOnly.test(control));
  expect(found.length).toBeGreaterThan(0);
  expect(found.filter(({ source }) => source === 'measured')).toEqual([]);
  expect(found.filter(({ verdict }) => verdict === 'enforced')).toEqual([]);
  expect(app.workspace.violations).toEqual([]);
});

test('controls of all containers begin with what is configured in vain', async () => {
  const shown = await ask('controls');

  expect(shown).toContain('Configured, but not effective');
  expect(shown).toContain('t01-priv');
  expect(app.workspace.violations).toEqual([]);
});

test('isolation names what is on the host first', async () => {
  const shown = await ask('isolation');

  expect(shown).toContain('5 on the host, 31 shared kernel (runc)');
  // Nobody asked the kernel of this host.
  expect(shown).toContain('predicted');
  expect(shown).not.toContain('measured');
  expect(shown.indexOf('t01-priv')).toBeLessThan(shown.indexOf('t07-hardened'));
  expect(app.workspace.violations).toEqual([]);
});

test('isolation draws the host, and says the same in words', async () => {
  const before = app.workspace.messages('C0SECURIT').length;
  const asked = app.answers.length;
  await app.workspace.sendMention({ text: 'isolation on web-1' });
  await app.answered(asked + 1);
  const posted = app.workspace.messages('C0SECURIT').slice(before);
  const images = posted.flatMap(({ blocks }) => blocks.filter(({ type }) => type === 'image'));

  expect(images).toEqual([
    expect.objectContaining({
      slack_file: { id: expect.stringMatching(/^F/) },
      alt_text: expect.stringMatching(/^36 containers on one kernel: .*ways to root on the host/),
    }),
  ]);
  expect(app.workspace.violations).toEqual([]);
});

test('reach is offered beside a container, and names doors and neighbours', async () => {
  expect(await ask('inspect t10-port80')).toContain('reach t10-port80 on web-1');

  const shown = await ask('reach t10-port80');
  expect(shown).toContain('t10-port80 on web-1 reaches');
  expect(shown).toContain('t11-port1024, t12-port6');
  expect(shown).toContain('needs evidence level kernel');
  expect(shown).toContain('Packet filters are not read');
  expect(shown).not.toContain('measured');
  expect(app.workspace.violations).toEqual([]);
});

test('an unknown container is told so', async () => {
  expect(await ask('controls nosuch')).toContain('nosuch');
});
