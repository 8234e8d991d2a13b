import { fileModeRule } from '../host-file-rules.ts';

export const etcDockerMode = fileModeRule({
  id: 'etc-docker-mode',
  title: 'Folder /etc/docker has mode 0755 or stricter',
  control: '3.6',
  severity: 'medium',
  rationale:
    "Who may write in the folder can replace the engine's settings and the certificates it trusts.",
  role: 'etc-docker',
  path: '/etc/docker',
  noun: 'the folder /etc/docker',
  allowed: 0o755,
});
