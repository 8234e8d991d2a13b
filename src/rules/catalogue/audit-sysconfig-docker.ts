import { auditRule } from '../audit-rule.ts';

export const auditSysconfigDocker = auditRule({
  id: 'audit-sysconfig-docker',
  control: '1.1.13',
  title: 'Audit watches /etc/sysconfig/docker',
  watched: '/etc/sysconfig/docker, if it exists',
  rationale: 'On Red Hat and its kin options of the engine can be set there.',
  watch: '-w /etc/sysconfig/docker -k docker',
});
