import { fileModeRule } from '../host-file-rules.ts';

export const daemonJsonMode = fileModeRule({
  id: 'daemon-json-mode',
  title: 'daemon.json has mode 0644 or stricter',
  control: '3.18',
  severity: 'medium',
  rationale:
    'Who may write it can open the API to the network or name a runtime that runs as root.',
  role: 'daemon-json',
  path: '/etc/docker/daemon.json',
  noun: 'a daemon.json',
  allowed: 0o644,
});
