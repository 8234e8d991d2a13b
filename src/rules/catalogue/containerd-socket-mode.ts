import { fileModeRule } from '../host-file-rules.ts';

export const containerdSocketMode = fileModeRule({
  id: 'containerd-socket-mode',
  title: 'containerd socket has mode 0660 or stricter',
  control: '3.24',
  severity: 'high',
  rationale:
    'Who may write to it starts whatever he likes, as root and past every rule of the engine.',
  role: 'containerd-socket',
  path: '/run/containerd/containerd.sock',
  noun: 'a socket of containerd',
  allowed: 0o660,
});
