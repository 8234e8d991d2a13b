import { fileModeRule } from '../host-file-rules.ts';

export const dockerSocketMode = fileModeRule({
  id: 'docker-socket-mode',
  title: 'Engine socket has mode 0660 or stricter',
  control: '3.16',
  severity: 'high',
  rationale:
    'Write access to the socket is root on the host; beyond its owner and group nobody needs it.',
  role: 'engine-socket',
  path: '/run/docker.sock',
  noun: 'a socket of the engine',
  allowed: 0o660,
});
