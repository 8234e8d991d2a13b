import { lineOf, planOf } from './read-bank.ts';

test.each([
  ['findings on node-05', 'node-05'],
  ['findings on docker-host-3', 'docker-host-3'],
  ['what happened on node-05 since yesterday', 'node-05'],
  ['scan server-12', 'server-12'],
  ['scan the box called gateway-9', 'gateway-9'],
  ['findings on web1 and node-05', 'node-05'],
  ['containers on web1 or host 7', 'host-7'],
  ['who can reach the docker socket on node 5', 'node-5'],
  ['posture of web2', 'web2'],
  ['is node-05 ok', 'node-05'],
  ['node-05', 'node-05'],
])('“%s” has a host that nobody knows: %s', async (question, typed) => {
  expect(await planOf(question)).toMatchObject({
    ...{ kind: 'unsure', missing: { what: 'host', typed } },
  });
});

test.each([
  ['who removed foo', 'foo'],
  ['who killed zeus last night', 'zeus'],
  ['who deleted the container zeus', 'zeus'],
  ['when was zeus stopped', 'zeus'],
  ['what happened to zeus yesterday', 'zeus'],
  ['is zeus still running', 'zeus'],
])('“%s” has a container that nobody knows: %s', async (question, typed) => {
  expect(await planOf(question)).toMatchObject({
    ...{ kind: 'unsure', missing: { what: 'container', typed } },
  });
});

test.each([
  ['who removed the container', 'containers gone'],
  ['who removed something on web1', 'containers gone on web1'],
  ['who started the scan', 'audit scan'],
  ['containers running as uid-0 on web1', 'containers root on web1'],
  ['containers with user-0', 'containers root'],
  ['top-10 findings on web1', 'findings on web1'],
  ['what changed on the server 2 days ago', 'diff since 2d'],
  ['findings on web1 for 2 weeks', 'findings since 2w on web1'],
  ['findings of the last 7 days', 'findings since 7d'],
])('“%s” names nothing that nobody knows', async (question, line) => {
  expect(lineOf(await planOf(question))).toBe(line);
});

test.each([
  'findings on port-443',
  'cve-2024 findings',
  'top-5 images by risk',
  'which hosts have cis-5 findings',
  'sev-1 findings on prod-2',
  'port-443 listeners',
])('“%s” is asked back, and asks for no name', async (question) => {
  expect(await planOf(question)).toMatchObject({ kind: 'unsure', missing: null });
});
