import { splitRequests } from '../../src/ask/split-requests.ts';
import { lineOf, linesOf, planOf } from './read-bank.ts';

test.each([
  [
    'Our rule is: no shells in prod. Could you list the commands that people started in containers, in prod, this week?',
    'execs since 7d on env=prod',
  ],
  [
    'Compliance wants seccomp everywhere. Are there containers where it is switched off on edge-eu?',
    'containers seccomp-off on edge-eu',
  ],
  [
    'The data team has finished the bad ones. Could you pull up their medium findings?',
    'findings medium on team=data',
  ],
  ['An old laptop was stolen. Please rotate the key of the host edge-eu.', 'hosts rotate edge-eu'],
  [
    'Prod was down for an hour. Which containers disappeared there since yesterday?',
    'containers gone since 1d on env=prod',
  ],
  [
    'I need one sentence for the newsletter. How are we graded overall, on all hosts?',
    'posture on all',
  ],
  ['Python 3.8 is old. Which versions of python are there in prod?', 'surface python on env=prod'],
  ['Great work, team, and thanks for the quick fix. Enjoy your evening!', null],
  ['Why was 1a2b3c4d reported? Show me the proof.', 'why 1a2b3c4d --evidence'],
  // As they are copied from texts, whose dashes are others, and from addresses.
  ['are we affected by CVE–2024–3094?', 'exposure CVE-2024-3094'],
  ['are we hit by CVE:2024-3094', 'exposure CVE-2024-3094'],
  ['is https://nvd.nist.gov/vuln/detail/CVE-2024-3094 a problem for us?', 'exposure CVE-2024-3094'],
  [
    'We had a fork bomb on ci-runner. Which containers have no pids limit?',
    'containers no-pids-limit on ci-runner',
  ],
  ['Which containers run as root? We must tell the auditors.', 'containers root'],
  ['I fixed the compose file on edge-eu, can you rescan it please?', 'scan on edge-eu'],
  ['I was away for two weeks, what has changed', 'diff since 2w'],
  [
    'The outage began yesterday at noon. What was running at that time?',
    'containers at yesterday-12:00',
  ],
  [
    'no-root-user at redis is fine for us until 2027-03-01, accept it',
    'accept no-root-user redis --until 2027-03-01',
  ],
  ['Somebody said "seccomp" in a meeting. What is that?', 'explain seccomp'],
  [
    'We need it for the review (item 12): containers with host networking on web1?',
    'containers host-network on web1',
  ],
  [
    'The audit starts on Monday, so which containers have secrets in their environment?',
    'containers env-secret',
  ],
  [
    'List the low findings of ci-runner, we want to clean up on Friday',
    'findings low on ci-runner',
  ],
  ['On all hosts: are there images with known exploited holes?', 'images known-exploited on all'],
  [
    'Last year we had containers in the pid namespace of the host. Are there still such containers on web1?',
    'containers host-pid on web1',
  ],
  ['I do not know what seccomp is, could somebody explain it?', 'explain seccomp'],
  ['Somebody says that ci can escape to the host. Is that true?', 'isolation ci'],
  ['We set seccomp for api. Does the kernel really enforce it?', 'controls api'],
  ['Which containers run as root? So kindly list them.', 'containers root'],
  ['no-root-user on redis, how to fix', 'why no-root-user redis --fix'],
  // What is left out in brackets is left out.
  ['Could you scan all our hosts (without prod)?', 'scan on not env=prod'],
  ['scan web1 once more', 'scan on web1'],
  ['Can you confirm which containers have "no memory limit"?', 'containers no-memory-limit'],
  ['Which containers can read /var/run/docker.sock?', 'containers docker-socket'],
  // The second name is the one.
  [
    'show me privileged containers on the ci box, I mean ci-runner',
    'containers privileged on ci-runner',
  ],
  ['somebody opened a shell in redis, show me the execs', 'execs redis'],
  ['Please rescan web1, Tom fixed the compose file', 'scan on web1'],
  ['the digest did not come today, post it now please', 'digest now'],
  ['No digest yet this morning. Please send it now', 'digest now'],
  // When it is needed is no part of it, nor when it was asked.
  ['could you scan ci-runner before the audit call tomorrow', 'scan on ci-runner'],
  ['my boss asked me yesterday how many critical findings web1 has', 'findings critical on web1'],
  ['I am preparing the Tuesday meeting and would like the grade of web1', 'posture on web1'],
  [
    'I saw on heise that CVE-2024-3094 is bad, are we affected on web1?',
    'exposure CVE-2024-3094 on web1',
  ],
  ['there is something strange with redis, everything you have on it please', 'inspect redis'],
  [
    'The team agreed to accept no-root-user for redis, "legacy image", for 60 days',
    'accept no-root-user redis --reason "legacy image" --until 60d',
  ],
  [
    'I expected that redis on web1 gets a finding for memory-limit, why was it not reported?',
    'why memory-limit redis on web1',
  ],
])('“%s” is asked by one sentence: %s', async (question, line) => {
  expect(lineOf(await planOf(question))).toBe(line);
});

test('what is not to be done is not done', async () => {
  expect(lineOf(await planOf('do not scan web1 today'))).toBeNull();
  expect(lineOf(await planOf('please do not forget to scan web1'))).toBe('scan on web1');
});

test('what was only told is named as not used', async () => {
  const plan = await planOf('Which containers run as root? We must tell the auditors.');

  expect(plan).toMatchObject({ planned: { ignored: ['We must tell the auditors.'] } });
});

test.each<[string, string, string | null]>([
  ['We talked about the score of prod-2, what pulls it down most?', 'hosts prod-2', null],
  ['I want an exception of 45 days for 7d8e9f0a', 'findings accepted since 45d', null],
  ['explain no-stronger-exec on web1', 'execs on web1', 'explain no-stronger-exec on web1'],
  ['open a ticket for the critical findings', 'findings critical', null],
  // Under a condition nothing is done.
  ['As soon as the maintenance window opens, can you scan web1?', 'scan on web1', null],
  ['Provided that nobody objects, can you scan web1?', 'scan on web1', null],
  ['scan web1 unless somebody is working there', 'scan on web1', null],
  ['The deployment failed, should we run it again?', 'scan', null],
  ['which kangaroo sings about my containers?', 'attest', null],
  ['which of the images are not unused?', 'images unused', null],
  ['list everything that has a memory limit', 'explain memory-limit', null],
])('“%s” is not taken for %s', async (question, _line, meant) => {
  expect(lineOf(await planOf(question))).toBe(meant);
});

test.each([
  [
    'accept 5e6f7a8b for two weeks, "until the new build is out"',
    'accept 5e6f7a8b --reason "until the new build is out" --until 2w',
  ],
  [
    'accept 5e6f7a8b "nobody knows what it breaks"',
    'accept 5e6f7a8b --reason "nobody knows what it breaks"',
  ],
  ['import ./feeds/Debian.zip into the feeds', 'feeds import ./feeds/Debian.zip'],
  [
    'import ./Shop.syft.json as packages of image shop:1.2',
    'images import ./Shop.syft.json shop:1.2',
  ],
  ['forget the imported list for shop:1.2', 'images forget shop:1.2'],
])('“%s” is a decision as it was typed: %s', async (question, line) => {
  expect(lineOf(await planOf(question))).toBe(line);
});

test.each([
  ['scna prod-2 agian', 'scan on prod-2'],
  ['which containers run as rooot', 'containers root'],
  ['show the deck history of the last 30 days', 'history since 30d'],
])('“%s” is read as %s', async (question, line) => {
  expect(linesOf(await planOf(question))).toContain(line);
});

test('a time that was only told is asked back', async () => {
  const plan = await planOf(
    'The scanner box-9 was down on Monday. Which containers are privileged now?',
  );

  expect(lineOf(plan)).toBeNull();
  // No host is called box-9, so lines like it are shown too.
  expect(linesOf(plan)[0]).toBe('containers privileged since 2026-11-23');
});

test('a severity that was told is not left aside', async () => {
  const plan = await planOf('I only care about critical ones. Show me the findings on web1.');

  expect(lineOf(plan)).toBe('findings critical on web1');
});

test.each([
  'Good news, the audit is over! Cheers to all of you.',
  'Our grade is an A now, thanks to all of you!',
  'We have critical findings in prod!',
])('“%s” only tells, and runs nothing', async (told) => {
  expect(lineOf(await planOf(told))).toBeNull();
});

test.each([
  ['is seawall blind anywhere, asking because the vpn flapped', 'status'],
  ['show me the unused images on web1, as the disk is almost full', 'images unused on web1'],
  ["Kim says postgres-main isn't isolated. How well is it isolated?", 'isolation postgres-main'],
  ['why was no-memory-limit reported for batch-7f', 'why memory-limit batch-7f'],
])('“%s” is %s, whatever the reason', async (question, line) => {
  expect(lineOf(await planOf(question))).toBe(line);
});

test('a place that is denied is left out, and nothing else carried', async () => {
  const plan = await planOf('I do not mean web1 or redis. Which containers run as root?');

  expect(lineOf(plan)).toBe('containers root on not web1');
});

test.each([
  ['scan prod-2 and then post the digest', ['scan on prod-2', 'digest now']],
  [
    'give me the critical findings and also compare web1 with edge-eu',
    ['findings critical', 'compare web1 edge-eu'],
  ],
  [
    'What changed since Monday? Also list the images on web1.',
    ['diff since 2026-11-23', 'images on web1'],
  ],
])('of two requests none is run: “%s”', async (question, lines) => {
  const plan = await planOf(question);

  expect(lineOf(plan)).toBeNull();
  expect(linesOf(plan)).toEqual(lines);
});

test.each([
  'which containers run as root and have the docker socket',
  'what does no-mutable-tag check and how do I fix it',
  'critical, high and medium findings on web1, prod-2',
])('“%s” is one request', (question) => {
  expect(splitRequests(question)).toEqual({ asking: [question], telling: [] });
});

test.each([
  ['which containers run as root and have the docker socket', 'containers root docker-socket'],
  [
    'critical, high and medium findings on web1, prod-2',
    'findings critical high medium on web1,prod-2',
  ],
])('“%s” is one line: %s', async (question, line) => {
  expect(lineOf(await planOf(question))).toBe(line);
});

test('of two requests for two places none is run, though one line could ask for both', async () => {
  const plan = await planOf('Show critical findings on web1. Show high findings on prod-2.');

  expect(lineOf(plan)).toBeNull();
  expect(linesOf(plan)).toEqual(['findings critical on web1', 'findings high on prod-2']);
});

test.each([
  'We only care about privileged containers on web1. Which run as root?',
  'We only look at privileged containers on web1. Which ones have the docker socket?',
])('a facet that was told is not left aside: “%s”', async (question) => {
  expect(lineOf(await planOf(question)) ?? 'privileged').toContain('privileged');
});

test.each([
  'list everything against the rules',
  'show me containers against the rules',
  'web1 must not be scanned',
  'which hosts could not be scanned?',
])('“%s” starts no scan', async (question) => {
  expect(lineOf(await planOf(question)) ?? '').not.toMatch(/^scan\b/);
});

test.each([
  ['do not give us the digest', null],
  ['give us the digest settings', 'digest'],
  ['give us the time of the digest', null],
  ['nobody should post the digest', null],
])('“%s” posts no digest', async (question, meant) => {
  expect(lineOf(await planOf(question))).toBe(meant);
});

test.each(['which containers are not fixed yet', 'why is there no digest?'])(
  '“%s” is not about tags',
  async (question) => {
    expect(lineOf(await planOf(question)) ?? '').not.toContain('mutable-tag');
  },
);

test.each(['inspect the container with id 3f4e8a9b1c2d', 'what is container id 3f4e8a9b1c2d'])(
  'the id of a container is no finding: “%s”',
  async (question) => {
    expect(lineOf(await planOf(question)) ?? '').not.toMatch(/^why\b/);
  },
);

test('the end of a stretch of time is no deadline, and its beginning is offered', async () => {
  const plan = await planOf('what changed from 2026-11-01 until 2026-11-20');

  expect(lineOf(plan)).toBeNull();
  expect(linesOf(plan)[0]).toBe('diff since 2026-11-01');
});

test('what stands beside the question and in the line is not called ignored', async () => {
  expect(await planOf('who is affected (CVE-2024-3094)')).toMatchObject({
    planned: { line: 'exposure CVE-2024-3094', ignored: [] },
  });
});

test.each([
  ['api is compromised, who can it reach and who got in?', 'reach api', 'who got in?'],
  ['which images are unused and can we delete them', 'images unused', 'can we delete them'],
])('the half that is not answered is named: “%s”', async (question, line, left) => {
  expect(await planOf(question)).toMatchObject({
    planned: { line, ignored: expect.arrayContaining([left]) },
  });
});
