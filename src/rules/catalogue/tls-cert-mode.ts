import { fileModeRule } from '../host-file-rules.ts';

export const tlsCertMode = fileModeRule({
  id: 'tls-cert-mode',
  title: 'TLS server certificate has mode 0444 or stricter',
  control: '3.12',
  severity: 'medium',
  rationale:
    'Who may write it can replace it and cut every client off, or make them accept another.',
  role: 'tls-cert',
  path: '/etc/docker/tls/cert.pem',
  noun: 'a TLS certificate of the engine',
  allowed: 0o444,
});
