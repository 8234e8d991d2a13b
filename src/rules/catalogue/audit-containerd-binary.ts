import { auditRule } from '../audit-rule.ts';

export const auditContainerdBinary = auditRule({
  id: 'audit-containerd-binary',
  control: '1.1.14',
  title: 'Audit watches the containerd binary',
  watched: 'the resolved path of the containerd executable',
  rationale: 'Whoever replaces containerd starts every container of the host.',
  watch: '-w /usr/bin/containerd -k docker',
});
