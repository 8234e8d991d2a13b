import { fileModeRule } from '../host-file-rules.ts';

export const dockerServiceMode = fileModeRule({
  id: 'docker-service-mode',
  title: 'docker.service has mode 0644 or stricter',
  control: '3.2',
  severity: 'high',
  rationale:
    'Whoever may write the unit decides what systemd runs as root at the next start of the engine.',
  role: 'docker-service',
  path: '/usr/lib/systemd/system/docker.service',
  noun: 'a docker.service',
  allowed: 0o644,
});
