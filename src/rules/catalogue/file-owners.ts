import { fileOwnerRule } from '../host-file-rules.ts';

export const fileOwners = [
  fileOwnerRule({
    id: 'containerd-socket-owner',
    title: 'containerd socket belongs to root:root',
    control: '3.23',
    severity: 'high',
    rationale: 'Its owner can start any program as root, without the checks of the engine.',
    role: 'containerd-socket',
  }),
  fileOwnerRule({
    id: 'daemon-json-owner',
    title: 'daemon.json belongs to root:root',
    control: '3.17',
    severity: 'medium',
    rationale: 'Its owner can open the API to the network or name a runtime that runs as root.',
    role: 'daemon-json',
  }),
  fileOwnerRule({
    id: 'default-docker-owner',
    title: 'File /etc/default/docker belongs to root:root',
    control: '3.19',
    severity: 'medium',
    rationale: "Start scripts read the engine's options from it: its owner chooses them.",
    role: 'default-docker',
  }),
  fileOwnerRule({
    id: 'docker-service-owner',
    title: 'docker.service belongs to root:root',
    control: '3.1',
    severity: 'high',
    rationale:
      'Whoever owns the unit decides what systemd runs as root at the next start of the engine.',
    role: 'docker-service',
  }),
  fileOwnerRule({
    id: 'docker-socket-unit-owner',
    title: 'docker.socket unit belongs to root:root',
    control: '3.3',
    severity: 'high',
    rationale:
      "The unit says who may use the engine's socket; its owner can hand the engine to anyone.",
    role: 'docker-socket-unit',
  }),
  fileOwnerRule({
    id: 'etc-docker-owner',
    title: 'Folder /etc/docker belongs to root:root',
    control: '3.5',
    severity: 'medium',
    rationale:
      "The owner of the folder can replace the engine's settings and the certificates it trusts.",
    role: 'etc-docker',
  }),
  fileOwnerRule({
    id: 'sysconfig-docker-owner',
    title: 'File /etc/sysconfig/docker belongs to root:root',
    control: '3.22',
    severity: 'medium',
    rationale:
      "On Red Hat and related systems the engine's options come from it: its owner chooses them.",
    role: 'sysconfig-docker',
  }),
  fileOwnerRule({
    id: 'tls-ca-owner',
    title: 'TLS CA file belongs to root:root',
    control: '3.9',
    severity: 'medium',
    rationale: 'Its owner can add a CA and then sign in to the API.',
    role: 'tls-ca',
  }),
  fileOwnerRule({
    id: 'tls-cert-owner',
    title: 'TLS server certificate belongs to root:root',
    control: '3.11',
    severity: 'medium',
    rationale: 'Its owner can replace it: clients are cut off, or trust another server.',
    role: 'tls-cert',
  }),
  fileOwnerRule({
    id: 'tls-key-owner',
    title: 'TLS server key belongs to root:root',
    control: '3.13',
    severity: 'high',
    rationale: 'The owner of the key can pose as the engine to every client.',
    role: 'tls-key',
  }),
] as const;
