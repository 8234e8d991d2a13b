import { fileOwnerRule } from '../host-file-rules.ts';

export const daemonJsonOwner = fileOwnerRule({
  id: 'daemon-json-owner',
  title: 'daemon.json belongs to root:root',
  control: '3.17',
  severity: 'medium',
  rationale: 'Its owner can open the API to the network or name a runtime that runs as root.',
  role: 'daemon-json',
  path: '/etc/docker/daemon.json',
  noun: 'a daemon.json',
});
