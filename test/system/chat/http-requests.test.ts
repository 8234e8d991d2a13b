import { type ChatApp, openChatApp, readable, signedHeaders } from '../../support/chat-app.ts';

let app: ChatApp;
/** The time of this machine while it stands still. */
let still: number | null = null;

beforeEach(async () => {
  app = await openChatApp({ clock: () => still ?? Date.now() });
});
afterEach(() => app.close());

const form = (text: string, more: Record<string, string> = {}) =>
  new URLSearchParams({
    command: '/seawall',
    text,
    channel_id: 'C0SECURIT',
    user_id: 'U0ALICE00',
    team_id: app.workspace.teamId,
    api_app_id: 'A0',
    response_url: new URL('/response/none', app.workspace.url).href,
    trigger_id: `1.2.${Math.random()}`,
    ...more,
  }).toString();

const post = (body: string, headers: Record<string, string>) =>
  fetch(app.requestUrl(), { method: 'POST', body, headers });

/** Posts what was signed so many seconds from now, of which none pass meanwhile. */
async function postSigned(seconds: number): Promise<number> {
  const clock = Date.now;
  const now = clock();
  still = now;
  Date.now = () => now;
  try {
    const body = form('help');
    const at = Math.floor(now / 1_000) + seconds;
    return (await post(body, signedHeaders(app.workspace.signingSecret, body, at))).status;
  } finally {
    still = null;
    Date.now = clock;
  }
}

const answersOf = () =>
  app.workspace.ephemerals('security', 'alice').filter(({ isFromApp }) => isFromApp);

describe('a request is refused', () => {
  test.each<[string, Record<string, string>]>([
    ['with a wrong signature', { 'x-slack-signature': `v0=${'0'.repeat(64)}` }],
    ['with an empty signature', { 'x-slack-signature': '' }],
    ['with a signature of another version', { 'x-slack-signature': 'v1=00' }],
    ['with a time that is no number', { 'x-slack-request-timestamp': 'soon' }],
  ])('%s', async (_name, wrong) => {
    const body = form('help');

    const { status } = await post(body, {
      ...signedHeaders(app.workspace.signingSecret, body),
      ...wrong,
    });

    expect([status, app.answers]).toEqual([401, []]);
  });

  test('without any signature', async () => {
    const type = 'application/x-www-form-urlencoded';
    const { status } = await post(form('help'), { 'content-type': type });

    expect(status).toBe(401);
  });

  test.each([
    ['302 s old', -302],
    ['302 s ahead', 302],
    ['one hour ahead', 3_600],
    ['ten years ahead', 10 * 365 * 86_400],
  ])('signed %s', async (_name, seconds) => {
    expect([await postSigned(seconds), app.answers]).toEqual([401, []]);
  });

  test('of five megabytes', async () => {
    const body = form('x'.repeat(5_000_000));

    const { status } = await post(body, signedHeaders(app.workspace.signingSecret, body));

    expect(status).toBe(413);
  });

  test.each(['//', '/%', '/slack/events/..%2f', '/slack'])(
    'to the path %s, and the app lives',
    async (path) => {
      const { origin } = new URL(app.requestUrl());
      const { status } = await fetch(origin + path, { method: 'POST', body: 'x' });

      expect(status).toBe(404);
      expect((await fetch(`${origin}/nothing-here`)).status).toBe(404);
    },
  );
});

test.each([
  ['payload=null', 'no object'],
  ['payload=%5B%5D', 'a list'],
  ['', 'nothing'],
  ['a=b', 'nothing that Slack sends'],
  ['command=%2Fseawall', 'a command of nobody'],
  ['payload=%7B%22type%22%3A%22block_actions%22%7D', 'a click of nobody'],
  ['payload=%7B%22event%22%3A%7B%7D%7D', 'an event of no type'],
])('a signed request with %j (%s) is refused at once, and the app lives', async (body) => {
  const { status } = await post(body, signedHeaders(app.workspace.signingSecret, body));

  // What Bolt leaves without an answer has another one, seconds later.
  expect(status).toBe(400);
  expect(app.log.filter((line) => line.includes('not acknowledged in time'))).toEqual([]);
  await app.workspace.sendCommand({ text: 'help' });
  await app.answered(1);
});

test.each([
  ['no workspace that it is for', { authorizations: [null] }, {}],
  ['no channel', {}, { channel: null }],
  ['a number as what it is about', {}, { item: 1 }],
])('a signed event with %s is refused, and the app lives', async (_what, around, inner) => {
  const event = { type: 'app_mention', user: 'U0ALICE00', text: 'help', ts: '1.2', ...inner };
  const body = JSON.stringify({
    ...{ type: 'event_callback', event_id: 'Ev1', event, team_id: app.workspace.teamId },
    ...around,
  });

  const { status } = await post(body, {
    ...signedHeaders(app.workspace.signingSecret, body),
    'content-type': 'application/json',
  });

  expect(status).toBe(400);
  await app.workspace.sendCommand({ text: 'help' });
  await app.answered(1);
});

test.each([-295, 295])('a request signed %i s away is taken', async (seconds) => {
  expect(await postSigned(seconds)).toBe(200);
  await app.answered(1);
});

test('a form whose type names a charset is taken', async () => {
  const body = form('help');
  const headers = signedHeaders(app.workspace.signingSecret, body);

  const { status } = await post(body, {
    ...headers,
    'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
  });

  expect(status).toBe(200);
  await app.answered(1);
});

test('the unsigned check of the certificate is answered and does nothing', async () => {
  const type = 'application/x-www-form-urlencoded';

  const { status } = await post(form('scan', { ssl_check: '1' }), { 'content-type': type });

  expect([status, app.answers, app.snapshots]).toEqual([200, [], []]);
});

test('the request URL is verified', async () => {
  expect(await app.workspace.verifyRequestUrl()).toBe(true);
});

test('the same signed request three times is handled once, also after a restart', async () => {
  const delivery = await app.workspace.sendCommand({ text: 'help' });
  await app.answered(1);
  const again = await app.workspace.redeliver(delivery);
  await app.restart();
  const afterRestart = await app.workspace.redeliver(delivery);
  await app.workspace.sendCommand({ text: 'status' });
  await app.answered(2);

  expect([again.ackStatus, afterRestart.ackStatus]).toEqual([200, 200]);
  expect(app.answers.map(({ kind }) => kind)).toEqual(['help', 'status']);
  expect(answersOf().filter(({ text }) => text === 'What Seawall can answer')).toHaveLength(1);
});

test('a command of another name is acknowledged and answered', async () => {
  const { ackStatus } = await app.workspace.sendCommand({ command: '/other', text: 'nonsense' });
  await app.answered(1);

  expect(ackStatus).toBe(200);
  expect(answersOf().map(readable).join()).toContain('There is no command “nonsense”');
});

test('an event that comes again as a retry is answered once', async () => {
  const delivery = await app.workspace.sendMention({ text: 'help' });
  await app.answered(1);
  const again = await app.workspace.redeliver(delivery, { retryNum: 1 });
  await app.workspace.sendMention({ text: 'status' });
  await app.answered(2);

  expect(again.ackStatus).toBe(200);
  expect(app.answers.map(({ kind }) => kind)).toEqual(['help', 'status']);
});
