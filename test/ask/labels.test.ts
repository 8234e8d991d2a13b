import { planQuestion } from '../../src/ask/plan-question.ts';
import { rankLines } from '../../src/ask/rank-lines.ts';
import { commands, rules } from '../../src/programs/assemble.ts';

const labelled = [
  { name: 'web-1', labels: { team: 'shop', env: 'prod' } },
  { name: 'web-2', labels: { team: 'shop', env: 'stage' } },
  { name: 'db-1', labels: { team: 'data', env: 'prod' } },
];
const plan = (question: string) => {
  const planned = planQuestion(question, {
    ...{ commands, rules, labelled, hosts: labelled.map(({ name }) => name) },
    ...{ containers: ['proxy'], now: 0, timezone: 'UTC', calendar: null, rank: rankLines },
  });
  return planned.kind === 'sure' ? planned.planned.line : planned.kind;
};

test.each([
  ['scan everything in prod', 'scan on env=prod'],
  ['which containers of team shop are privileged?', 'containers privileged on team=shop'],
  ['critical findings in prod', 'findings critical on env=prod'],
  ['list the hosts of team data', 'hosts on team=data'],
  ['which containers run as root on the prod hosts?', 'containers root on env=prod'],
  ['scan the hosts of team shop not prod', 'scan on team=shop not env=prod'],
  ['list all hosts', 'hosts'],
  ['which containers run as root on web-1?', 'containers root on web-1'],
])('“%s” is understood as %s', (question, line) => {
  expect(plan(question)).toBe(line);
});

test.each([
  ['grade of the prod hosts', 'posture on env=prod'],
  ['containers with the docker socket outside of prod', 'containers docker-socket on not env=prod'],
  ['findings except in the shop team', 'findings on not team=shop'],
  ['hosts of team data', 'hosts on team=data'],
  ['is prod exposed to log4shell', 'exposure CVE-2021-44228 on env=prod'],
])('“%s” means a label before a host that only begins so', (question, line) => {
  const planned = planQuestion(question, {
    ...{ commands, rules, labelled, hosts: [...labelled.map(({ name }) => name), 'prod-2'] },
    ...{ containers: ['proxy'], now: 0, timezone: 'UTC', calendar: null, rank: rankLines },
  });
  expect(planned.kind === 'sure' ? planned.planned.line : planned.kind).toBe(line);
});

test.each([
  ['findings on team=web shop', 'findings on "team=web shop"'],
  ['criticals of the web shop team', 'findings critical on "team=web shop"'],
  ['which containers of team web shop run as root?', 'containers root on "team=web shop"'],
  ['scan the web shop hosts', 'scan on "team=web shop"'],
  ['critical findings of team shop', 'findings critical on team=shop'],
])('“%s” means a label with a blank as a whole, or another', (question, line) => {
  const more = [...labelled, { name: 'shop-1', labels: { team: 'web shop' } }];
  const planned = planQuestion(question, {
    ...{ commands, rules, labelled: more, hosts: more.map(({ name }) => name) },
    ...{ containers: ['proxy'], now: 0, timezone: 'UTC', calendar: null, rank: rankLines },
  });

  expect(planned.kind === 'sure' ? planned.planned.line : planned.kind).toBe(line);
});
