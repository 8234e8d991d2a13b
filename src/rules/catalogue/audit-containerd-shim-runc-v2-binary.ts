import { auditRule } from '../audit-rule.ts';

export const auditContainerdShimRuncV2Binary = auditRule({
  id: 'audit-containerd-shim-runc-v2-binary',
  control: '1.1.17',
  title: 'Audit watches the containerd-shim-runc-v2 binary',
  watched: 'the resolved path of the containerd-shim-runc-v2 executable',
  rationale: 'A shim stands between containerd and each container and holds its streams.',
  watch: '-w /usr/bin/containerd-shim-runc-v2 -k docker',
});
