import { fileOwnerRule } from '../host-file-rules.ts';

export const tlsKeyOwner = fileOwnerRule({
  id: 'tls-key-owner',
  title: 'TLS server key belongs to root:root',
  control: '3.13',
  severity: 'high',
  rationale: 'Who owns the key can pose as the engine to every client.',
  role: 'tls-key',
  path: '/etc/docker/tls/key.pem',
  noun: 'a TLS key of the engine',
});
