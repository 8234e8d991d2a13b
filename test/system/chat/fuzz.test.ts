import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import pLimit from 'p-limit';
import { type ChatApp, type ChatKind, openChatApp } from '../../support/chat-app.ts';
import { runs } from '../../support/long-run.ts';
import { mutated } from '../../support/mutations.ts';
import { type Strain, strainLine, strainOf, tally } from '../../support/strain.ts';
import { until } from '../../support/until.ts';

// What Slack would send, changed at a few places, signed and as an envelope, into the real app.

const TRIED = runs(60, 5_000);
const AT_ONCE = 20;
const LIMIT_MS = 900_000;
/** Bolt waits three seconds for an acknowledgement that no listener gives; the machine may be busy. */
const ANSWER_WITHIN_MS = 60_000;
const access = { view: ['everyone'], operate: [], approve: [] };
let app: ChatApp;

async function open(kind: ChatKind): Promise<void> {
  app = await openChatApp({ kind, access, rateLimits: false });
  if (kind === 'socket') {
    await app.workspace.waitUntil(() => app.workspace.sockets.count() === 2, 60_000);
  }
  // Schemas of blocks are compiled when the first one of a kind is sent.
  for (const text of ['help', 'status', 'nonsense']) await app.workspace.sendCommand({ text });
  await app.workspace.openHome({ user: 'alice' });
  await app.answered(4);
  app.answers.length = 0;
}
afterEach(() => app.close());

const base = () => ({
  ...{ token: 'x', api_app_id: 'A0SEAWALL', trigger_id: '1.2.3', is_enterprise_install: false },
  ...{ enterprise: null, team: { id: app.workspace.teamId, domain: 'harbour' } },
  user: { id: 'U0ALICE00', username: 'alice', name: 'alice', team_id: app.workspace.teamId },
});
const channel = { id: 'C0SECURIT', name: 'security' };
const button = { type: 'button', action_id: 'act-0', block_id: 'b', value: 'x' };
const text = { type: 'plain_text', text: 'Rescan' };
const event = { user: 'U0ALICE00', ts: '1.2', channel: 'C0SECURIT', event_ts: '1.2' };
const responseUrl = () => new URL('/response/none', app.workspace.url).href;

const commands = () => [
  {
    ...{ token: 'x', team_id: app.workspace.teamId, channel_id: 'C0SECURIT', user_id: 'U0ALICE00' },
    ...{ command: '/seawall', text: 'status', trigger_id: '1.2', response_url: responseUrl() },
  },
];
const interactions = () => [
  {
    ...{ ...base(), type: 'block_actions', channel, response_url: responseUrl() },
    container: { type: 'message', message_ts: '1.2', thread_ts: '1.2', is_ephemeral: true },
    actions: [{ ...button, text, action_ts: '1.2' }],
  },
  {
    ...{ ...base(), type: 'view_submission', response_urls: [] },
    view: {
      ...{ id: 'V1', hash: 'h', type: 'modal', callback_id: 'accept', private_metadata: 't' },
      state: { values: { reason: { reason: { type: 'plain_text_input', value: 'why' } } } },
    },
  },
  {
    ...{ ...base(), type: 'message_action', channel, response_url: responseUrl() },
    ...{ callback_id: 'ask_about_message', message_ts: '1.2', message: { text: 'is web-1 up?' } },
  },
  { ...base(), type: 'shortcut', callback_id: 'x', action_ts: '1.2' },
];
const events = () =>
  [
    { ...event, type: 'app_mention', text: '<@U0SEAWALL> status', team: app.workspace.teamId },
    { ...event, type: 'message', channel_type: 'im', text: 'status', team: app.workspace.teamId },
    { ...event, type: 'app_home_opened', tab: 'home' },
    { ...event, type: 'member_joined_channel', channel_type: 'C' },
    { type: 'tokens_revoked', tokens: { bot: ['U1'], oauth: ['U2'] } },
  ].map((inner) => ({
    ...{ token: 'x', team_id: app.workspace.teamId, api_app_id: 'A0', event: inner },
    ...{ type: 'event_callback', event_id: 'Ev1', event_time: 1 },
    authorizations: [{ team_id: app.workspace.teamId, user_id: 'U0SEAWALL', is_bot: true }],
  }));

const bytes = fc.uint8Array({ maxLength: 300 }).map((all) => Buffer.from(all).toString('latin1'));
/** Every kind as often as the others. */
const anyOf = (templates: readonly Record<string, unknown>[]) =>
  fc.oneof(...templates.map(mutated));
const sample = <T>(arbitrary: fc.Arbitrary<T>, share = 1): T[] =>
  fc.sample(arbitrary, { numRuns: Math.ceil(TRIED * share) });

function sign(body: string): Record<string, string> {
  const at = Math.floor(Date.now() / 1_000);
  const mac = createHmac('sha256', app.workspace.signingSecret).update(`v0:${at}:${body}`);
  return {
    'x-slack-request-timestamp': String(at),
    'x-slack-signature': `v0=${mac.digest('hex')}`,
  };
}

interface Sent {
  type: string;
  body: string;
  headers?: Record<string, string>;
}

const FORM = 'application/x-www-form-urlencoded';
const asText = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
const asForm = (value: unknown): Sent => {
  const fields = Object.entries(typeof value === 'object' && value !== null ? value : {});
  const pairs = fields.map(([name, item]): [string, string] => [name, asText(item).toWellFormed()]);
  return { type: FORM, body: new URLSearchParams(pairs).toString() };
};
const asPayload = (value: unknown): Sent => ({
  type: FORM,
  body: new URLSearchParams({ payload: asText(value).toWellFormed() }).toString(),
});
const asJson = (value: unknown): Sent => ({ type: 'application/json', body: asText(value) });

/** Status of the answer; null when there is none within the time. */
async function post({ type, body, headers }: Sent, triesLeft = 1): Promise<number | null> {
  try {
    const answer = await fetch(app.requestUrl(), {
      ...{ method: 'POST', body, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) },
      headers: { 'content-type': type, ...(headers ?? sign(body)) },
    });
    await answer.text();
    return answer.status;
  } catch (error) {
    // The server may end an idle connection while this is on its way.
    const isCut = error instanceof TypeError && triesLeft > 0;
    return isCut ? post({ type, body, ...(headers && { headers }) }, triesLeft - 1) : null;
  }
}

async function expectAlive(strain: Strain): Promise<void> {
  const before = app.answers.length;
  await app.workspace.sendCommand({ text: 'help' });
  await until(() => app.answers.slice(before).some(({ kind }) => kind === 'help'));
  expect(strain.uncaught).toEqual([]);
  expect(strain.longestStopMs).toBeLessThan(500);
  expect(strain.keptMb).toBeLessThan(64);
}

test(
  'signed requests of any shape are acknowledged or refused, and the app lives',
  async () => {
    await open('http');
    const sent = [
      ...sample(anyOf(commands())).map(asForm),
      ...sample(anyOf(interactions())).map(asPayload),
      ...sample(anyOf(events())).map(asJson),
      ...sample(bytes, 0.2).map(asJson),
      ...sample(fc.webQueryParameters({ size: 'large' }), 0.2).map((body) => ({
        type: FORM,
        body,
      })),
    ];
    const limit = pLimit(AT_ONCE);
    const statuses: (number | null)[] = [];
    const strain = await strainOf(async () => {
      statuses.push(...(await Promise.all(sent.map((one) => limit(() => post(one))))));
    });
    const unanswered = sent.filter((_one, index) => statuses[index] === null);

    process.stdout.write(
      strainLine('Signed requests', sent.length, strain, `; ${tally(statuses)}`),
    );
    expect(unanswered).toEqual([]);
    expect(sent.filter((_one, index) => (statuses[index] ?? 0) >= 500)).toEqual([]);
    await expectAlive(strain);
  },
  LIMIT_MS,
);

test(
  'requests with any other signature are refused',
  async () => {
    await open('http');
    const [template = {}] = commands();
    const { type, body } = asForm(template);
    const names = ['x-slack-signature', 'x-slack-request-timestamp', 'content-type'];
    const header = fc.record({
      name: fc.constantFrom(...names),
      value: fc.oneof(
        fc.stringMatching(/^[v0=a-f1-9. -]{0,80}$/),
        fc.constantFrom('', '0', 'NaN', '1e9', '-1', 'v0=', `v0=${'0'.repeat(64)}`),
      ),
    });
    const statuses: (number | null)[] = [];
    const strain = await strainOf(async () => {
      const limit = pLimit(AT_ONCE);
      const work = sample(header).map(({ name, value }) =>
        limit(() => post({ type, body, headers: { ...sign(body), [name]: value.trim() } })),
      );
      statuses.push(...(await Promise.all(work)));
    });

    process.stdout.write(strainLine('Signatures', statuses.length, strain, `; ${tally(statuses)}`));
    expect(statuses.filter((status) => status === null || status < 400)).toEqual([]);
    expect(app.answers).toEqual([]);
    await expectAlive(strain);
  },
  LIMIT_MS,
);

test(
  'envelopes of any shape end no connection of Socket Mode, and the app lives',
  async () => {
    await open('socket');
    const { sockets } = app.workspace;
    const envelope = (type: string, payload: Record<string, unknown>) => ({
      ...{ type, envelope_id: 'e-1', payload, accepts_response_payload: true },
      ...{ retry_attempt: 0, retry_reason: '' },
    });
    const templates = [
      ...commands().map((payload) => envelope('slash_commands', payload)),
      ...interactions().map((payload) => envelope('interactive', payload)),
      ...events().map((payload) => envelope('events_api', payload)),
    ];
    const texts = [
      ...sample(anyOf(templates)).map(asText),
      ...sample(bytes, 0.2),
      ...[
        'error',
        'close',
        'connected',
        'disconnected',
        'ws_message',
        'slack_event',
        'pong',
      ].flatMap((type) => [
        JSON.stringify({ type, envelope_id: 'e-2', payload: {} }),
        JSON.stringify({ ...envelope('events_api', {}), payload: { event: { type } } }),
      ]),
      ...['null', '0', '[]', '{}', '{"type":"events_api"}', '{"type":"events_api","payload":{}}'],
    ];
    const strain = await strainOf(async () => {
      for (const text of texts) {
        sockets.sendText(text);
        await new Promise((resolve) => setImmediate(resolve));
      }
      await new Promise((resolve) => setTimeout(resolve, 500));
    });

    process.stdout.write(strainLine('Envelopes', texts.length * 2, strain));
    expect(sockets.count()).toBe(2);
    expect(app.isConnected()).toBe(true);
    await expectAlive(strain);
  },
  LIMIT_MS,
);
