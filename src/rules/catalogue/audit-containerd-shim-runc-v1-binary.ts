import { auditRule } from '../audit-rule.ts';

export const auditContainerdShimRuncV1Binary = auditRule({
  id: 'audit-containerd-shim-runc-v1-binary',
  control: '1.1.16',
  title: 'Audit watches the containerd-shim-runc-v1 binary',
  watched: 'the resolved path of containerd-shim-runc-v1, if it is installed',
  rationale: 'A shim stands between containerd and each container; this one is no longer shipped.',
  watch: '-w /usr/bin/containerd-shim-runc-v1 -k docker',
});
