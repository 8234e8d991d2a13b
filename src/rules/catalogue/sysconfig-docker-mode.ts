import { fileModeRule } from '../host-file-rules.ts';

export const sysconfigDockerMode = fileModeRule({
  id: 'sysconfig-docker-mode',
  title: 'File /etc/sysconfig/docker has mode 0644 or stricter',
  control: '3.21',
  severity: 'medium',
  rationale:
    "Units of Red Hat's family take the engine's options from it, so that who may write it chooses them.",
  role: 'sysconfig-docker',
  path: '/etc/sysconfig/docker',
  noun: 'a file /etc/sysconfig/docker',
  allowed: 0o644,
});
