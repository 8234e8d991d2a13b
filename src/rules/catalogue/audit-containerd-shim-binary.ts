import { auditRule } from '../audit-rule.ts';

export const auditContainerdShimBinary = auditRule({
  id: 'audit-containerd-shim-binary',
  control: '1.1.15',
  title: 'Audit watches the containerd-shim binary',
  watched: 'the resolved path of containerd-shim, if it is installed',
  rationale:
    'A shim stands between containerd and each container; this one is the oldest and long replaced.',
  watch: '-w /usr/bin/containerd-shim -k docker',
});
