import { lineOf, linesOf, planOf } from './read-bank.ts';

/** Every way to leave a place out. */
const forms = [
  'critical findings everywhere but *',
  'critical findings anywhere but on *',
  'critical findings on all hosts except *',
  'critical findings, except for the ones on *',
  'critical findings except those in *',
  'critical findings apart from *',
  'critical findings aside from those on *',
  'critical findings on hosts other than *',
  'critical findings anywhere else than on *',
  'critical findings besides *',
  'critical findings with the exception of *',
  'critical findings excluding *',
  'critical findings, * excluded',
  'critical findings, * not included',
  'critical findings on all hosts with * left out',
  'critical findings, leaving out *',
  'critical findings, leaving * out',
  'critical findings not counting *',
  'critical findings without *',
  'critical findings ignoring *',
  'critical findings, skip *',
  'critical findings minus *',
  'critical findings not on *',
  "critical findings that aren't on *",
  "critical findings that don't concern *",
  'critical findings, but not in *',
  'critical findings on all hosts save *',
  'critical findings on every host bar *',
  'critical findings outside of *',
  'critical findings on all hosts rather than *',
  'everything that is critical and not on *: show these findings',
  'show critical findings. Leave * out.',
  '* is out of scope. Show the critical findings.',
  "I don't care about *. Show the critical findings.",
];

test.each(
  forms.flatMap((form) => [
    [form.replace('*', 'prod'), 'findings critical on not env=prod'],
    [form.replace('*', 'web1'), 'findings critical on not web1'],
  ]),
)('“%s” is %s', async (question, line) => {
  expect(lineOf(await planOf(question))).toBe(line);
});

test.each([
  ['scan all hosts except web1 and prod-2', 'scan on not web1,prod-2'],
  [
    'privileged containers neither on web1 nor on prod-2',
    'containers privileged on not web1,prod-2',
  ],
  [
    'high findings for every team except shop and data',
    'findings high on not team=shop not team=data',
  ],
  ['findings in prod except web1', 'findings on env=prod not web1'],
  ['findings of the shop team apart from edge-eu', 'findings on team=shop not edge-eu'],
  ['containers running as root on web1, not prod-2', 'containers root on web1'],
  ['critical findings on env != prod', 'findings critical on not env=prod'],
])('“%s” is %s', async (question, line) => {
  expect(lineOf(await planOf(question))).toBe(line);
});

test.each([
  ["Isn't web1 affected by log4shell?", 'exposure CVE-2021-44228 on web1'],
  ["Aren't the prod hosts affected by log4shell?", 'exposure CVE-2021-44228 on env=prod'],
  ['please verify that CVE-2024-3094 is not on web1', 'exposure CVE-2024-3094 on web1'],
  ['log4shell is not in prod, right?', 'exposure CVE-2021-44228 on env=prod'],
  ['containers not verified on prod-2', 'containers unverified on prod-2'],
  ['nothing but prod: critical findings', 'findings critical on env=prod'],
  ['critical findings on all hosts, not just web1', 'findings critical on all'],
  ['findings on web1 other than critical', 'findings high medium low on web1'],
])('“%s” leaves nothing out', async (question, line) => {
  expect(lineOf(await planOf(question))).toBe(line);
});

test.each([
  'show me containers except redis',
  'all containers but redis that run as root',
  'all findings except the low ones on web1',
  'do not scan prod',
])('“%s”, which no line says, is asked back', async (question) => {
  const plan = await planOf(question);

  expect(lineOf(plan)).toBeNull();
  expect(linesOf(plan)).not.toEqual([]);
});
