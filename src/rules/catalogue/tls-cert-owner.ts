import { fileOwnerRule } from '../host-file-rules.ts';

export const tlsCertOwner = fileOwnerRule({
  id: 'tls-cert-owner',
  title: 'TLS server certificate belongs to root:root',
  control: '3.11',
  severity: 'medium',
  rationale: 'Its owner can replace it and cut every client off, or make them accept another.',
  role: 'tls-cert',
  path: '/etc/docker/tls/cert.pem',
  noun: 'a TLS certificate of the engine',
});
