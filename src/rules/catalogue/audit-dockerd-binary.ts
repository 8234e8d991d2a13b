import { auditRule } from '../audit-rule.ts';

export const auditDockerdBinary = auditRule({
  id: 'audit-dockerd-binary',
  control: '1.1.3',
  title: 'Audit watches the dockerd binary',
  watched: 'the resolved path of the dockerd executable',
  rationale: 'Whoever replaces dockerd replaces everything that guards the containers.',
  watch: '-w /usr/bin/dockerd -k docker',
});
