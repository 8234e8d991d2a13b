import { auditRule } from '../audit-rule.ts';

export const auditContainerdSocket = auditRule({
  id: 'audit-containerd-socket',
  control: '1.1.8',
  title: 'Audit watches the containerd socket',
  watched: 'the resolved path of the containerd socket',
  rationale: 'Whoever talks to containerd starts containers past every check of the engine.',
  watch: '-w /run/containerd/containerd.sock -k docker',
});
