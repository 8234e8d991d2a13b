import { fullAccess } from '../../../src/command/access.ts';
import { runLine } from '../../../src/command/run-line.ts';
import { assembleCore, type Core } from '../../../src/programs/assemble.ts';
import { defaultPolicy } from '../../../src/rules/policy.ts';
import type { Answer } from '../../../src/views/answer.ts';
import { answerDocument } from '../../../src/views/answer.ts';
import { slackReply } from '../../../src/views/slack-messages.ts';
import { terminalText } from '../../../src/views/terminal-text.ts';
import { hostName, seedFleet } from '../../support/seed-fleet.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../../support/temporary-database.ts';

// What Slack shows of a thousand stored hosts, ten of which nobody can read.

const HOSTS = 1_000;
const teams = ['shop', 'pay', 'data', 'search', 'edge', 'mail', 'core', 'ops'];
let database: TemporaryDatabase;
let core: Core;
const progress: Answer[] = [];

beforeAll(async () => {
  database = temporaryDatabase();
  await seedFleet(database.url, { hosts: HOSTS, days: 2, now: Date.now(), running: 1 });
  core = await assembleCore({
    hosts: Array.from({ length: HOSTS }, (_, index) => ({
      ...{ name: hostName(index), url: 'tcp://127.0.0.1:1', isDefault: false, evidence: 'api' },
      labels: { team: teams[index % 8] ?? '', env: index % 3 === 0 ? 'stage' : 'prod' },
    })),
    databaseUrl: database.url,
    policy: defaultPolicy,
    channels: [{ id: 'C1', hosts: ['team=shop'] }],
  });
});
afterAll(async () => {
  await core.store.close();
  database.remove();
});

async function ask(text: string, place = 'C9') {
  const actor = { id: 'U1', name: 'alice', place };
  const context = { ...core.context, actor, onProgress: (shown: Answer) => progress.push(shown) };
  return runLine(context, {
    ...{ text, access: fullAccess, reference: 'a1b2', paging: { after: null, scans: null } },
    onFailure: (error) => {
      throw error;
    },
  });
}

/** The messages of an answer, and the lines of the first, as a terminal would show it. */
async function shown(text: string) {
  const answer = await ask(text);
  const document = answerDocument(answer);
  const { message, thread } = slackReply(document);
  const lines = terminalText({ ...document, details: [], replies: [] }).split('\n');
  return { answer, lines, text: lines.join('\n'), message, messages: 1 + thread.length };
}

// Messages, lines of the first, and what must stand there of the hosts that are left out.
const unread = '10 of 1000 hosts not read: connection refused: web-0099, web-0199';
const bounds: [string, number, number, ...(string | RegExp)[]][] = [
  ['hosts', 1, 75, unread, 'team=shop: 125 hosts, grade', '950 more on the next page'],
  ['status', 1, 35, unread, /web-0099 +no /, 'and 990 hosts more: hosts'],
  ['posture', 2, 45, unread, 'and 970 hosts with better scores'],
  ['findings', 2, 75, unread, /1 to \d+ of \d{4}/],
  ['findings critical', 2, 75, unread],
  ['findings --by container', 2, 75, unread, /more/],
  ['findings unknown', 2, 75, unread],
  ['findings accepted', 2, 100, unread],
  ['findings since 1d', 2, 75, unread],
  ['containers', 1, 75, /1 to \d+ of 1000/, unread],
  ['containers privileged', 1, 75, unread],
  ['containers gone', 1, 80, unread],
  ['containers since 7d', 1, 80, unread],
  ['surface', 2, 110, unread, 'and 980 hosts more, 10 of them unread'],
  ['surface openssl', 2, 95, unread],
  ['history', 7, 75, unread, 'and 990 hosts more, 10 of them unread'],
  ['diff', 3, 150, unread, /\d+ hosts compared/],
  ['images', 1, 75],
  ['exposure openssl', 1, 75, unread],
  ['whoami', 3, 40, '1000 hosts: ', 'and 980 hosts more'],
  [
    'digest preview',
    14,
    25,
    /10 hosts cannot be read \(connection refused\), the first since .*: web-0099/,
  ],
  ['controls', 1, 75, unread, /1 to 50 of 1000/],
  ['isolation', 1, 80, unread, /1 to 50 of 1000/],
  ['execs', 1, 20, /995 more/],
  ['explain no-privileged-container', 1, 40, unread],
  ['reach shop-service-0-1', 1, 8, 'fits 1000 containers', 'and 995 more'],
  ['inspect shop-service-0-1', 1, 8, 'fits 1000 containers', 'and 995 more'],
  ['why shop-service-0-1', 1, 8, 'fits 1000 containers', 'and 995 more'],
  ['findings on nowhere', 1, 8, 'and 988 more', 'team=shop'],
];

test.each(bounds)('%s stays within %i messages and %i lines', async (line, most, rows, ...said) => {
  const { messages, lines, text, message } = await shown(line);

  expect(messages).toBeLessThanOrEqual(most);
  expect(lines.length).toBeLessThanOrEqual(rows);
  expect(JSON.stringify(message.blocks).length).toBeLessThan(36_000);
  for (const part of said) expect(text).toMatch(part);
});

test('hosts stand worst first, and the next page goes on where the first ended', async () => {
  const { lines, answer } = await shown('hosts');
  const scores = (all: readonly string[]) =>
    all.flatMap((line) => {
      const found = /• web-\d+: grade . \((\d+)\)/.exec(line)?.[1];
      return found === undefined ? [] : [Number(found)];
    });
  // What nobody could read is to be looked at again, before what was.
  expect(answer.next).toEqual(
    ['web-0099', 'web-0199', 'web-0299'].map((name) => `scan on ${name}`),
  );
  const first = scores(lines);
  expect(first).toHaveLength(50);
  expect(first).toEqual(first.toSorted((a, b) => a - b));

  const [next] = answerDocument(answer).actions ?? [];
  if (next?.intent.kind !== 'page') throw new Error(JSON.stringify(next));
  const second = await runLine(
    { ...core.context, actor: { id: 'U1', name: 'alice', place: 'C9' }, onProgress: () => {} },
    { text: next.intent.line, access: fullAccess, reference: 'a1', paging: next.intent.paging },
  );
  const rows = scores(terminalText(answerDocument(second)).split('\n'));
  expect(rows).toHaveLength(50);
  expect(rows[0]).toBeGreaterThanOrEqual(first.at(-1) ?? 100);
});

test('labels choose hosts everywhere, and a channel is about those of its labels', async () => {
  const of = async (line: string, place?: string) => {
    const answer = await ask(line, place);
    return 'hosts' in answer && Array.isArray(answer.hosts) ? answer.hosts.length : answer;
  };
  expect(await of('findings on team=shop')).toBe(125);
  expect(await of('containers on team=shop not env=stage')).toBe(83);
  expect(await of('hosts on prod')).toBe(666);
  expect(await of('findings', 'C1')).toBe(125);
  // No host has two values of one label: either is meant.
  expect(await of('findings on team=shop,team=pay')).toBe(250);
  expect(await ask('findings on team=shop not team=shop')).toMatchObject({
    kind: 'problem',
    message: 'No host is meant by “team=shop not team=shop”.',
  });
});

test('a scan of many hosts has one line of progress, and one message', async () => {
  progress.length = 0;
  const { messages, lines, text } = await shown('scan on team=shop env=stage');

  expect(messages).toBe(1);
  expect(lines.length).toBeLessThan(20);
  expect(text).toContain('42 hosts scanned');
  expect(text).toMatch(
    /42 of 42 hosts not read: .*web-0000, web-0024, web-0048, web-0072 and 38 more/,
  );
  const last = progress.at(-1);
  if (last === undefined) throw new Error('no progress was told');
  const told = terminalText(answerDocument(last)).split('\n').filter(Boolean);
  expect(told[0]).toMatch(/^Scanning 42 hosts: \d+ done/);
  expect(told.at(-1)).toContain('updated while the scan runs');
  expect(told.length).toBeLessThan(7);
});
