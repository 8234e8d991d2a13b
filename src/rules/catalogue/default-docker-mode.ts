import { fileModeRule } from '../host-file-rules.ts';

export const defaultDockerMode = fileModeRule({
  id: 'default-docker-mode',
  title: 'File /etc/default/docker has mode 0644 or stricter',
  control: '3.20',
  severity: 'medium',
  rationale:
    "Start scripts take the engine's options from it, so that who may write it chooses them.",
  role: 'default-docker',
  path: '/etc/default/docker',
  noun: 'a file /etc/default/docker',
  allowed: 0o644,
});
