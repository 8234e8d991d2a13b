import { auditRule } from '../audit-rule.ts';

export const auditDockerSocket = auditRule({
  id: 'audit-docker-socket',
  control: '1.1.9',
  title: 'Audit watches the docker socket and its unit',
  watched: 'the docker.socket unit and docker.sock',
  rationale: 'Whoever may write to the socket is root on the host.',
  watch: '-w /run/docker.sock -k docker',
});
