import { fileOwnerRule } from '../host-file-rules.ts';

export const sysconfigDockerOwner = fileOwnerRule({
  id: 'sysconfig-docker-owner',
  title: 'File /etc/sysconfig/docker belongs to root:root',
  control: '3.22',
  severity: 'medium',
  rationale:
    "Units of Red Hat's family take the engine's options from it, so that its owner chooses them.",
  role: 'sysconfig-docker',
  path: '/etc/sysconfig/docker',
  noun: 'a file /etc/sysconfig/docker',
});
