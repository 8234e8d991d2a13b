import { facetNames } from '../../src/inspections/facets.ts';
import { commands, rules } from '../../src/programs/assemble.ts';
import { lineOf, linesOf, planOf, readBank } from './read-bank.ts';

const known = [...readBank('bank'), ...readBank('own')];

test('some question of the banks leads to every command but those that decide, and this one', () => {
  const verbs = new Set(known.map(({ line }) => line?.split(' ')[0]));
  const without = commands.map(({ name }) => name).filter((name) => !verbs.has(name));

  expect(['accept', 'alerts', 'ask', 'attest']).toEqual(expect.arrayContaining(without));
});

test.each(facetNames(rules))('the facet %s is understood by its own name', async (facet) => {
  expect(linesOf(await planOf(`show the containers with ${facet}`))).toContain(
    `containers ${facet}`,
  );
});

const manners: readonly ((question: string) => string)[] = [
  (question) => `hey seawall, ${question}`,
  (question) => `Quick question: ${question}`,
  (question) => `hi there, could you tell me ${question}`,
  (question) => `my boss asks: ${question}`,
  (question) => `${question} Thanks a lot!`,
  (question) => `${question} please, it is urgent :)`,
  (question) => question.toUpperCase(),
];

test('manners and capitals change nothing', async () => {
  // A reason and a path stand as they were typed.
  const isTyped = (line: string | null) => /--reason| import /.test(line ?? '');
  const some = known.filter(
    ({ line }, index) => line !== null && index % 5 === 0 && !isTyped(line),
  );
  for (const [index, { question, line }] of some.entries()) {
    const polite = (manners[index % manners.length] ?? String)(question);
    expect({ polite, line: lineOf(await planOf(polite)) }).toEqual({ polite, line });
  }
});

test('a slip in a word is forgiven, one in a number makes another name', async () => {
  expect(lineOf(await planOf('which conatiners are privliged on web1'))).toBe(
    'containers privileged on web1',
  );
  expect(lineOf(await planOf('which containers are privileged on web2'))).toBeNull();
});

test.each([
  ['compare redis, api and ci', ['inspect redis']],
  ['inspect redis and api', ['inspect redis']],
  ['isolation of redis and api', ['isolation redis']],
  ['which containers have CAP_SYS_ADMIN', ['containers added-capability']],
  ['are we CIS compliant', ['findings --by rule']],
  ['show criticals, and who accepted them', ['findings critical', 'audit accept']],
  ['criticals on web1, and who accepted them?', ['audit accept --about web1']],
  ['criticals, and who accepted them?', ['audit accept']],
  [
    'are we hit by CVE-2024-3094 and CVE-2024-6387?',
    ['exposure CVE-2024-3094', 'exposure CVE-2024-6387'],
  ],
  ['CVE-2024-3094 and CVE-2021-44228', ['exposure CVE-2024-3094', 'exposure CVE-2021-44228']],
  ['is log4shell or heartbleed on web1', ['exposure CVE-2014-0160 on web1']],
  ['openssl 1.1.1 or curl 7.88 on web1', ['exposure openssl=1.1.1 on web1']],
])('%j is asked back with what is near', async (question, near) => {
  const plan = await planOf(question);

  expect(lineOf(plan)).toBeNull();
  expect(linesOf(plan)).toEqual(expect.arrayContaining(near));
});

test.each(['audit log of web1', 'who decided on SW-1234', 'audit refused for redis'])(
  '%j is asked back without a mark or a word left out',
  async (question) => {
    const plan = await planOf(question);

    expect(plan.kind).toBe('unsure');
    expect(linesOf(plan).join()).not.toContain('{');
  },
);

test('a host whose name is a word is one of those that are compared', async () => {
  const names = { hosts: ['local', 'web-1'], containers: [], labelled: [] };

  expect(lineOf(await planOf('compare local and web-1', { names }))).toBe('compare local web-1');
});

test.each([
  'which containers are not privileged',
  'which containers are not ones that are privileged',
  'are there no containers that are privileged',
  'containers without ports which are published',
  'containers with no mount that is the docker socket',
  'containers that do not run as root on web1',
  'is anything privileged on web9',
  'inspect the mysql container',
  'compare web1 with web9',
  'stop redis',
  'delete every privileged container',
  '',
  '????',
  'x'.repeat(501),
])('%j is no line that is run', async (question) => {
  expect(lineOf(await planOf(question))).toBeNull();
});
