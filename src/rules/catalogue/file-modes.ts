import { fileModeRule } from '../host-file-rules.ts';

export const fileModes = [
  fileModeRule({
    id: 'containerd-socket-mode',
    title: 'containerd socket has mode 0660 or stricter',
    control: '3.24',
    severity: 'high',
    rationale:
      'Anyone who can write to it can start any program as root, without the checks of the engine.',
    role: 'containerd-socket',
    allowed: 0o660,
  }),
  fileModeRule({
    id: 'daemon-json-mode',
    title: 'daemon.json has mode 0644 or stricter',
    control: '3.18',
    severity: 'medium',
    rationale:
      'Anyone who can write to it can open the API to the network or name a runtime that runs as root.',
    role: 'daemon-json',
    allowed: 0o644,
  }),
  fileModeRule({
    id: 'default-docker-mode',
    title: 'File /etc/default/docker has mode 0644 or stricter',
    control: '3.20',
    severity: 'medium',
    rationale:
      "Start scripts read the engine's options from it: anyone who can write to it chooses them.",
    role: 'default-docker',
    allowed: 0o644,
  }),
  fileModeRule({
    id: 'docker-service-mode',
    title: 'docker.service has mode 0644 or stricter',
    control: '3.2',
    severity: 'high',
    rationale:
      'Whoever may write the unit decides what systemd runs as root at the next start of the engine.',
    role: 'docker-service',
    allowed: 0o644,
  }),
  fileModeRule({
    id: 'docker-socket-mode',
    title: 'Engine socket has mode 0660 or stricter',
    control: '3.16',
    severity: 'high',
    rationale:
      'Write access to the socket is root on the host; beyond its owner and group nobody needs it.',
    role: 'engine-socket',
    allowed: 0o660,
  }),
  fileModeRule({
    id: 'docker-socket-unit-mode',
    title: 'docker.socket unit has mode 0644 or stricter',
    control: '3.4',
    severity: 'high',
    rationale:
      "The unit says who may use the engine's socket; who may write it can hand the engine to anyone.",
    role: 'docker-socket-unit',
    allowed: 0o644,
  }),
  fileModeRule({
    id: 'etc-docker-mode',
    title: 'Folder /etc/docker has mode 0755 or stricter',
    control: '3.6',
    severity: 'medium',
    rationale:
      "Who may write in the folder can replace the engine's settings and the certificates it trusts.",
    role: 'etc-docker',
    allowed: 0o755,
  }),
  fileModeRule({
    id: 'sysconfig-docker-mode',
    title: 'File /etc/sysconfig/docker has mode 0644 or stricter',
    control: '3.21',
    severity: 'medium',
    rationale:
      "On Red Hat and related systems the engine's options come from it: anyone who can write to it chooses them.",
    role: 'sysconfig-docker',
    allowed: 0o644,
  }),
  fileModeRule({
    id: 'tls-ca-mode',
    title: 'TLS CA file has mode 0444 or stricter',
    control: '3.10',
    severity: 'medium',
    rationale: 'Anyone who can write to it can add a CA and then sign in to the API.',
    role: 'tls-ca',
    allowed: 0o444,
  }),
  fileModeRule({
    id: 'tls-cert-mode',
    title: 'TLS server certificate has mode 0444 or stricter',
    control: '3.12',
    severity: 'medium',
    rationale:
      'Anyone who can write to it can replace it: clients are cut off, or trust another server.',
    role: 'tls-cert',
    allowed: 0o444,
  }),
  fileModeRule({
    id: 'tls-key-mode',
    title: 'TLS server key has mode 0400',
    control: '3.14',
    severity: 'high',
    rationale: 'Anyone who can read the key can pose as the engine to every client.',
    role: 'tls-key',
    allowed: 0o400,
  }),
] as const;
