import { auditRule } from '../audit-rule.ts';

export const auditDataRoot = auditRule({
  id: 'audit-data-root',
  control: '1.1.5',
  title: 'Audit watches the data root',
  watched: 'the data root that the engine names',
  rationale: 'Whoever writes there changes images, volumes and containers past the engine.',
  watch: '-w /var/lib/docker -k docker',
});
