import { fileModeRule } from '../host-file-rules.ts';

export const tlsCaMode = fileModeRule({
  id: 'tls-ca-mode',
  title: 'TLS CA file has mode 0444 or stricter',
  control: '3.10',
  severity: 'medium',
  rationale: 'Who may write it can add a CA of his own and then sign himself into the API.',
  role: 'tls-ca',
  path: '/etc/docker/tls/ca.pem',
  noun: 'a TLS CA file of the engine',
  allowed: 0o444,
});
