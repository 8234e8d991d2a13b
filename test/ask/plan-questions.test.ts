import { bankNames } from '../../scripts/docs/asked-signs.ts';
import { planQuestions } from '../../src/programs/plan-questions.ts';
import { isLongRun } from '../support/long-run.ts';
import { lineOf, linesOf, planOf, readBank } from './read-bank.ts';

async function plan(question: string, known: unknown) {
  let said = '';
  const code = await planQuestions(
    { environment: {}, readFile: () => JSON.stringify(known), cwd: '/' } as never,
    {
      ...{ words: [question], knownFile: 'known.json' },
      stdin: async function* () {},
      stdout: (text) => {
        said += text;
      },
    },
  );
  return { code, said };
}

/** One of so many questions: what the grammar makes of each is tried by itself. */
const EVERY = isLongRun ? 5 : 20;

const known = { hosts: ['web1', 'web2'], containers: [], labels: { web1: { team: 'shop' } } };

test('a file of names may have the labels of its hosts', async () => {
  const planned = await plan('which containers of team shop are privileged?', known);

  expect(planned).toEqual({ code: 0, said: 'containers privileged on team=shop\n' });
});

test('labels that are none are a mistake', async () => {
  const wrong = { ...known, labels: { web1: ['shop'] } };

  await expect(plan('list all hosts', wrong)).rejects.toThrow('in another way');
});

test('the terminal understands questions as the banks hold them', async () => {
  const { hosts, containers, labelled } = bankNames;
  const names = {
    ...{ hosts, containers },
    labels: Object.fromEntries(labelled.map(({ name, labels }) => [name, labels])),
  };
  // A time is one of now there.
  const rows = readBank('own').filter(
    ({ line }, at) => at % EVERY === 0 && !/since|at \S+\d/.test(line ?? ''),
  );
  let said = '';
  await planQuestions(
    { environment: {}, readFile: () => JSON.stringify(names), cwd: '/' } as never,
    {
      ...{ words: ['-'], knownFile: 'known.json' },
      stdin: async function* () {
        for (const { question } of rows) yield question;
      },
      stdout: (text) => {
        said += text;
      },
    },
  );
  const lines = said.split('\n').slice(0, -1);

  expect(rows.length).toBeGreaterThan(300);
  expect(rows.map(({ question }, at) => ({ question, line: lines[at] }))).toEqual(
    rows.map(({ question, line }) => ({ question, line: line ?? '' })),
  );
});

test.each([
  ['containers with no pids limit or cpu limit', []],
  ['which containers mount /etc or other sensitive directories', []],
  ['posture at 3am', ['at', '3am']],
  ['what did you see at 02:00 today', ['at', '02:00', 'today']],
  ['what is our score today', []],
])('%s leaves out %j', async (question, ignored) => {
  const plan = await planOf(question);

  expect(plan).toMatchObject({ kind: 'sure', planned: { ignored } });
});

test.each([
  ['containers privileged or without a memory limit', 'privileged', 'no-memory-limit'],
  ['root or privileged ones on web1', 'root', 'privileged'],
])('%s has a line for each', async (question, one, other) => {
  const plan = await planOf(question);
  const on = question.endsWith('web1') ? ' on web1' : '';

  expect(plan.kind).toBe('unsure');
  expect(linesOf(plan)).toEqual([
    `containers ${one}${on}`,
    `containers ${other}${on}`,
    `containers ${one} ${other}${on}`,
  ]);
});

test('of a list with “or” at its end each has a line', async () => {
  expect(linesOf(await planOf('containers with host network, host pid or privileged'))).toEqual([
    'containers host-network',
    'containers host-pid',
    'containers privileged',
  ]);
});

test.each([
  ['is local reachable?', 'hosts local'],
  ['scan local', 'scan on local'],
  ['is local down?', 'hosts local'],
  ['what is wrong with local?', 'findings on local'],
  ['is local ok?', 'posture on local'],
  ['is debug still there?', 'inspect debug'],
])('a name that is a word of the language: %s', async (question, line) => {
  const names = { ...bankNames, hosts: ['local', 'web1'], containers: ['debug', 'backup'] };

  expect(linesOf(await planOf(question, { names }))).toContain(line);
});

test.each([
  ['is there a local root exploit?', 'local'],
  ['who has local storage', 'local'],
])('%s is not of %s', async (question, name) => {
  const names = { ...bankNames, hosts: ['local', 'web1'], containers: [] };

  const lines = linesOf(await planOf(question, { names }));
  expect(lines).not.toEqual([]);
  expect(lines.filter((line) => line.includes(name))).toEqual([]);
});

test.each([
  'which findings are not accepted',
  'findings without the accepted ones',
  'findings that nobody accepted',
  'open findings excluding accepted risks',
  'which risks did we not accept',
])('%s are not those that somebody accepted', async (question) => {
  const plan = await planOf(question);

  expect(linesOf(plan)).toContain('findings');
  expect(lineOf(plan)).not.toBe('findings accepted');
});

test.each(['running or stopped containers on web1', 'stopped and running containers'])(
  '“%s” asks for no one state',
  async (question) => {
    const lines = linesOf(await planOf(question));
    expect(lines).not.toEqual([]);
    expect(lines.filter((line) => /running|stopped/.test(line))).toEqual([]);
  },
);
