import { fileOwnerRule } from '../host-file-rules.ts';

export const defaultDockerOwner = fileOwnerRule({
  id: 'default-docker-owner',
  title: 'File /etc/default/docker belongs to root:root',
  control: '3.19',
  severity: 'medium',
  rationale: "Start scripts take the engine's options from it, so that its owner chooses them.",
  role: 'default-docker',
  path: '/etc/default/docker',
  noun: 'a file /etc/default/docker',
});
