import { fileModeRule } from '../host-file-rules.ts';

export const tlsKeyMode = fileModeRule({
  id: 'tls-key-mode',
  title: 'TLS server key has mode 0400',
  control: '3.14',
  severity: 'high',
  rationale: 'Who reads the key can pose as the engine to every client.',
  role: 'tls-key',
  path: '/etc/docker/tls/key.pem',
  noun: 'a TLS key of the engine',
  allowed: 0o400,
});
