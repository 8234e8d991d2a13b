import { type ChatApp, openChatApp, readable } from '../../support/chat-app.ts';

const security = 'C0SECURIT';
const access = { view: ['everyone'], operate: ['everyone'], approve: ['everyone'] };
let app: ChatApp;

beforeEach(async () => {
  app = await openChatApp({ rateLimits: false, access });
});
afterEach(() => app.close());

const posts = () => app.workspace.messages(security).filter(({ isFromApp }) => isFromApp);
const privately = () =>
  app.workspace
    .ephemerals(security, 'alice')
    .filter(({ isFromApp }) => isFromApp)
    .map(readable)
    .join('\n');

test('a preview is seen by who asked alone', async () => {
  await app.workspace.sendCommand({ text: 'digest preview' });
  await app.answered(1);

  expect(privately()).toContain('Preview');
  expect(posts()).toEqual([]);
});

test('a preview is seen by who asked alone after a mention as well', async () => {
  await app.workspace.sendMention({ text: 'digest preview' });
  await app.answered(1);

  expect(privately()).toContain('Preview');
  expect(posts()).toEqual([]);
});

test('what is scheduled is told privately, a change to the channel', async () => {
  await app.workspace.sendCommand({ text: 'digest' });
  await app.answered(1);
  await app.workspace.sendCommand({ text: 'digest schedule daily 08:30 Europe/Berlin' });
  await app.answered(2);

  expect(privately()).toContain('No digest is scheduled');
  expect(posts().map(readable).join('\n')).toContain('08:30 Europe/Berlin (in ');
  expect(app.workspace.violations).toEqual([]);
});
