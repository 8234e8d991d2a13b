import { auditRule } from '../audit-rule.ts';

export const auditDockerService = auditRule({
  id: 'audit-docker-service',
  control: '1.1.7',
  title: 'Audit watches the docker.service unit',
  watched: 'the file of the docker.service unit, in every unit path',
  rationale: 'The unit decides with which options the engine starts.',
  watch: '-w /usr/lib/systemd/system/docker.service -k docker',
});
