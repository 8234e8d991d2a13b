import { lineOf, planOf } from './read-bank.ts';

const names = {
  hosts: ['db', 'monitor'],
  containers: ['who', 'host', 'root', 'scan', 'test'],
  labelled: [],
};

test.each([
  ['who is privileged', 'containers privileged'],
  ['who runs as root', 'containers root'],
  ['root containers on db', 'containers root on db'],
  ['which containers share the host network', 'containers host-network'],
  ['when was the last scan', 'status'],
  ['inspect who', 'inspect who'],
  ['is the who container privileged', 'inspect who'],
  ['who can reach the host container', 'reach host'],
])('with containers that are called who, host and root: “%s”', async (question, line) => {
  expect(lineOf(await planOf(question, { names }))).toBe(line);
});
