import { auditRule } from '../audit-rule.ts';

export const auditContainerdRunDir = auditRule({
  id: 'audit-containerd-run-dir',
  control: '1.1.4',
  title: 'Audit watches /run/containerd',
  watched: '/run/containerd itself or a folder above it',
  rationale: 'Sockets and state of every running container lie there.',
  watch: '-a exit,always -F path=/run/containerd -F perm=war -k docker',
});
