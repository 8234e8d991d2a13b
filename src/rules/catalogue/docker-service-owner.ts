import { fileOwnerRule } from '../host-file-rules.ts';

export const dockerServiceOwner = fileOwnerRule({
  id: 'docker-service-owner',
  title: 'docker.service belongs to root:root',
  control: '3.1',
  severity: 'high',
  rationale:
    'Whoever owns the unit decides what systemd runs as root at the next start of the engine.',
  role: 'docker-service',
  path: '/usr/lib/systemd/system/docker.service',
  noun: 'a docker.service',
});
