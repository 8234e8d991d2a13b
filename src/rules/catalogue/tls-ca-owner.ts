import { fileOwnerRule } from '../host-file-rules.ts';

export const tlsCaOwner = fileOwnerRule({
  id: 'tls-ca-owner',
  title: 'TLS CA file belongs to root:root',
  control: '3.9',
  severity: 'medium',
  rationale: 'Its owner can add a CA of his own and then sign himself into the API.',
  role: 'tls-ca',
  path: '/etc/docker/tls/ca.pem',
  noun: 'a TLS CA file of the engine',
});
