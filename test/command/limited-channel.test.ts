import { fullAccess } from '../../src/command/access.ts';
import { runLine } from '../../src/command/run-line.ts';
import { assembleCore, type Core } from '../../src/programs/assemble.ts';
import { defaultPolicy } from '../../src/rules/policy.ts';
import { DAY_MS } from '../../src/shared/time.ts';
import type { Answer } from '../../src/views/answer.ts';
import { openBusyTeam } from '../support/busy-team.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';

const CHANNEL = 'C0LIMITED';
/** What nobody is to hear of in a channel that is about `web-0`: hosts, one of them retired, their label, another channel. */
const hidden = /web-[123]\b|\bhidden\b|"C1"/;
const daily = [
  'containers on all',
  'diff since 7d on all',
  'execs since 7d on all',
  'status',
  'hosts',
];
const more = [
  ...daily,
  ...['findings on all', 'findings accepted', 'findings expiring', 'findings at yesterday'],
  ...['audit', 'audit --about service-0', 'audit --about web-2', 'digest preview', 'alerts'],
  ...['surface package-0', 'exposure package-0 on all', 'images', 'export json on all'],
  ...['compare service-0 service-1', 'why service-0', 'reach service-0', 'explain no-root-user'],
  ...['inspect service-9', 'findings acceptd', 'which hosts are there?', 'who accepted what?'],
];
let database: TemporaryDatabase;
let core: Core;

beforeAll(async () => {
  database = temporaryDatabase();
  const host = { url: 'tcp://127.0.0.1:1', tls: undefined, evidence: 'api' as const };
  const hosts = ['web-0', 'web-1', 'web-2'].map((name, index) => ({
    ...{ ...host, name, isDefault: index === 0 },
    labels: { team: index === 0 ? 'shop' : 'hidden' },
  }));
  core = await assembleCore({
    ...{ hosts, databaseUrl: database.url, policy: defaultPolicy },
    channels: [
      { id: CHANNEL, hosts: ['web-0'] },
      { id: 'C1', hosts: ['web-1', 'web-2'] },
    ],
  });
  const usual = { containers: 2, scans: 1, deploys: 1, execs: 2, questions: 1, changes: 2 };
  const team = await openBusyTeam(core.store, { ...usual, hosts: 4, alerts: 2, messages: 1 });
  for (const ago of [2, 1]) await team.live(Date.now() - ago * DAY_MS);
});
afterAll(async () => {
  await core.store.close();
  database.remove();
});

const ask = (text: string, isPersonal: boolean): Promise<Answer> => {
  const actor = { id: 'U1', name: 'alice', place: CHANNEL };
  const access = () => ({ ...fullAccess(), isPersonal });
  const context = { ...core.context, actor, onProgress: () => {} };
  return runLine(context, { text, access, reference: 'a1' });
};
/** What of the others an answer tells that the line did not say itself. */
function toldOf(text: string, answer: Answer): string[] {
  const words = JSON.stringify(answer).match(new RegExp(hidden, 'g')) ?? [];
  return [...new Set(words)].filter((word) => !text.includes(word));
}

test('what a channel about one host grants tells of no other, whatever is asked', async () => {
  const examples = core.context.commands.flatMap((command) => command.examples);
  const own = examples.map((line) =>
    line.replaceAll('web-1', 'web-0').replaceAll('redis', 'service-0'),
  );
  const told: [string, string[]][] = [];
  for (const text of [...new Set([...own, ...more])]) {
    const words = toldOf(text, await ask(text, false));
    if (words.length > 0) told.push([text, words]);
  }

  expect(told).toEqual([]);
});

test.each(daily)('who has the right in person hears of the others by “%s”', async (text) => {
  expect(toldOf(text, await ask(text, true))).not.toEqual([]);
});

test.each([
  ['findings on team=hidden', 'None of the hosts that are meant can be asked about'],
  ['findings on web-2', '“web-2” cannot be asked about'],
  ['compare web-0 WEB-2', '“web-2” cannot be asked about'],
  ['inspect service-0 on web-3', '“web-3” cannot be asked about'],
])('“%s” is refused there', async (text, words) => {
  expect(await ask(text, false)).toMatchObject({
    cause: 'refused',
    message: `${words} in this channel. Nothing was changed.`,
  });
});
