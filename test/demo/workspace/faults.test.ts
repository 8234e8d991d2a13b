import type { Fault } from '../../../demo/workspace/faults.ts';
import type { Workspace } from '../../../demo/workspace/workspace.ts';
import { createManualClock } from '../../support/manual-clock.ts';
import { callApi, openSilent, openTestApp } from './open-for-tests.ts';

const clock = createManualClock();
let workspace: Workspace;

beforeEach(async () => {
  workspace = await openSilent({ scheduler: clock });
});
afterEach(() => workspace.close());

const post = (channel = '#security', signal?: AbortSignal) =>
  fetch(`${workspace.apiUrl}chat.postMessage`, {
    method: 'POST',
    headers: { authorization: `Bearer ${workspace.botToken}` },
    body: new URLSearchParams({ channel, text: 'hello' }),
    ...(signal ? { signal } : {}),
  });
const posted = () => workspace.messages('security').length;

describe('the rate limiter', () => {
  test('lets five messages through, then one a second in each channel', async () => {
    const statuses = [];
    for (let count = 0; count < 6; count += 1) statuses.push((await post()).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);

    const refused = await post();
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toEqual({ ok: false, error: 'rate_limited' });
    expect((await post('#general')).status).toBe(200);
    clock.advance(1000);
    expect([(await post()).status, (await post()).status]).toEqual([200, 429]);
  });

  test('knows the tiers', async () => {
    const answers = [];
    for (let count = 0; count < 21; count += 1) {
      answers.push(await callApi(workspace, 'users.list'));
    }

    expect(answers.filter((answer) => answer.ok)).toHaveLength(20);
    expect(answers.at(-1)).toEqual({ ok: false, error: 'ratelimited' });
  });

  test('can be switched off', async () => {
    const free = await openSilent({ rateLimits: false });
    const answers = [];
    for (let count = 0; count < 30; count += 1) answers.push(await callApi(free, 'users.list'));

    expect(answers.every((answer) => answer.ok)).toBe(true);
    await free.close();
  });
});

describe('an answer', () => {
  test.each<[string, Fault, number, string, number]>([
    ['limited', { kind: 'rate-limit', retryAfterSeconds: 7 }, 429, '"ratelimited"', 0],
    ['of a server in trouble', { kind: 'status', status: 503 }, 503, 'upstream', 0],
    ['of a server that worked first', { kind: 'status', status: 502, isApplied: true }, 502, '', 1],
    ['with a chosen error', { kind: 'error', error: 'fatal_error' }, 200, '"fatal_error"', 0],
    ['that is no JSON', { kind: 'malformed-json' }, 200, '"ok":true', 1],
  ])('can be one %s', async (_, fault, status, part, count) => {
    workspace.faults.add(fault);

    const answer = await post();
    const text = await answer.text();

    expect([answer.status, posted()]).toEqual([status, count]);
    expect(text).toContain(part);
    expect((await post()).status).toBe(200);
  });

  test('says when to come back, unless it shall not', async () => {
    workspace.faults.add({ kind: 'rate-limit', retryAfterSeconds: 7 });
    workspace.faults.add({ kind: 'rate-limit', retryAfterSeconds: null });

    expect((await post()).headers.get('retry-after')).toBe('7');
  });

  test('can be malformed', async () => {
    workspace.faults.add({ kind: 'malformed-json' });

    const answer = await post();

    await expect(answer.json()).rejects.toThrow();
  });

  test('can be cut in the middle, after the message was posted', async () => {
    workspace.faults.add({ kind: 'reset' });

    await expect(post().then((answer) => answer.text())).rejects.toThrow();
    expect(posted()).toBe(1);
  });

  test.each([
    ['after', true, 1],
    ['before', false, 0],
  ])('can be lost with its connection, %s the message was posted', async (_, isApplied, count) => {
    workspace.faults.add({ kind: 'drop', isApplied });

    await expect(post()).rejects.toThrow();
    expect(posted()).toBe(count);
  });

  test('can stay away', async () => {
    workspace.faults.add({ kind: 'hang' });
    const giveUp = new AbortController();
    const waiting = post('#security', giveUp.signal);
    await workspace.waitUntil(() => workspace.calls.length === 1, 60_000);
    giveUp.abort();

    await expect(waiting).rejects.toThrow();
    expect(workspace.calls).toMatchObject([{ method: 'chat.postMessage', status: null }]);
    expect(posted()).toBe(0);
  });

  test('can come late, on the clock', async () => {
    workspace.faults.add({ kind: 'latency', delayMs: 5000 });
    const waiting = post();
    await workspace.waitUntil(() => workspace.calls.length === 1, 60_000);
    expect(posted()).toBe(0);

    clock.advance(5000);

    expect((await waiting).status).toBe(200);
  });

  test('can be that the token was revoked, from then on', async () => {
    workspace.faults.add({ kind: 'revoke-token' });

    expect(await (await post()).json()).toEqual({ ok: false, error: 'token_revoked' });
    expect(await (await post()).json()).toEqual({ ok: false, error: 'token_revoked' });
  });

  test('fails for one method and channel only, as often as told', async () => {
    const general = workspace.channels.find('general')?.id ?? '';
    const status = { kind: 'status', status: 503 } as const;
    workspace.faults.add({ ...status, method: 'chat.postMessage', channel: general, count: 2 });

    const statuses = [];
    for (const channel of ['#security', general, general, general]) {
      statuses.push((await post(channel)).status);
    }

    expect(statuses).toEqual([200, 503, 503, 200]);
    workspace.faults.add({ ...status, count: 9 });
    workspace.faults.clear();
    expect((await post('#security')).status).toBe(200);
  });

  test('fails by chance, in the same way for the same seed', async () => {
    const run = async (seed: number) => {
      workspace.faults.clear();
      const fault = { kind: 'error', error: 'fatal_error', chance: 0.5, count: 100, seed } as const;
      workspace.faults.add({ ...fault, method: 'api.test' });
      const outcomes = [];
      for (let count = 0; count < 20; count += 1) {
        outcomes.push((await callApi(workspace, 'api.test')).ok);
      }
      return outcomes;
    };

    const first = await run(42);

    expect(await run(42)).toEqual(first);
    expect(new Set(first).size).toBe(2);
  });
});

describe('a delivery', () => {
  const openWithApp = async () => {
    const app = await openTestApp(() => ({}));
    const own = await openSilent({
      scheduler: clock,
      delivery: { mode: 'http', requestUrl: () => app.requestUrl },
    });
    return { app, own, close: () => Promise.all([app.close(), own.close()]) };
  };
  const textsOf = (bodies: { body: string }[]) =>
    bodies.map(({ body }) => new URLSearchParams(body).get('text'));

  test('can come twice', async () => {
    const { app, own, close } = await openWithApp();
    own.faults.add({ kind: 'deliver-twice' });

    await own.sendCommand({ text: 'one' });

    expect(textsOf(app.received)).toEqual(['one', 'one']);
    await close();
  });

  test('can be overtaken', async () => {
    const { app, own, close } = await openWithApp();
    own.faults.add({ kind: 'hold' });

    await Promise.all([own.sendCommand({ text: 'one' }), own.sendCommand({ text: 'two' })]);

    expect(textsOf(app.received)).toEqual(['two', 'one']);
    await close();
  });

  test.each<[string, Fault]>([
    ['late', { kind: 'late-acknowledgement', delayMs: 5000 }],
    ['lost', { kind: 'lost-acknowledgement' }],
  ])('can have its acknowledgement %s', async (_, fault) => {
    const { app, own, close } = await openWithApp();
    own.faults.add(fault);

    const sending = own.sendCommand({ text: 'one' });
    await app.whenReceived(1);
    clock.advance(3000);

    expect((await sending).error).toBe('operation_timeout');
    await close();
  });

  test('can be signed by a wrong clock', async () => {
    const { app, own, close } = await openWithApp();
    own.faults.add({ kind: 'skew-clock', skewMs: 3_600_000 });

    await own.sendCommand({ text: 'one' });

    const timestamp = Number(app.received[0]?.headers['x-slack-request-timestamp']);
    expect(timestamp).toBe(Math.floor((clock.now() + 3_600_000) / 1000));
    await close();
  });
});
