import { auditRule } from '../audit-rule.ts';

export const auditRuncBinary = auditRule({
  id: 'audit-runc-binary',
  control: '1.1.18',
  title: 'Audit watches the runc binary',
  watched: 'the resolved path of the runc executable',
  rationale:
    'It runs as root at the start of every container, and has been overwritten from inside one before.',
  watch: '-w /usr/bin/runc -k docker',
});
