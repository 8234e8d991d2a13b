import { fileOwnerRule } from '../host-file-rules.ts';

export const etcDockerOwner = fileOwnerRule({
  id: 'etc-docker-owner',
  title: 'Folder /etc/docker belongs to root:root',
  control: '3.5',
  severity: 'medium',
  rationale:
    "The owner of the folder can replace the engine's settings and the certificates it trusts.",
  role: 'etc-docker',
  path: '/etc/docker',
  noun: 'the folder /etc/docker',
});
