import { auditRule } from '../audit-rule.ts';

export const auditDefaultDocker = auditRule({
  id: 'audit-default-docker',
  control: '1.1.10',
  title: 'Audit watches /etc/default/docker',
  watched: '/etc/default/docker, if it exists',
  rationale: 'Options of the engine can be set there.',
  watch: '-w /etc/default/docker -k docker',
});
