import { auditRule } from '../audit-rule.ts';

export const auditEtcDocker = auditRule({
  id: 'audit-etc-docker',
  control: '1.1.6',
  title: 'Audit watches /etc/docker',
  watched: '/etc/docker itself or a folder above it',
  rationale: 'It holds the configuration and the certificates of the engine.',
  watch: '-w /etc/docker -k docker',
});
