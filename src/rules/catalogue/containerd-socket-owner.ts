import { fileOwnerRule } from '../host-file-rules.ts';

export const containerdSocketOwner = fileOwnerRule({
  id: 'containerd-socket-owner',
  title: 'containerd socket belongs to root:root',
  control: '3.23',
  severity: 'high',
  rationale: 'It starts whatever it is told, as root and past every rule of the engine.',
  role: 'containerd-socket',
  path: '/run/containerd/containerd.sock',
  noun: 'a socket of containerd',
});
