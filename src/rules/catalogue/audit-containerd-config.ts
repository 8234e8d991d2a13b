import { auditRule } from '../audit-rule.ts';

export const auditContainerdConfig = auditRule({
  id: 'audit-containerd-config',
  control: '1.1.12',
  title: 'Audit watches the containerd configuration',
  watched: 'the config.toml of containerd, if there is one',
  rationale: 'It names the runtimes and plugins that containerd trusts.',
  watch: '-w /etc/containerd/config.toml -k docker',
});
